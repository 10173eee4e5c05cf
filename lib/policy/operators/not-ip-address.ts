import type { Operator } from './operator.ts';
import { textOf } from './operator.ts';
import { isInRange } from './addresses.ts';

/** An address outside every range; true when the key is missing. */
export const notIpAddress: Operator = {
  name: 'NotIpAddress',
  family: 'ip',
  order: 'equal',
  negated: true,
  wildcards: false,
  ignoreCase: false,
  matches: (actual, wanted) => isInRange(actual, textOf(wanted)),
};
