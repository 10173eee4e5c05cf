import type { Operator } from './operator.ts';
import { textOf } from './operator.ts';
import { compareNumbers } from './scalars.ts';

/** A greater number. */
export const numericGreaterThan: Operator = {
  name: 'NumericGreaterThan',
  family: 'numeric',
  order: 'greater',
  negated: false,
  wildcards: false,
  ignoreCase: false,
  matches: (actual, wanted) => compareNumbers(actual, textOf(wanted)) > 0,
};
