import type { OperatorTerms, Template } from '../document.ts';

/**
 * One condition operator: what it is, as data, and whether one request value matches one value of the policy.
 * `matches` is the affirmative comparison; the evaluator turns it round for negated operators, since their values
 * are joined by NOR.
 */
export type Operator = OperatorTerms & {
  /** @param wanted the policy's value, its variables already filled in */
  readonly matches: (actual: string, wanted: Template) => boolean;
};

/** The policy's value as text, for operators without wildcards. */
export const textOf = (wanted: Template): string =>
  wanted.map((part) => (part.kind === 'text' ? part.text : '')).join('');
