import type { Operator } from './operator.ts';
import { textOf } from './operator.ts';
import { isInRange } from './addresses.ts';

/** An address inside a CIDR range. */
export const ipAddress: Operator = {
  name: 'IpAddress',
  family: 'ip',
  order: 'equal',
  negated: false,
  wildcards: false,
  ignoreCase: false,
  matches: (actual, wanted) => isInRange(actual, textOf(wanted)),
};
