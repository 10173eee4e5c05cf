import type { Operator } from './operator.ts';
import { textOf } from './operator.ts';
import { compareNumbers } from './scalars.ts';

/** A smaller number. */
export const numericLessThan: Operator = {
  name: 'NumericLessThan',
  family: 'numeric',
  order: 'less',
  negated: false,
  wildcards: false,
  ignoreCase: false,
  matches: (actual, wanted) => compareNumbers(actual, textOf(wanted)) < 0,
};
