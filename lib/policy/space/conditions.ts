import type { Condition, ConditionValue } from '../document.ts';
import type { Clause, Truth, View } from '../search/cells.ts';
import { either, not } from '../search/lists.ts';
import { hasVariable, isUniversal, literal, literalOf, patternOf } from '../search/pattern.ts';
import type { Pattern } from '../search/pattern.ts';
import { addAtom, matcher } from './builder.ts';
import type { Draft } from './builder.ts';
import { scalarTest } from './scalars.ts';

/** What a dimension's candidates can tell: texts exactly, or numbers, dates and addresses by their bounds. */
export type Grain = 'text' | 'finite' | 'numeric' | 'date' | 'ip' | 'time';

/**
 * A condition as a clause over one track. It is `maybe` where its outcome is not documented or depends on a second
 * request value; the search then takes it for true when it looks for a request that certainly gets through, and for
 * false when it tries to prove that none does.
 */
export function conditionClause(to: Draft, condition: Condition, track: number, grain: Grain): Clause {
  const { operator, values, ifExists, quantifier } = condition;
  if (operator.family === 'null') {
    const wanted = values.map(({ text }) => text.toLowerCase() === 'true');
    return (view) => {
      const presence = view.presence(track);
      if (presence === 'unknown') return wanted.includes(true) && wanted.includes(false) ? 'yes' : 'maybe';
      return wanted.includes(presence === 'missing') ? 'yes' : 'no';
    };
  }
  const matchers = values.map((value) => valueMatcher(to, condition, value, track, grain));
  const whenMissing: Truth =
    ifExists || quantifier === 'all' || (operator.negated && quantifier === null) ? 'yes' : 'no';
  const foreign = values.reduce<Truth>((truth, value) => either(truth, ofForeign(condition, value)), 'no');
  const whenForeign = operator.negated ? not(foreign) : foreign;
  // Missing or some value of AWS's own: only where both come to the same is the outcome known.
  const whenUnknown = whenForeign === whenMissing ? whenMissing : 'maybe';
  return (view) => {
    const presence = view.presence(track);
    if (presence === 'missing') return whenMissing;
    if (presence === 'unknown') return whenUnknown;
    const matched = matchers.reduce<Truth>((truth, one) => either(truth, one(view)), 'no');
    return operator.negated ? not(matched) : matched;
  };
}

/** Whether a value matches what AWS itself would put there: no account, ARN or id of a customer. */
function ofForeign({ operator }: Condition, { text, template }: ConditionValue): Truth {
  if (operator.family !== 'string' && operator.family !== 'arn') return 'maybe';
  if (hasVariable(template)) return 'maybe';
  const literalText = template.every(({ kind }) => kind === 'text');
  return literalText || /:\d{12}:|^A[A-Z]{2}A[A-Z0-9]{8}/.test(text) ? 'no' : 'maybe';
}

/** What the clause says when the key is missing, for keys that hold lists. */
export function clauseOfMissing(clause: Clause): Truth {
  return clause({ kind: 'missing', holds: () => false, presence: () => 'missing' });
}

function valueMatcher(
  to: Draft,
  { operator }: Condition,
  { text, template }: ConditionValue,
  track: number,
  grain: Grain,
): (view: View) => Truth {
  switch (operator.family) {
    case 'string':
    case 'arn': {
      const pattern = patternOf(template, {
        arn: operator.family === 'arn',
        ignoreCase: operator.ignoreCase,
      });
      return matcher(to, track, pattern, !hasVariable(template) && isTold(pattern, grain));
    }
    case 'binary':
      return matcher(to, track, literal(text));
    case 'bool':
      return matcher(to, track, literal(text, true));
    case 'numeric':
    case 'date':
    case 'ip': {
      if (!compares(grain, operator.family)) return () => 'maybe';
      const atom = addAtom(to, { track, test: scalarTest(operator, text) });
      return (view) => (view.holds(atom) ? 'yes' : 'no');
    }
    case 'null':
      return () => 'no';
  }
}

/** Whether the candidates of a grain hold every bound of such comparisons. */
function compares(grain: Grain, family: 'numeric' | 'date' | 'ip'): boolean {
  return grain === 'finite' || grain === family || (grain === 'time' && family !== 'ip');
}

/** Candidates made for numbers, dates or addresses hold every literal, but not every text a wildcard may match. */
function isTold(pattern: Pattern | null, grain: Grain): boolean {
  if (pattern === null || grain === 'text' || grain === 'finite') return true;
  return literalOf(pattern) !== null || isUniversal(pattern);
}
