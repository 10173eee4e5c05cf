import type { Condition, Template } from '../document.ts';
import { OPERATORS } from '../operators/index.ts';
import type { Operator } from '../operators/operator.ts';
import type { Answer } from './answer.ts';
import type { Context } from './request.ts';

const BY_NAME = new Map(OPERATORS.map((operator) => [operator.name, operator]));

/** Whether a clause holds for a request. Source: IAM User Guide, condition operators. */
export function holds(condition: Condition, context: Context): Answer {
  const actual = context[condition.keyId] ?? [];
  const missing = actual.length === 0;
  if (condition.operator.family === 'null') {
    return condition.values.some(({ text }) => (text.toLowerCase() === 'true') === missing) ? 'yes' : 'no';
  }
  if (missing) {
    if (condition.ifExists || condition.quantifier === 'all') return 'yes';
    return condition.operator.negated && condition.quantifier === null ? 'yes' : 'no';
  }
  const operator = BY_NAME.get(condition.operator.name);
  if (!operator) return 'unknown';
  const wanted = condition.values.flatMap(({ template }) => {
    const filled = fill(template, context);
    return filled === null ? [] : [filled];
  });
  const passes = (value: string): boolean =>
    wanted.some((one) => operator.matches(value, one)) !== operator.negated;
  return yesOr(condition.quantifier, operator, actual, passes) ? 'yes' : 'no';
}

/** A list without a set operator: any value may match, and for a negated operator none. */
function yesOr(
  quantifier: Condition['quantifier'],
  { negated }: Operator,
  actual: readonly string[],
  passes: (value: string) => boolean,
): boolean {
  const all = quantifier === 'all' || (quantifier === null && negated);
  return all ? actual.every(passes) : actual.some(passes);
}

/** The template with request values in place of its variables; null when one is missing and has no default. */
export function fill(template: Template, context: Context): Template | null {
  const filled: Template[number][] = [];
  for (const part of template) {
    if (part.kind !== 'variable') {
      filled.push(part);
      continue;
    }
    const values = context[part.key] ?? [];
    const text = values.length === 1 ? values[0] : part.fallback;
    if (text === null || text === undefined) return null;
    filled.push({ kind: 'text', text });
  }
  return filled;
}
