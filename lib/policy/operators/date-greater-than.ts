import type { Operator } from './operator.ts';
import { textOf } from './operator.ts';
import { compareDates } from './scalars.ts';

/** After a moment. */
export const dateGreaterThan: Operator = {
  name: 'DateGreaterThan',
  family: 'date',
  order: 'greater',
  negated: false,
  wildcards: false,
  ignoreCase: false,
  matches: (actual, wanted) => compareDates(actual, textOf(wanted)) > 0,
};
