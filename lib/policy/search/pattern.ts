import type { Template } from '../document.ts';
import { ANY, NOT_COLON, single } from './chars.ts';
import type { CharSet } from './chars.ts';

/** One place of a pattern: one character of a set, or with `star` any number of them. */
export type Step = { readonly set: CharSet; readonly star: boolean };
export type Pattern = readonly Step[];

/** How a template is compared: as plain text with wildcards, or as an ARN whose parts are compared one by one. */
export type Reading = { readonly arn: boolean; readonly ignoreCase: boolean };

/**
 * The pattern of a template; null when nothing can match it. A variable becomes a run of anything, which takes in
 * whatever it may stand for.
 */
export function patternOf(template: Template, { arn, ignoreCase }: Reading): Pattern | null {
  const steps: Step[] = [];
  let colons = 0;
  for (const part of template) {
    const wild = arn && colons < 5 ? NOT_COLON : ANY;
    if (part.kind === 'text') {
      for (const char of part.text.split('')) {
        if (char === ':') colons += 1;
        steps.push({ set: single(char, ignoreCase), star: false });
      }
    } else if (part.kind === 'one') {
      steps.push({ set: wild, star: false });
    } else if (!(steps.at(-1)?.star === true && steps.at(-1)?.set === wild)) {
      steps.push({ set: wild, star: true });
    }
  }
  return arn && colons < 5 ? null : steps;
}

/** The literal text of a pattern without stars and sets; null for any other. */
export function literalOf(pattern: Pattern): string | null {
  let text = '';
  for (const { set, star } of pattern) {
    const [range, more] = set;
    if (star || more || range?.[0] !== range?.[1] || range === undefined) return null;
    text += String.fromCharCode(range[0]);
  }
  return text;
}

/** The pattern of a text that is compared as it stands. */
export const literal = (text: string, ignoreCase = false): Pattern =>
  text.split('').map((char) => ({ set: single(char, ignoreCase), star: false }));

/** Whether the pattern matches every text. */
export const isUniversal = (pattern: Pattern): boolean =>
  pattern.length > 0 && pattern.every(({ set, star }) => star && set === ANY);

export const hasVariable = (template: Template): boolean => template.some(({ kind }) => kind === 'variable');
