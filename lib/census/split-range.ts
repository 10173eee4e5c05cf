import type { BucketListing } from '../collectors/object-listing.ts';
import { compareKeys, isWithin } from './key-order.ts';
import type { KeyRange } from './key-order.ts';
import { alphabetOf, endOf, interpolate } from './key-space.ts';

/** Requests of one round, sent together. */
const PROBES = 8;
const MAX_ROUNDS = 4;

/** Characters of a prefix that are looked at, so that no marker is longer than the 1,024 bytes of a key. */
const MAX_PREFIX = 200;

/**
 * Borders that cut what is left of a range into up to `pieces` parts, each of which has keys; ascending, none when
 * the range cannot be cut. Nothing is listed for it: a few rounds of requests ask for the next key after a point,
 * or for the folders below the shared prefix.
 * @param range `after` is a key that was listed: what is not after it is done
 * @param sample keys of this range that were seen, for the characters they use
 */
export async function splitRange(
  listing: Pick<BucketListing, 'nextKey' | 'folders'>,
  range: KeyRange & { readonly after: string },
  pieces: number,
  sample: readonly string[],
): Promise<readonly string[]> {
  if (pieces < 2) return [];
  const prefix = await sharedPrefix(listing, range);
  const folders = await foldersWithin(listing, prefix, range);
  if (folders.length >= pieces) return evenly(folders, pieces);
  const probed = await probe(listing, { ...range, prefix }, pieces, sample);
  return evenly(merged(folders, probed), pieces);
}

/** The longest prefix of `after` that every key left in the range has. */
async function sharedPrefix(
  listing: Pick<BucketListing, 'nextKey'>,
  range: KeyRange & { readonly after: string },
): Promise<string> {
  const characters = Array.from(range.after).slice(0, MAX_PREFIX);
  const prefixOf = (length: number): string => characters.slice(0, length).join('');
  let shared = 0;
  let excluded = characters.length + 1;
  // Each round asks at several lengths at once: a longer prefix is shared only if every shorter one is.
  while (excluded - shared > 1) {
    const step = Math.max(1, Math.ceil((excluded - shared - 1) / PROBES));
    const lengths: number[] = [];
    for (let length = shared + step; length < excluded; length += step) lengths.push(length);
    const beyond = await Promise.all(
      lengths.map(async (length) => hasKeyAfter(listing, endOf(prefixOf(length)), range)),
    );
    const first = beyond.indexOf(true);
    shared = (first < 0 ? lengths.at(-1) : lengths[first - 1]) ?? shared;
    excluded = first < 0 ? excluded : (lengths[first] ?? excluded);
  }
  return prefixOf(shared);
}

async function hasKeyAfter(
  listing: Pick<BucketListing, 'nextKey'>,
  point: string,
  range: KeyRange,
): Promise<boolean> {
  const next = await listing.nextKey(point);
  return next !== null && isWithin(next, range);
}

/**
 * Before each folder after the point reached: the full stop sorts before the slash, with nothing between. A folder
 * whose name goes on below the slash can come between the two, so that the borders are not in the folders' order.
 */
async function foldersWithin(
  listing: Pick<BucketListing, 'folders'>,
  prefix: string,
  range: KeyRange & { readonly after: string },
): Promise<readonly string[]> {
  const parent = prefix.slice(0, prefix.lastIndexOf('/') + 1);
  const found = (await listing.folders(parent, range.after)) ?? [];
  const borders = found
    .map((folder) => `${folder.slice(0, -1)}.`)
    .filter((border) => compareKeys(border, range.after) > 0 && isWithin(border, range));
  return merged(borders, []);
}

/** Asks for the next key after evenly spaced points, and draws closer while most of them lie beyond the last key. */
async function probe(
  listing: Pick<BucketListing, 'nextKey'>,
  { after, through, prefix }: KeyRange & { readonly after: string; readonly prefix: string },
  pieces: number,
  sample: readonly string[],
): Promise<readonly string[]> {
  const alphabet = alphabetOf([after, ...sample], prefix);
  let high = through?.startsWith(prefix) ? through : null;
  let borders: readonly string[] = [];
  for (let round = 0; round < MAX_ROUNDS && borders.length < pieces - 1; round += 1) {
    const points = interpolate({ prefix, low: after, high }, alphabet, Math.max(PROBES, pieces * 2)).filter(
      (point) => compareKeys(point, after) > 0,
    );
    const next = await Promise.all(points.map(async (point) => listing.nextKey(point)));
    const found = new Map<string, string>();
    let empty: string | null = null;
    for (const [i, point] of points.entries()) {
      const key = next[i] ?? null;
      // Points before the same key have nothing between them: the last of them stands for all.
      if (key !== null && isWithin(key, { through })) found.set(key, point);
      else empty ??= point;
    }
    borders = [...found.values()];
    if (empty === null) break;
    high = empty;
  }
  return borders;
}

const merged = (a: readonly string[], b: readonly string[]): readonly string[] =>
  [...new Set([...a, ...b])].sort(compareKeys);

/** As many of these as make the wanted number of pieces, spread over all of them. */
function evenly(borders: readonly string[], pieces: number): readonly string[] {
  if (borders.length < pieces) return borders;
  return Array.from(
    { length: pieces - 1 },
    (_, i) => borders[Math.floor(((i + 1) * borders.length) / pieces)] ?? '',
  );
}
