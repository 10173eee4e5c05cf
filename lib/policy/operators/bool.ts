import type { Operator } from './operator.ts';
import { textOf } from './operator.ts';

/** The text true or false, in any case. */
export const bool: Operator = {
  name: 'Bool',
  family: 'bool',
  order: 'equal',
  negated: false,
  wildcards: false,
  ignoreCase: false,
  matches: (actual, wanted) => actual.toLowerCase() === textOf(wanted).toLowerCase(),
};
