import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { createDeferred } from '../../../reports/html/deferred.ts';
import { sealSection, segmentWidths } from '../../../reports/html/seal-charts.ts';
import { assessment } from '../fixture.ts';
import { all, rowsOf, textOf } from './tree.ts';

const sum = (numbers: readonly number[]) => numbers.reduce((total, number) => total + number, 0);

describe('the widths of a bar', () => {
  test.each([
    ['halves', [5, 5], [500, 500]],
    ['one part', [7], [1000]],
    ['a part that is nothing', [0, 3], [0, 1000]],
    ['thirds, the rest to the first', [1, 1, 1], [334, 333, 333]],
    ['a share too small to see, which is drawn', [1_000_000, 1], [992, 8]],
    ['nothing at all', [0, 0], [0, 0]],
    ['a share that becomes too small when others are made visible', [125, 1, 15376], [8, 8, 984]],
    ['no part', [], []],
  ])('%s', (_, parts, widths) => expect(segmentWidths(parts)).toEqual(widths));

  test('fill the bar exactly, in whole units, and draw every part that is there', () => {
    const parts = fc.array(fc.oneof(fc.nat(9), fc.nat(1e6), fc.nat(1e15)), { minLength: 1, maxLength: 7 });
    fc.assert(
      fc.property(parts, (amounts) => {
        const widths = segmentWidths(amounts);
        expect(widths.every((width) => Number.isInteger(width) && width >= 0)).toBe(true);
        expect(widths.map((width) => width > 0)).toEqual(amounts.map((amount) => amount > 0));
        expect(sum(widths)).toBe(sum(amounts) > 0 ? 1000 : 0);
      }),
    );
  });

  test('never show a smaller part wider than a larger one', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(1e6), { minLength: 2, maxLength: 7 }), (amounts) => {
        const widths = segmentWidths(amounts);
        const pairs = amounts.flatMap((a, i) =>
          amounts.map((b, j) => [a - b, widths[i]! - widths[j]!] as const),
        );
        expect(pairs.filter(([amount, width]) => amount > 0 && width < 0)).toEqual([]);
      }),
    );
  });
});

describe('the chart', () => {
  const chart = sealSection(assessment, createDeferred());
  const row = (name: string) => rowsOf(chart).find(([first]) => first === name)!;

  test('says in words and numbers what its bars show, by objects and by bytes', () => {
    const [, objects, bytes] = row('legacy-phi-archive');
    expect(objects).toBe('20,992 objects SSE-S3 20,480 (97.6%) not encrypted 512 (2.4%)');
    expect(bytes).toBe('98.5 GiB SSE-S3 96 GiB (97.5%) not encrypted 2.5 GiB (2.5%)');
  });

  test('a screen reader hears the shares', () => {
    const labels = all(chart, 'svg').map(([, attributes]) => attributes['aria-label']);
    expect(labels).toContain('SSE-S3 97.6%, not encrypted 2.4%');
  });

  test('objects that could not be read are part of the picture', () => {
    expect(row('claims-intake')[1]).toContain('could not be read 43');
  });

  test('a bucket that could not be listed is a row, not a gap', () => {
    expect(row('partner-dropbox-phi')).toEqual(['partner-dropbox-phi', 'no object was listed']);
  });

  test('has the estate, each data class and each bucket once', () => {
    const names = rowsOf(chart).map(([first]) => first);
    expect(names.slice(0, 1)).toEqual(['All buckets']);
    expect(names.filter((name) => name === 'hipaa/phi')).toHaveLength(1);
    expect(textOf(chart)).toContain('By bucket');
    for (const { bucket } of assessment.censuses.filter(({ bucket }) => /^[\w-]+$/.test(bucket)))
      expect(names.filter((name) => name === bucket)).toHaveLength(1);
  });
});
