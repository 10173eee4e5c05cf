import type { Operator } from './operator.ts';
import { textOf } from './operator.ts';
import { compareDates } from './scalars.ts';

/** The same moment, in ISO 8601 or seconds since 1970. */
export const dateEquals: Operator = {
  name: 'DateEquals',
  family: 'date',
  order: 'equal',
  negated: false,
  wildcards: false,
  ignoreCase: false,
  matches: (actual, wanted) => compareDates(actual, textOf(wanted)) === 0,
};
