import type { Operator } from './operator.ts';
import { textOf } from './operator.ts';

/** Any text but these; true when the key is missing. */
export const stringNotEquals: Operator = {
  name: 'StringNotEquals',
  family: 'string',
  order: 'equal',
  negated: true,
  wildcards: false,
  ignoreCase: false,
  matches: (actual, wanted) => actual === textOf(wanted),
};
