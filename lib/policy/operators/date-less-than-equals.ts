import type { Operator } from './operator.ts';
import { textOf } from './operator.ts';
import { compareDates } from './scalars.ts';

/** At or before a moment. */
export const dateLessThanEquals: Operator = {
  name: 'DateLessThanEquals',
  family: 'date',
  order: 'less-or-equal',
  negated: false,
  wildcards: false,
  ignoreCase: false,
  matches: (actual, wanted) => compareDates(actual, textOf(wanted)) <= 0,
};
