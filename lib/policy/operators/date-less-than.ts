import type { Operator } from './operator.ts';
import { textOf } from './operator.ts';
import { compareDates } from './scalars.ts';

/** Before a moment. */
export const dateLessThan: Operator = {
  name: 'DateLessThan',
  family: 'date',
  order: 'less',
  negated: false,
  wildcards: false,
  ignoreCase: false,
  matches: (actual, wanted) => compareDates(actual, textOf(wanted)) < 0,
};
