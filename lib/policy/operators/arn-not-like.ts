import type { Operator } from './operator.ts';
import { matchesArnTemplate } from './wildcards.ts';

/** Any ARN that no pattern matches; true when the key is missing. */
export const arnNotLike: Operator = {
  name: 'ArnNotLike',
  family: 'arn',
  order: 'equal',
  negated: true,
  wildcards: true,
  ignoreCase: false,
  matches: (actual, wanted) => matchesArnTemplate(wanted, actual),
};
