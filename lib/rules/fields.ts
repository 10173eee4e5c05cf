import * as z from 'zod';
import { quote } from './problems.ts';
import { didYouMean } from '../model/spelling.ts';

/** Ids end up in file names, finding ids and `pack/requirement` pairs. */
const ID = /^[a-z0-9](?:[a-z0-9.-]{0,62}[a-z0-9])?$/;

/** Why a text cannot be an id of a rule pack, with the fix; null when it can. */
export function idFault(text: string): string | null {
  if (ID.test(text)) return null;
  const mended = text
    .toLowerCase()
    .replace(/[^a-z0-9.]+/g, '-')
    .replace(/^[-.]+|[-.]+$/g, '');
  const write = ID.test(mended) ? `; write ${mended}` : '';
  return `is not an id: lower-case letters, digits, dots and hyphens, at most 64${write}`;
}

/** An id of a pack, data class or requirement. */
export const id = (): z.ZodString => checked(idFault).meta({ pattern: ID.source });

/** Text that a person reads: not blank. */
export const prose = (longest = 2000): z.ZodString =>
  checked((text) => (text.trim() === '' ? 'is blank; write something' : null)).max(longest);

/** Text with a check that answers why it will not do, as a phrase that follows the quoted text. */
export const checked = (fault: (text: string) => string | null): z.ZodString =>
  z.string().check((context) => {
    const found = fault(context.value);
    if (found === null) return;
    context.issues.push({
      code: 'custom',
      input: context.value,
      message: `${quote(context.value)} ${found}`,
    });
  });

type Words = {
  /** What the place takes beside the words, to end the list of them. */
  readonly also?: string;
  /** What others call them. */
  readonly synonyms?: Readonly<Record<string, string>>;
};

/** One of some words; `what` names the kind, as in `an encryption type`. */
export const oneOf = <const T extends readonly string[]>(
  what: string,
  words: T,
  more: Words = {},
): z.ZodEnum<ToEnum<T>> => z.enum(words, { error: ({ input }) => notOneOf(what, words, more, input) });

type ToEnum<T extends readonly string[]> = { [K in T[number]]: K };

/** A list that asks something: at least one entry, none twice. */
export const list = <T extends z.ZodType<string>>(entry: T): z.ZodArray<T> =>
  z
    .array(entry)
    .min(1)
    .check(({ value, issues }) => {
      const seen = new Set<string>();
      value.forEach((text, index) => {
        if (seen.has(text)) {
          issues.push({
            code: 'custom',
            input: value,
            path: [index],
            message: `${quote(text)} is listed twice; remove one`,
          });
        }
        seen.add(text);
      });
    })
    .meta({ uniqueItems: true });

/** A map with these keys and no others; `hint` of the message lists them for the translation of an unknown one. */
export const map = <T extends z.ZodRawShape>(shape: T): z.ZodObject<T, z.core.$strict> =>
  z.strictObject(shape, {
    error: ({ code }) => (code === 'unrecognized_keys' ? Object.keys(shape).join(' ') : undefined),
  });

function notOneOf(
  what: string,
  words: readonly string[],
  { also = '', synonyms = {} }: Words,
  input: unknown,
): string {
  if (typeof input === 'number' && words.includes(String(input))) {
    return `${input} is a number here; quote it: "${input}"`;
  }
  // Words that YAML would read as numbers are shown as they must be written.
  const shown = words.map((word) => (/^[\d.]+$/.test(word) ? `"${word}"` : word));
  const allowed = `Allowed: ${shown.join(', ')}${also}`;
  if (typeof input !== 'string') return `${describe(input)} is not ${what}. ${allowed}`;
  const synonym = Object.hasOwn(synonyms, input) ? `; did you mean ${synonyms[input] ?? ''}?` : '';
  return `${quote(input)} is not ${what}${synonym || didYouMean(input, words) || '.'} ${allowed}`;
}

/** A value in words: `a list`, `the number 12`, `nothing`. */
export function describe(value: unknown): string {
  if (value === null || value === undefined) return 'nothing';
  if (typeof value === 'string') return quote(value);
  if (typeof value === 'number') return `the number ${value}`;
  if (typeof value === 'boolean') return String(value);
  return Array.isArray(value) ? 'a list' : 'a map';
}
