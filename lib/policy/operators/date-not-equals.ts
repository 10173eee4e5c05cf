import type { Operator } from './operator.ts';
import { textOf } from './operator.ts';
import { compareDates } from './scalars.ts';

/** Any moment but these; true when the key is missing. */
export const dateNotEquals: Operator = {
  name: 'DateNotEquals',
  family: 'date',
  order: 'equal',
  negated: true,
  wildcards: false,
  ignoreCase: false,
  matches: (actual, wanted) => compareDates(actual, textOf(wanted)) === 0,
};
