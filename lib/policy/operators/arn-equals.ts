import type { Operator } from './operator.ts';
import { matchesArnTemplate } from './wildcards.ts';

/** The same as ArnLike: a pattern, part by part. */
export const arnEquals: Operator = {
  name: 'ArnEquals',
  family: 'arn',
  order: 'equal',
  negated: false,
  wildcards: true,
  ignoreCase: false,
  matches: (actual, wanted) => matchesArnTemplate(wanted, actual),
};
