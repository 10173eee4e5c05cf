import type { PolicyDocument } from '../document.ts';
import { contextOf, traceStatement } from '../evaluate/evaluate.ts';
import type { StatementTrace } from '../evaluate/evaluate.ts';
import type { Context, Request } from '../evaluate/request.ts';

export type NearMiss = { readonly statement: string; readonly clause: string };

const MOST_MISSES = 4;
const LONGEST_LIST = 3;

/**
 * The Deny statements that come closest to stopping a request, with what lets it slip. Told by the evaluator, which
 * has no part in finding the request.
 */
export function nearMisses(documents: readonly PolicyDocument[], request: Request): readonly NearMiss[] {
  return documents
    .filter(({ kind }) => kind !== 'scp' || request.boundByScp)
    .flatMap(({ statements, kind }) =>
      statements
        .filter(({ effect }) => effect === 'Deny')
        .map((statement) => ({
          kind,
          slips: slipsOf(traceStatement(statement, request), request),
          statement,
        })),
    )
    .sort((a, b) => a.slips.length - b.slips.length)
    .slice(0, MOST_MISSES)
    .map(({ kind, slips, statement }) => ({
      statement: statement.name,
      clause: `${kind === 'bucket' ? '' : `${kind.toUpperCase()}: `}${slips.join('; ')}`,
    }));
}

function slipsOf(trace: StatementTrace, request: Request): readonly string[] {
  const { statement } = trace;
  const context = contextOf(request);
  const element = (name: string, { negated }: { readonly negated: boolean }): string =>
    `${negated ? 'Not' : ''}${name}`;
  return [
    ...(trace.action === 'no'
      ? [
          `${element('Action', statement.action)} ${listed(statement.action.entries)} does not cover ${request.action}`,
        ]
      : []),
    ...(trace.resource === 'no'
      ? [`${element('Resource', statement.resource)} does not cover ${request.resource}`]
      : []),
    ...(trace.principal === 'no' && statement.principal
      ? [
          `${element('Principal', statement.principal)} ${listed(statement.principal.entries.map(({ text }) => text))} does not take in the caller`,
        ]
      : []),
    ...trace.conditions
      .filter(({ answer }) => answer === 'no')
      .map(({ condition }) => {
        const { quantifier, operator, ifExists, key, values } = condition;
        const prefix = quantifier === null ? '' : quantifier === 'all' ? 'ForAllValues:' : 'ForAnyValue:';
        const name = `${prefix}${operator.name}${ifExists ? 'IfExists' : ''}`;
        const wanted = listed(values.map(({ text }) => JSON.stringify(text)));
        return `${name} ${key} ${wanted} is false: ${found(context, condition.keyId)}`;
      }),
  ];
}

function found(context: Context, keyId: string): string {
  const values = context[keyId] ?? [];
  return values.length === 0 ? 'the request has no such key' : `it is ${listed(values)}`;
}

function listed(texts: readonly string[]): string {
  const shown = texts.slice(0, LONGEST_LIST).join(', ');
  return texts.length > LONGEST_LIST ? `${shown} and ${texts.length - LONGEST_LIST} more` : shown;
}
