import type { Operator } from './operator.ts';
import { textOf } from './operator.ts';

/** Exactly this text, in this case; a star is a star. */
export const stringEquals: Operator = {
  name: 'StringEquals',
  family: 'string',
  order: 'equal',
  negated: false,
  wildcards: false,
  ignoreCase: false,
  matches: (actual, wanted) => actual === textOf(wanted),
};
