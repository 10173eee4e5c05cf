import fc from 'fast-check';
import { newBucket } from '../../../lib/sandbox/objects.ts';
import type { Bucket } from '../../../lib/sandbox/state-s3.ts';
import { ACCOUNT, NOON, REGION } from '../sdk.ts';

/**
 * Characters that have gone wrong in some S3 client or server: delimiters, what URLs, XML and forms escape, control
 * characters, and both sides of the surrogates, where UTF-16 and UTF-8 sort differently.
 */
const CHARACTERS = [
  ...[
    'a',
    'b',
    '/',
    '//',
    '-',
    '.',
    ' ',
    '+',
    '%',
    '%41',
    '&',
    '&amp;',
    '<',
    ']]>',
    '"',
    "'",
    '?',
    '#',
    '=',
    '~',
    '*',
  ],
  ...[
    '\u0001',
    '\t',
    '\n',
    '\r',
    '\u007f',
    '\u0085',
    'ü',
    'u\u0308',
    '\u2028',
    '漢',
    '\ue000',
    '\ufffd',
    '😀',
    '𝒳',
  ],
];
const text = (minLength: number, maxLength: number): fc.Arbitrary<string> =>
  fc.array(fc.constantFrom(...CHARACTERS), { minLength, maxLength }).map((parts) => parts.join(''));

/** The SDK's XML parser takes blank text with a line feed for indentation: such keys need encoding-type=url. */
const looksLikeIndentation = (key: string): boolean => /^\s*\n/.test(key);

/** Some keys, and a listing of them: prefix and delimiter may be '' for none. */
export const listing = fc
  .record({
    keys: fc.uniqueArray(text(1, 5), { maxLength: 14 }),
    prefix: fc.oneof({ weight: 3, arbitrary: fc.constant('') }, text(1, 2)),
    delimiter: fc.oneof(fc.constantFrom('', '/'), text(1, 1)),
    size: fc.integer({ min: 1, max: 6 }),
    encoded: fc.boolean(),
  })
  .map((each) => ({ ...each, encoded: each.encoded || each.keys.some(looksLikeIndentation) }));

/** What a listing lists: a key with what belongs to it, or a common prefix. */
export type Entry = { readonly key: string } | { readonly prefix: string };

/** UTF-8 order, by Node's own bytes and not by the sandbox's code. */
export const inOrder = (a: string, b: string): number => Buffer.compare(Buffer.from(a), Buffer.from(b));

/** The listing as the S3 documentation words it, at the cost of the whole bucket. */
export function expectedEntries(keys: readonly string[], prefix: string, delimiter: string): Entry[] {
  const entries: Entry[] = [];
  const seen = new Set<string>();
  for (const key of [...keys].sort(inOrder)) {
    if (!key.startsWith(prefix)) continue;
    const cut = delimiter === '' ? -1 : key.indexOf(delimiter, prefix.length);
    if (cut < 0) entries.push({ key });
    else {
      const common = key.slice(0, cut + delimiter.length);
      if (!seen.has(common)) entries.push({ prefix: common });
      seen.add(common);
    }
  }
  return entries;
}

/** `encoding-type=url` undone, as the S3 documentation tells clients to. */
export const decoded = (text: string | undefined, encoded: boolean): string =>
  encoded ? decodeURIComponent((text ?? '').replaceAll('+', ' ')) : (text ?? '');

let made = 0;

/** A bucket that is in the state already, so that a property spends its requests on listing. */
export function bucketInState(
  buckets: Map<string, Bucket>,
  versioning: Bucket['versioning'] = 'Off',
): Bucket {
  made += 1;
  const name = `listed-${made}`;
  const bucket = newBucket({ name, region: REGION, accountId: ACCOUNT, createdAt: NOON, versioning });
  buckets.set(name, bucket);
  return bucket;
}
