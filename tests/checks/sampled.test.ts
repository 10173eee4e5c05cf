import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { judgeSample, mostOf, percentUp, sampleAnswer } from '../../lib/checks/sampled.ts';
import { emptyCensus, NOT_SAMPLED } from '../../lib/model/census.ts';
import type { Status } from '../../lib/model/finding.ts';
import { drawsNeeded, mostViolating } from '../../lib/model/sample-bound.ts';
import type { Census, SealGroup } from '../../lib/model/census.ts';

const group = (objects: number, drawn?: number): SealGroup => ({
  dataClasses: ['p/phi'],
  encryption: { serverSide: { type: 'SSE-S3' }, clientSide: { kind: 'none' } },
  objects,
  bytes: 0,
  noncurrent: 0,
  ...(drawn === undefined ? {} : { drawn }),
});
const census = (
  source: Census['source'],
  groups: readonly SealGroup[],
  left: number,
  unread: readonly (readonly [objects: number, drawn?: number])[] = [],
): Census => ({
  ...emptyCensus('b', null),
  source,
  groups,
  unassessed: [
    { dataClasses: ['p/phi'], reason: NOT_SAMPLED, objects: left, bytes: 0 },
    ...unread.map(([objects, drawn]) => ({
      dataClasses: ['p/phi'],
      reason: 'ACCESS_DENIED',
      objects,
      bytes: 0,
      ...(drawn === undefined ? {} : { drawn }),
    })),
  ].filter(({ objects }) => objects > 0),
});
const answer = (of: Census, failing: readonly SealGroup[] = []) =>
  sampleAnswer(
    of,
    () => true,
    (one) => !failing.includes(one),
  );

describe('a tolerable rate', () => {
  const of = (tolerablePercent: number, confidencePercent = 95) => ({ tolerablePercent, confidencePercent });
  const whole = (population: number, drawn: number) => census('sample', [group(drawn)], population - drawn);

  // N=500 n=59 → K ≤ 23 (4.6 %); N=1000 n=300 → K ≤ 8 (0.8 %); beyond a million n=299 → 0.997 %, n=59 → 4.951 %.
  test.each<readonly [number, number, number, Status]>([
    [500, 59, 4.6, 'COMPLIANT'],
    [500, 59, 4.599, 'INSUFFICIENT_DATA'],
    [1000, 300, 0.8, 'COMPLIANT'],
    [1000, 300, 0.799, 'INSUFFICIENT_DATA'],
    [50_000_000, 299, 0.998, 'COMPLIANT'],
    [50_000_000, 299, 0.996, 'INSUFFICIENT_DATA'],
    [50_000_000, 59, 4.952, 'COMPLIANT'],
    [50_000_000, 59, 4.95, 'INSUFFICIENT_DATA'],
  ])('of a class of %i, %i drawn, none failing, tolerating %f %%: %s', (population, drawn, rate, status) => {
    const { status: found, reason } = judgeSample(answer(whole(population, drawn))!, of(rate));
    expect(found).toBe(status);
    expect(reason).toMatch(
      status === 'COMPLIANT'
        ? /at most [\d.]+ % of them violate, at 95 % confidence, within the pack's tolerable rate of [\d.]+ %\.$/
        : /above the pack's tolerable rate of [\d.]+ %; a sample of \d+ without a violation would be within it\.$/,
    );
  });

  test('asked to be surer, the same sample is not enough', () => {
    const sample = answer(whole(1000, 300))!;
    expect(judgeSample(sample, of(0.9, 95)).status).toBe('COMPLIANT');
    expect(judgeSample(sample, of(0.9, 99)).status).toBe('INSUFFICIENT_DATA');
  });

  test('of less than one object is met by all of them alone, and that is said', () => {
    const { status, reason } = judgeSample(answer(whole(100, 20))!, of(0.1));
    expect(status).toBe('INSUFFICIENT_DATA');
    expect(reason).toMatch(/; a sample of 96 without a violation/);
  });

  test('is not for a sample in which something fails, or could not be read', () => {
    for (const one of [
      answer(whole(500, 100), [])!,
      { ...answer(whole(500, 100))!, found: 1 },
      { ...answer(whole(500, 100))!, beside: 1 },
    ])
      expect(judgeSample(one, of(20)).status).toBe(
        one.found + one.beside === 0 ? 'COMPLIANT' : 'INSUFFICIENT_DATA',
      );
  });

  test('the sample that is said to be needed is enough, and one object less is not', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 2, max: 20_000 }),
        fc.double({ min: 0.001, max: 0.2, noNaN: true }),
        (population, rate) => {
          const tolerable = Math.floor(population * rate);
          const needed = drawsNeeded(population, tolerable);
          expect(mostViolating(population, needed, 0)).toBeLessThanOrEqual(tolerable);
          if (needed > 0) expect(mostViolating(population, needed - 1, 0)).toBeGreaterThan(tolerable);
        },
      ),
      { numRuns: 50 },
    );
  });
});

