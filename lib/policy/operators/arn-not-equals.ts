import type { Operator } from './operator.ts';
import { matchesArnTemplate } from './wildcards.ts';

/** The same as ArnNotLike. */
export const arnNotEquals: Operator = {
  name: 'ArnNotEquals',
  family: 'arn',
  order: 'equal',
  negated: true,
  wildcards: true,
  ignoreCase: false,
  matches: (actual, wanted) => matchesArnTemplate(wanted, actual),
};
