import type { Operator } from './operator.ts';
import { textOf } from './operator.ts';
import { compareNumbers } from './scalars.ts';

/** A number of the same value, however it is written. */
export const numericEquals: Operator = {
  name: 'NumericEquals',
  family: 'numeric',
  order: 'equal',
  negated: false,
  wildcards: false,
  ignoreCase: false,
  matches: (actual, wanted) => compareNumbers(actual, textOf(wanted)) === 0,
};
