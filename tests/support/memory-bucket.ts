import type { HeadAnswer, ObjectHeader } from '../../lib/collectors/head-object.ts';
import type { BucketListing, ListedVersion } from '../../lib/collectors/object-listing.ts';

/** One stored version: its line in the listing, and what HEAD answers. */
export type StoredVersion = { readonly entry: ListedVersion; readonly answer: HeadAnswer };

const byKey = (a: string, b: string): number => Buffer.compare(Buffer.from(a), Buffer.from(b));

/** A bucket in memory that is listed as S3 does, `pageSize` entries at a time, and counts what it is asked. */
export function memoryBucket(
  stored: readonly StoredVersion[],
  pageSize = 1000,
): {
  readonly listing: BucketListing;
  readonly header: ObjectHeader;
  readonly calls: { lists: number; heads: number };
} {
  // Versions of one key stay in the order given: newest first.
  const sorted = [...stored].sort((a, b) => byKey(a.entry.key, b.entry.key));
  const bytes = sorted.map(({ entry }) => Buffer.from(entry.key));
  const entries = sorted.map(({ entry }) => entry);
  const calls = { lists: 0, heads: 0 };
  const tick = async (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
  const later = (after: string | null): ListedVersion[] =>
    after === null ? entries : entries.slice(firstAfter(bytes, Buffer.from(after)));
  return {
    calls,
    listing: {
      pages: async function* (after) {
        const rest = later(after);
        for (let at = 0; at === 0 || at < rest.length; at += pageSize) {
          calls.lists += 1;
          await tick();
          yield rest.slice(at, at + pageSize);
        }
      },
      nextKey: async (after) => {
        calls.lists += 1;
        await tick();
        return later(after)[0]?.key ?? null;
      },
      folders: async (prefix, after) => {
        calls.lists += 1;
        await tick();
        const under = later(after).filter(({ key }) => key.startsWith(prefix));
        const cut = under.map(({ key }) => [key, key.indexOf('/', prefix.length)] as const);
        return [...new Set(cut.flatMap(([key, at]) => (at < 0 ? [] : [key.slice(0, at + 1)])))];
      },
      versionsOf: async (key) => {
        calls.lists += 1;
        await tick();
        return entries.filter((entry) => entry.key === key);
      },
    },
    header: {
      head: async (key, versionId) => {
        calls.heads += 1;
        await tick();
        const found = sorted.find(({ entry }) => entry.key === key && entry.versionId === versionId);
        return found?.answer ?? { status: 404, headers: {} };
      },
      headBucket: () => Promise.resolve({ status: 200, headers: {} }),
      close: () => undefined,
    },
  };
}

function firstAfter(keys: readonly Buffer[], after: Buffer): number {
  let low = 0;
  let high = keys.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (Buffer.compare(keys[middle]!, after) > 0) high = middle;
    else low = middle + 1;
  }
  return low;
}
