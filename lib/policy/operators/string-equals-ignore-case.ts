import type { Operator } from './operator.ts';
import { textOf } from './operator.ts';

/** This text in any mixture of cases. */
export const stringEqualsIgnoreCase: Operator = {
  name: 'StringEqualsIgnoreCase',
  family: 'string',
  order: 'equal',
  negated: false,
  wildcards: false,
  ignoreCase: true,
  matches: (actual, wanted) => actual.toLowerCase() === textOf(wanted).toLowerCase(),
};
