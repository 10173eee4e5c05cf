import type { Operator } from './operator.ts';
import { matchesTemplate } from './wildcards.ts';

/** A pattern of `*` and `?` over the whole text. */
export const stringLike: Operator = {
  name: 'StringLike',
  family: 'string',
  order: 'equal',
  negated: false,
  wildcards: true,
  ignoreCase: false,
  matches: (actual, wanted) => matchesTemplate(wanted, actual),
};
