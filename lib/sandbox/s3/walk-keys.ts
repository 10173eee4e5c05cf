import { compareKeys, firstIndex } from '../key-order.ts';

/** Anything with keys in UTF-8 order; keys may repeat. */
export type SortedKeys = { readonly count: number; readonly keyAt: (index: number) => string };

/** Which keys to visit. */
export type Walk = {
  readonly prefix: string;
  /** '' for none. */
  readonly delimiter: string;
  /** Keys and common prefixes after this one, '' for all. */
  readonly after: string;
  /** Also the key `after` itself: a page that ended between two versions of one key. */
  readonly inclusive?: boolean;
};

/** Receives keys and common prefixes in order; false ends the walk. */
export type Visitor = {
  readonly onKey: (key: string, index: number) => boolean;
  readonly onPrefix: (prefix: string) => boolean;
};

/**
 * Visits keys in order, rolling those that contain the delimiter after the prefix into one common prefix, and
 * jumping over what is under it: a page costs its own entries, not the bucket's. A common prefix not after the
 * marker is left out, as S3 documents.
 */
export function walkKeys(keys: SortedKeys, walk: Walk, visitor: Visitor): void {
  const { prefix, delimiter, after } = walk;
  const least = walk.inclusive === true ? 0 : 1;
  let at = firstIndex(keys.count, (index) => {
    const key = keys.keyAt(index);
    return compareKeys(key, prefix) >= 0 && (after === '' || compareKeys(key, after) >= least);
  });
  while (at < keys.count) {
    const key = keys.keyAt(at);
    if (!key.startsWith(prefix)) return;
    const cut = delimiter === '' ? -1 : key.indexOf(delimiter, prefix.length);
    if (cut < 0) {
      if (!visitor.onKey(key, at)) return;
      at += 1;
    } else {
      const common = key.slice(0, cut + delimiter.length);
      if ((after === '' || compareKeys(common, after) > 0) && !visitor.onPrefix(common)) return;
      at = firstIndex(keys.count, (index) => !keys.keyAt(index).startsWith(common), at + 1);
    }
  }
}
