import type { Operator } from './operator.ts';
import { textOf } from './operator.ts';
import { compareNumbers } from './scalars.ts';

/** A number no smaller. */
export const numericGreaterThanEquals: Operator = {
  name: 'NumericGreaterThanEquals',
  family: 'numeric',
  order: 'greater-or-equal',
  negated: false,
  wildcards: false,
  ignoreCase: false,
  matches: (actual, wanted) => compareNumbers(actual, textOf(wanted)) >= 0,
};
