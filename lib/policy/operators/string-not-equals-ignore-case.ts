import type { Operator } from './operator.ts';
import { textOf } from './operator.ts';

/** Any text but these in any mixture of cases; true when the key is missing. */
export const stringNotEqualsIgnoreCase: Operator = {
  name: 'StringNotEqualsIgnoreCase',
  family: 'string',
  order: 'equal',
  negated: true,
  wildcards: false,
  ignoreCase: true,
  matches: (actual, wanted) => actual.toLowerCase() === textOf(wanted).toLowerCase(),
};
