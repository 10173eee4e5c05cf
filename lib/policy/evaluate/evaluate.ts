import { matchesGlob } from '../../model/glob.ts';
import type { Condition, Listed, PolicyDocument, Statement, Template } from '../document.ts';
import { matchesArnTemplate, matchesTemplate } from '../operators/wildcards.ts';
import { every } from './answer.ts';
import type { Answer } from './answer.ts';
import { fill, holds } from './conditions.ts';
import { matchesPrincipals } from './principals.ts';
import { principalContext } from './request.ts';
import type { Context, Request } from './request.ts';

/** What each clause of a statement says of a request. */
export type StatementTrace = {
  readonly statement: Statement;
  readonly principal: Answer;
  readonly action: Answer;
  readonly resource: Answer;
  readonly conditions: readonly { readonly condition: Condition; readonly answer: Answer }[];
  /** All of them: the statement applies. */
  readonly applies: Answer;
};

/** The whole context of a request: its own keys and those of its caller. */
export const contextOf = (request: Request): Context => ({
  ...principalContext(request.principal),
  ...request.context,
});

/** Whether any Deny of these documents applies to the request; `unknown` where AWS does not say. */
export function isDenied(documents: readonly PolicyDocument[], request: Request): Answer {
  let answer: Answer = 'no';
  for (const document of documents) {
    if (document.kind === 'scp' && !request.boundByScp) continue;
    for (const statement of document.statements) {
      if (statement.effect !== 'Deny') continue;
      const { applies } = traceStatement(statement, request);
      if (applies === 'yes') return 'yes';
      if (applies === 'unknown') answer = 'unknown';
    }
  }
  return answer;
}

/** Every clause of one statement against one request. */
export function traceStatement(statement: Statement, request: Request): StatementTrace {
  const context = contextOf(request);
  const principal =
    statement.principal === null ? 'yes' : matchesPrincipals(statement.principal, request.principal);
  const action = matchesAction(statement.action, request.action) ? 'yes' : 'no';
  const resource = matchesResource(statement.resource, request.resource, context);
  const conditions = statement.conditions.map((condition) => ({
    condition,
    answer: holds(condition, context),
  }));
  const applies = every([principal, action, resource, ...conditions.map(({ answer }) => answer)]);
  return { statement, principal, action, resource, conditions, applies };
}

/** Actions are not case-sensitive. */
export function matchesAction({ negated, entries }: Listed<string>, action: string): boolean {
  const wanted = action.toLowerCase();
  return entries.some((entry) => matchesGlob(entry.toLowerCase(), wanted)) !== negated;
}

/**
 * Whether wildcards cross the colons before an ARN's resource is not documented, so a pattern that only matches
 * when they do is an unknown.
 */
function matchesResource({ negated, entries }: Listed<Template>, resource: string, context: Context): Answer {
  const patterns = entries.flatMap((entry) => {
    const pattern = fill(entry, context);
    return pattern === null ? [] : [pattern];
  });
  if (!patterns.some((pattern) => matchesTemplate(pattern, resource))) return negated ? 'yes' : 'no';
  if (patterns.some((pattern) => matchesForCertain(pattern, resource))) return negated ? 'no' : 'yes';
  return 'unknown';
}

function matchesForCertain(pattern: Template, resource: string): boolean {
  if (pattern.every((part) => part.kind === 'run')) return true;
  return matchesArnTemplate(pattern, resource);
}
