import type { Operator } from './operator.ts';
import { textOf } from './operator.ts';
import { compareNumbers } from './scalars.ts';

/** A number no greater. */
export const numericLessThanEquals: Operator = {
  name: 'NumericLessThanEquals',
  family: 'numeric',
  order: 'less-or-equal',
  negated: false,
  wildcards: false,
  ignoreCase: false,
  matches: (actual, wanted) => compareNumbers(actual, textOf(wanted)) <= 0,
};
