import type { Operator } from './operator.ts';
import { matchesTemplate } from './wildcards.ts';

/** Any text that no pattern matches; true when the key is missing. */
export const stringNotLike: Operator = {
  name: 'StringNotLike',
  family: 'string',
  order: 'equal',
  negated: true,
  wildcards: true,
  ignoreCase: false,
  matches: (actual, wanted) => matchesTemplate(wanted, actual),
};
