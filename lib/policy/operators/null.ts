import type { Operator } from './operator.ts';

/** Whether the key is missing; the evaluator answers it, since there may be no value to compare. */
export const nullOperator: Operator = {
  name: 'Null',
  family: 'null',
  order: 'equal',
  negated: false,
  wildcards: false,
  ignoreCase: false,
  matches: () => false,
};