describe('what a sample says', () => {
  test('is nothing where nobody was left out', () => {
    expect(answer(census('live', [group(5)], 0))).toBeNull();
  });

  test.each<readonly [string, number, number, number]>([
    // docs: exact values, 95 %
    ['N=500, k=0, n=59', 500, 59, 23],
    ['N=1000, k=0, n=300', 1000, 300, 8],
  ])('of a whole bucket is the exact bound: %s', (_name, population, drawn, most) => {
    const sample = answer(census('sample', [group(drawn)], population - drawn))!;
    expect(mostOf(sample, 0.95)).toBe(most);
    expect(judgeSample(sample, undefined).reason).toContain(
      `A sample of ${drawn} of ${population} object versions, 0 of which do not pass`,
    );
  });

  test('of what an inventory left open is not made better by what the inventory told', () => {
    const sample = answer(census('inventory', [group(1_000_000), group(59, 59)], 441))!;
    expect(sample).toEqual({ population: 1_000_500, sampled: 500, drawn: 59, found: 0, beside: 0 });
    expect(mostOf(sample, 0.95)).toBe(23);
    expect(judgeSample(sample, undefined).reason).toMatch(
      /^A sample of 59 of 500 .* had to be asked, of 1000500 in all/,
    );
  });

  test('counts as violating what was drawn and could not be read, and what fails without a draw', () => {
    const fails = group(7);
    const drawnFails = group(2, 2);
    const of = census('inventory', [fails, drawnFails, group(90, 90)], 400, [[3, 3], [4]]);
    const sample = answer(of, [fails, drawnFails])!;
    expect(sample).toEqual({ population: 506, sampled: 495, drawn: 95, found: 5, beside: 11 });
    expect(mostOf(sample, 0.95)).toBeGreaterThan(16);
  });

  test('never promises less than may be there: what was found and what nobody saw', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 300 }),
        fc.integer({ min: 1, max: 5000 }),
        fc.integer({ min: 0, max: 50 }),
        fc.constantFrom(0.9, 0.95, 0.99),
        (drawn, left, told, confidence) => {
          const sample = answer(
            census(
              'inventory',
              [group(told), group(drawn, drawn)].filter((g) => g.objects > 0),
              left,
            ),
          )!;
          const most = mostOf(sample, confidence);
          expect(most).toBeGreaterThanOrEqual(0);
          expect(most).toBeLessThanOrEqual(left);
        },
      ),
    );
  });

  test.each([
    [0.0099697, '0.997'],
    [0.0495101, '4.952'],
    [0.1, '10'],
    [0.001, '0.1'],
    [0.0010001, '0.101'],
    [0.000001, '0.0001'],
    [0, '0'],
  ])('a share of %f is written %s %%, never less than it is', (rate, text) => {
    expect(percentUp(rate)).toBe(text);
  });
});
