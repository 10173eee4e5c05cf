import type { Operator } from './operator.ts';
import { matchesArnTemplate } from './wildcards.ts';

/** A pattern over an ARN, each of its six parts by itself. */
export const arnLike: Operator = {
  name: 'ArnLike',
  family: 'arn',
  order: 'equal',
  negated: false,
  wildcards: true,
  ignoreCase: false,
  matches: (actual, wanted) => matchesArnTemplate(wanted, actual),
};
