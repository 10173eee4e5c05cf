import type { Operator } from './operator.ts';
import { textOf } from './operator.ts';

/** The same bytes, in base64. */
export const binaryEquals: Operator = {
  name: 'BinaryEquals',
  family: 'binary',
  order: 'equal',
  negated: false,
  wildcards: false,
  ignoreCase: false,
  matches: (actual, wanted) => actual === textOf(wanted),
};
