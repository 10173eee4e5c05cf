import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { HeadAnswer } from '../../lib/collectors/head-object.ts';
import { compareKeys, gapsBetween, WHOLE } from '../../lib/census/key-order.ts';
import type { KeyRange } from '../../lib/census/key-order.ts';
import { liveCensus } from '../../lib/census/live.ts';
import { runShards } from '../../lib/census/shard-pool.ts';
import { splitRange } from '../../lib/census/split-range.ts';
import type { Census, ObjectRecord } from '../../lib/model/census.ts';
import { memoryBucket } from '../support/memory-bucket.ts';
import type { StoredVersion } from '../support/memory-bucket.ts';
import { partsInto, recordsOf } from '../support/parts.ts';
import type { KeptPart } from '../support/parts.ts';

const ANSWERS: readonly HeadAnswer[] = [
  { status: 200, headers: { 'x-amz-server-side-encryption': 'AES256' } },
  { status: 200, headers: {} },
  { status: 200, headers: { 'x-amz-meta-x-amz-crypto-instr-file': '' } },
  {
    status: 200,
    headers: { 'x-amz-meta-x-amz-c': '115', 'x-amz-meta-x-amz-d': 'd', 'x-amz-meta-x-amz-i': 'i' },
  },
  { status: 200, headers: { 'x-amz-meta-x-amz-iv': 'iv', 'x-amz-meta-x-amz-key-v2': 'k' } },
  { status: 400, headers: {} },
  { status: 403, headers: {} },
  { status: 404, headers: {} },
];

const version = (
  key: string,
  index: number,
  rest: { readonly deleteMarker?: boolean; readonly versioned?: boolean; readonly answer?: HeadAnswer } = {},
): StoredVersion => ({
  entry: {
    key,
    versionId: rest.versioned === false ? null : `v${index}`,
    isLatest: index === 0,
    size: 10,
    lastModified: '2026-01-01T00:00:00.000Z',
    deleteMarker: rest.deleteMarker ?? false,
  },
  answer: rest.answer ?? { status: 200, headers: {} },
});

/** Keys that are prefixes of each other, with their instruction files: what borders can part. */
const keys = fc.uniqueArray(
  fc
    .tuple(
      fc.string({
        unit: fc.constantFrom('a', 'b', '-', '.', '/', '\uFFEE', '\u{1F600}'),
        minLength: 1,
        maxLength: 5,
      }),
      fc.boolean(),
    )
    .map(([key, instruction]) => (instruction ? `${key}.instruction` : key)),
  { maxLength: 40 },
);
const heads = fc.constantFrom(...ANSWERS);
const versionedBucket = fc
  .tuple(
    keys,
    fc.array(fc.array(fc.tuple(heads, fc.boolean()), { minLength: 1, maxLength: 3 }), {
      minLength: 40,
      maxLength: 40,
    }),
  )
  .map(([names, histories]) =>
    names.flatMap((key, i) =>
      (histories[i] ?? []).map(([answer, deleteMarker], v) => version(key, v, { answer, deleteMarker })),
    ),
  );
const plainBucket = fc
  .tuple(keys, fc.array(heads, { minLength: 40, maxLength: 40 }))
  .map(([names, answers]) =>
    names.map((key, i) =>
      version(key, 0, { versioned: false, ...(answers[i] ? { answer: answers[i] } : {}) }),
    ),
  );

async function* none<T>(): AsyncGenerator<readonly T[]> {
  await Promise.resolve();
  yield [];
}

type Counted = {
  readonly census: Census;
  readonly records: readonly ObjectRecord[];
  readonly parts: readonly KeptPart[];
};

async function count(
  stored: readonly StoredVersion[],
  how: { readonly pageSize: number; readonly shards: number; readonly partEntries: number },
  done: readonly KeptPart[] = [],
): Promise<Counted> {
  const parts: KeptPart[] = [...done];
  const { listing, header } = memoryBucket(stored, how.pageSize);
  const census = await liveCensus({
    bucket: 'b',
    listing,
    header,
    uploads: none(),
    classesOf: (key) => (key.startsWith('a') ? ['p/phi'] : []),
    mustRecord: () => Promise.resolve(true),
    parts: partsInto(parts),
    done,
    concurrency: 4,
    shards: how.shards,
    partEntries: how.partEntries,
    retry: { maxAttempts: 1, baseDelayMs: 0, maxDelayMs: 0, sleep: () => Promise.resolve(), random: () => 0 },
  });
  return { census, records: recordsOf(parts), parts };
}

const UNDIVIDED = { pageSize: 1000, shards: 1, partEntries: 1_000_000 };

