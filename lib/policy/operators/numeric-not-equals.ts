import type { Operator } from './operator.ts';
import { textOf } from './operator.ts';
import { compareNumbers } from './scalars.ts';

/** Any number but these; true when the key is missing. */
export const numericNotEquals: Operator = {
  name: 'NumericNotEquals',
  family: 'numeric',
  order: 'equal',
  negated: true,
  wildcards: false,
  ignoreCase: false,
  matches: (actual, wanted) => compareNumbers(actual, textOf(wanted)) === 0,
};
