import type { Operator } from './operator.ts';
import { textOf } from './operator.ts';
import { compareDates } from './scalars.ts';

/** At or after a moment. */
export const dateGreaterThanEquals: Operator = {
  name: 'DateGreaterThanEquals',
  family: 'date',
  order: 'greater-or-equal',
  negated: false,
  wildcards: false,
  ignoreCase: false,
  matches: (actual, wanted) => compareDates(actual, textOf(wanted)) >= 0,
};