describe('a census in shards', () => {
  test.each([
    ['versioned', versionedBucket],
    ['unversioned', plainBucket],
  ])('of a %s bucket finds what an undivided one finds, record by record', async (_name, buckets) => {
    const division = fc.record({
      pageSize: fc.integer({ min: 1, max: 5 }),
      shards: fc.integer({ min: 1, max: 6 }),
      partEntries: fc.integer({ min: 1, max: 8 }),
    });
    await fc.assert(
      fc.asyncProperty(buckets, division, async (stored, how) => {
        const whole = await count(stored, UNDIVIDED);
        const divided = await count(stored, how);
        expect(divided.census).toEqual(whole.census);
        expect(divided.records).toEqual(whole.records);
      }),
      { numRuns: 300 },
    );
  });

  test('goes on after any set of finished parts and ends with the same result', async () => {
    await fc.assert(
      fc.asyncProperty(
        versionedBucket,
        fc.array(fc.boolean(), { minLength: 60, maxLength: 60 }),
        async (stored, kept) => {
          const how = { pageSize: 2, shards: 3, partEntries: 2 };
          const first = await count(stored, how);
          const again = await count(
            stored,
            how,
            first.parts.filter((_, i) => kept[i]),
          );
          expect(again.census).toEqual(first.census);
          expect(again.records).toEqual(first.records);
        },
      ),
      { numRuns: 150 },
    );
  });

  test('really divides a large bucket: a border falls between a key and its instruction file', async () => {
    const names = Array.from({ length: 200 }, (_, i) => `k${String(i).padStart(4, '0')}`);
    const stored = names.flatMap((key) => [
      version(key, 0, { versioned: false }),
      version(`${key}.instruction`, 0, { versioned: false, ...(ANSWERS[2] ? { answer: ANSWERS[2] } : {}) }),
    ]);
    const { census, parts } = await count(stored, { pageSize: 5, shards: 8, partEntries: 25 });
    expect(parts.length).toBeGreaterThan(10);
    const ends = parts.map(({ range }) => range.through).filter((key) => key !== null);
    expect(ends.some((key) => !key.endsWith('.instruction'))).toBe(true);
    const claimed = census.groups.filter(({ encryption }) => encryption.clientSide.kind === 'claimed');
    expect(claimed.reduce((sum, { objects }) => sum + objects, 0)).toBe(200);
  });
});

describe('dividing a bucket', () => {
  const pad = (i: number, digits = 9): string => String(i).padStart(digits, '0');
  const hash = (i: number): string => (Math.imul(i + 1, 2654435761) >>> 0).toString(16).padStart(8, '0');
  const SHAPES: readonly (readonly [string, (i: number) => string])[] = [
    ['one flat prefix, numbered', (i) => `data/part-${pad(i)}`],
    ['hashes without a prefix', (i) => hash(i)],
    ['folders by day', (i) => `logs/2026/${pad(1 + (i % 12), 2)}/${pad(1 + (i % 28), 2)}/${pad(i)}.json`],
    ['one folder that holds nearly all', (i) => (i < 50 ? `a/${pad(i)}` : `z/${hash(i)}`)],
    ['folders of very different size', (i) => `tenant-${pad(Math.floor(Math.log2(i + 1)), 2)}/${pad(i)}`],
    ['names in two scripts', (i) => `${i % 2 === 0 ? '\u30C7\u30FC\u30BF' : '\u{1F5C4}'}/${pad(i)}`],
  ];

  test.each(SHAPES)(
    'of %s: every key is listed once, and no shard is much longer than its share',
    async (_name, keyAt) => {
      const stored = Array.from({ length: 4000 }, (_, i) => version(keyAt(i), 0));
      const { listing, calls } = memoryBucket(stored, 20);
      const listed: { readonly entries: number }[] = [];
      const seen = new Set<string>();
      // Rounds of the event loop stand for latency: a shard that is listed alone takes as many as it has pages.
      await runShards({
        listing,
        ranges: [WHOLE],
        workers: 10,
        work: async ({ pages }) => {
          let entries = 0;
          for await (const page of pages()) {
            entries += page.length;
            for (const { key } of page) seen.add(key);
          }
          listed.push({ entries });
        },
      });
      expect(seen.size).toBe(new Set(stored.map(({ entry }) => entry.key)).size);
      expect(listed.reduce((sum, { entries }) => sum + entries, 0)).toBe(4000);
      expect(Math.max(...listed.map(({ entries }) => entries))).toBeLessThan(1200);
      // 200 pages; probes must not cost more than the listing itself.
      expect(calls.lists).toBeLessThan(200 * 4);
    },
  );

  test('borders lie inside the range, ascend, and leave keys on both sides', async () => {
    await fc.assert(
      fc.asyncProperty(keys, fc.integer({ min: 2, max: 8 }), fc.nat(39), async (names, pieces, at) => {
        const sorted = [...names].sort(compareKeys);
        const after = sorted[at];
        if (after === undefined) return;
        const { listing } = memoryBucket(sorted.map((key) => version(key, 0)));
        const borders = await splitRange(listing, { after, through: null }, pieces, sorted);
        expect(borders.length).toBeLessThan(pieces);
        expect(borders).toEqual([...new Set(borders)].sort(compareKeys));
        for (const border of borders) {
          expect(compareKeys(border, after)).toBeGreaterThan(0);
          expect(sorted.some((key) => compareKeys(key, border) > 0)).toBe(true);
        }
      }),
    );
  });

  test('folders whose borders are not in the order of their names', async () => {
    const sorted = ['-a', './', '.a/', '/'];
    const { listing } = memoryBucket(sorted.map((key) => version(key, 0)));
    const borders = await splitRange(listing, { after: '-a', through: null }, 3, sorted);
    expect(borders).toEqual(['..', '.a.']);
  });

  test('what is left beside finished ranges is exactly the rest', () => {
    const range = (after: string | null, through: string | null): KeyRange => ({ after, through });
    expect(gapsBetween([])).toEqual([WHOLE]);
    expect(gapsBetween([WHOLE])).toEqual([]);
    expect(gapsBetween([range('m', 'p'), range(null, 'c')])).toEqual([range('c', 'm'), range('p', null)]);
    expect(gapsBetween([range('c', null), range(null, 'c')])).toEqual([]);
  });

  test('keys are ordered as their UTF-8 bytes', () => {
    const text = fc.string({ unit: 'binary', maxLength: 6 });
    fc.assert(
      fc.property(text, text, (a, b) => {
        expect(Math.sign(compareKeys(a, b))).toBe(Math.sign(Buffer.compare(Buffer.from(a), Buffer.from(b))));
      }),
    );
  });
});
