import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { cutRange } from '../../lib/census/cut-range.ts';
import { commonRanges, compareKeys, gapsBetween, WHOLE, withoutOverlap } from '../../lib/census/key-order.ts';
import type { KeyRange } from '../../lib/census/key-order.ts';
import { memoryBucket } from '../support/memory-bucket.ts';

const range = (after: string | null, through: string | null): KeyRange => ({ after, through });
const part = (name: string, after: string | null, through: string | null) => ({
  name,
  range: range(after, through),
});
const names = (parts: readonly { readonly name: string }[]): string => parts.map(({ name }) => name).join('');

describe('parts that two machines left of one bucket', () => {
  test.each([
    ['none', [], ''],
    ['side by side stay', [part('B', 'm', null), part('A', null, 'm')], 'AB'],
    ['with a hole between stay', [part('A', null, 'c'), part('B', 'm', null)], 'AB'],
    [
      'with a piece of no keys stay',
      [part('A', null, 'm'), part('B', 'm', 'm'), part('C', 'm', null)],
      'ABC',
    ],
    ['that are the same count once', [part('A', null, null), part('B', null, null)], 'A'],
    [
      'of which only some lead through take that way',
      [part('A', null, 'k'), part('B', null, 'm'), part('C', 'm', null)],
      'BC',
    ],
    [
      'that cross count as far as they do not',
      [part('A', null, 'k'), part('B', 'c', 'm'), part('C', 'm', null)],
      'AC',
    ],
  ])('%s', (_what, parts, kept) => {
    expect(names(withoutOverlap(parts))).toBe(kept);
  });

  /** Ranges that divide a bucket at these keys. */
  const dividedAt = (keys: readonly string[], name: string) => {
    const borders = [...new Set(keys)].sort(compareKeys);
    return [null, ...borders].map((after, i) => part(`${name}${i}`, after, borders[i] ?? null));
  };
  const keys = fc.array(fc.string({ minLength: 1, maxLength: 3 }), { maxLength: 6 });

  test('never overlap, and are whole when either machine came to the end', () => {
    fc.assert(
      fc.property(keys, keys, fc.array(fc.nat({ max: 6 })), (some, others, lost) => {
        const all = dividedAt(some, 'a').concat(dividedAt(others, 'b').filter((_, i) => !lost.includes(i)));
        const kept = withoutOverlap(all);
        for (const [i, { range: own }] of kept.entries()) {
          const before = kept[i - 1]?.range.through;
          if (before !== undefined) expect(before).toBe(own.after);
        }
        expect(gapsBetween(kept.map((one) => one.range))).toEqual([]);
      }),
    );
  });
});

describe('what is in two sets of ranges', () => {
  test.each<[string, KeyRange[], KeyRange[], KeyRange[]]>([
    ['everything and a part', [WHOLE], [range('a', 'c')], [range('a', 'c')]],
    ['nothing in common', [range(null, 'c')], [range('c', null)], []],
    ['some of both', [range(null, 'm')], [range('c', null)], [range('c', 'm')]],
    ['several', [range('a', 'd'), range('f', null)], [range('c', 'g')], [range('c', 'd'), range('f', 'g')]],
  ])('%s', (_what, some, others, both) => {
    expect(commonRanges(some, others)).toEqual(both);
    expect(commonRanges(others, some)).toEqual(both);
  });
});

describe('a key range', () => {
  const bucketOf = (keys: readonly string[]) =>
    memoryBucket(
      keys.map((key) => ({
        entry: { key, versionId: null, isLatest: true, size: 1, lastModified: null, deleteMarker: false },
        answer: { status: 200, headers: {} },
      })),
      10,
    ).listing;
  const numbered = (n: number) => Array.from({ length: n }, (_, i) => `k${String(i).padStart(4, '0')}`);

  test.each<[string, number, KeyRange, number]>([
    ['of no keys', 0, WHOLE, 1],
    ['of a few pages stays whole', 20, WHOLE, 1],
    ['that ends within a few pages stays whole', 500, range('k0100', 'k0120'), 1],
    ['that is long is cut', 500, WHOLE, 4],
    ['that is the end of a long one is cut', 500, range('k0200', null), 4],
  ])('%s', async (_what, count, whole, pieces) => {
    const cut = await cutRange(bucketOf(numbered(count)), whole, 4, 2);
    expect(cut).toHaveLength(pieces);
    expect(cut[0]!.after).toBe(whole.after);
    expect(cut.at(-1)!.through).toBe(whole.through);
    for (const [i, { after }] of cut.entries()) if (i > 0) expect(after).toBe(cut[i - 1]!.through);
  });
});
