import { describe, expect, test } from '@jest/globals';
import type { Assessment, Coverage, CoverageCount } from '../../../lib/model/run.ts';
import { coverageBrief } from '../../../reports/html/coverage-brief.ts';
import { coverageSection } from '../../../reports/html/coverage.ts';
import { createDeferred } from '../../../reports/html/deferred.ts';
import { assessment } from '../fixture.ts';
import { all, rowsOf, textOf } from './tree.ts';

const withCoverage = (over: Partial<Coverage>, rest: Partial<Assessment> = {}): Assessment => ({
  ...assessment,
  ...rest,
  coverage: { ...assessment.coverage, ...over },
});
const brief = (from: Assessment) => coverageBrief(from, createDeferred());
/** The sum as it is read: `9 assessed + 1 excluded …`. */
const equations = (from: Assessment) => all(brief(from), '.terms').map(textOf);
const count = (over: Partial<CoverageCount>): CoverageCount => ({
  population: 10,
  assessed: 7,
  excluded: { VANISHED: 1 },
  notAssessable: { ACCESS_DENIED: 2 },
  ...over,
});
const LISTED = assessment.censuses.filter((census) => census.complete);

describe('coverage beside the verdict', () => {
  test('is a sum of buckets and one of objects, with its reasons', () => {
    expect(equations(assessment)).toEqual([
      '9 assessed + 1 excluded REPORT_BUCKET 1 + 1 not assessable ACCESS_DENIED 1 = 11 population',
      '196,379 assessed + 6 excluded VANISHED 6 + 43 not assessable ACCESS_DENIED 41 THROTTLED 2 = ≥ 196,428 population known',
    ]);
  });

  test('every number of the fixture adds up, in the page as in the evidence', () => {
    for (const equation of equations(assessment)) {
      const [assessed, excluded, notAssessable, population] = [
        ...equation.matchAll(/([\d,]+) (?:assessed|excluded|not assessable|population)/g),
      ].map(([, digits]) => Number(digits!.replaceAll(',', '')));
      expect(assessed! + excluded! + notAssessable!).toBe(population);
    }
  });

  test.each([
    ['adds up', {}, false],
    ['loses some of the population', { assessed: 6 }, true],
    ['counts some of it twice', { notAssessable: { ACCESS_DENIED: 3 } }, true],
  ])('that %s', (_, over, alarms) => {
    const text = textOf(brief(withCoverage({ objects: count(over) })));
    expect(text.includes('do not rely on this run')).toBe(alarms);
    expect(text.includes('≠')).toBe(alarms);
  });

  test('a population is only called whole when everything could be listed', () => {
    expect(equations({ ...assessment, censuses: LISTED })[1]).toMatch(/= 196,428 population$/);
    expect(textOf(brief({ ...assessment, censuses: LISTED }))).not.toContain('of those that could be listed');
    const cut = withCoverage({ complete: false }, { censuses: LISTED });
    expect(equations(cut)[0]).toMatch(/≥ 11 population known$/);
    expect(textOf(brief(cut))).toContain('both populations are lower bounds');
  });

  test('a share never reads 100% while something is missing', () => {
    const objects = count({
      population: 1_000_000,
      assessed: 999_999,
      excluded: {},
      notAssessable: { THROTTLED: 1 },
    });
    expect(textOf(brief(withCoverage({ objects })))).toContain('>99.9% assessed');
  });

  test.each([
    ['every limitation', assessment.coverage.limitations, assessment.coverage.limitations],
    ['that there is none', [], ['The run recorded none.']],
  ])('tells %s', (_, limitations, words) => {
    const text = textOf(brief(withCoverage({ limitations })));
    for (const word of words) expect(text).toContain(word);
  });

  test('a long list of limitations is cut and says so', () => {
    const limitations = Array.from({ length: 30 }, (_, i) => `bucket-${i} could not be listed`);
    expect(textOf(brief(withCoverage({ limitations })))).toContain('Showing 12 of 30 limitations.');
  });
});

describe('coverage in detail', () => {
  const detail = coverageSection(assessment, createDeferred());

  test('counts each bucket, and they add up to the run', () => {
    const numbers = rowsOf(detail)
      .filter((cells) => cells.length === 8)
      .map((cells) => cells.slice(1, 5).map((cell) => Number(cell.replace(/[≥, ]/g, ''))));
    expect(numbers).toHaveLength(assessment.censuses.length);
    for (const [assessed, excluded, unassessed, population] of numbers)
      expect(assessed! + excluded! + unassessed!).toBe(population);
    expect(numbers.reduce((total, [assessed]) => total + assessed!, 0)).toBe(
      assessment.coverage.objects.assessed,
    );
  });

  test('puts the bucket that could not be listed first, with its reason', () => {
    const [first] = rowsOf(detail);
    expect(first![0]).toBe('partner-dropbox-phi');
    expect(first![4]).toBe('≥ 0');
    expect(first![7]).toContain('ACCESS_DENIED on s3:ListBucketVersions');
  });

  test('lists every read that failed, with its operation', () => {
    const reads = rowsOf(detail).filter((cells) => cells.length === 4);
    expect(reads.map(([resource, fact, operation]) => [resource, fact, operation])).toContainEqual([
      'arn:aws:s3:::partner-dropbox-phi',
      'policy',
      's3:GetBucketPolicy',
    ]);
    expect(reads).toHaveLength(8);
  });
});
