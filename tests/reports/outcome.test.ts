import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Finding, Status } from '../../lib/model/finding.ts';
import { compareFindings, outcomeOf, runVerdict, tally, worstOf } from '../../reports/outcome.ts';
import { activeWaiver } from './fixture-rules.ts';
import { assessment } from './fixture.ts';

const [base] = assessment.findings;
let serial = 0;
const finding = (status: Status, waiver: 'active' | 'expired' | null = null): Finding => {
  serial += 1;
  return {
    ...base!,
    id: `f${serial}`,
    bucket: `b${serial}`,
    status,
    waiver: waiver && { ...activeWaiver, state: waiver },
  };
};
const verdict = (findings: Finding[], complete = true) =>
  runVerdict({ ...assessment, findings, coverage: { ...assessment.coverage, complete } });

describe('outcome of a finding', () => {
  test.each<[Status, 'active' | 'expired' | null, string]>([
    ['NON_COMPLIANT', null, 'NON_COMPLIANT'],
    ['NON_COMPLIANT', 'active', 'WAIVED'],
    ['NON_COMPLIANT', 'expired', 'NON_COMPLIANT'],
    ['INSUFFICIENT_DATA', 'active', 'WAIVED'],
    ['INSUFFICIENT_DATA', 'expired', 'INSUFFICIENT_DATA'],
    ['COMPLIANT', 'active', 'COMPLIANT'],
    ['NOT_APPLICABLE', 'active', 'NOT_APPLICABLE'],
  ])('%s with waiver %s is %s', (status, waiver, outcome) => {
    expect(outcomeOf(finding(status, waiver))).toBe(outcome);
  });

  test('the worst of several is told, and none is not applicable', () => {
    expect(worstOf(['COMPLIANT', 'WAIVED', 'NOT_APPLICABLE'])).toBe('WAIVED');
    expect(worstOf(['NOT_APPLICABLE', 'COMPLIANT'])).toBe('COMPLIANT');
    expect(worstOf([])).toBe('NOT_APPLICABLE');
  });
});

describe('verdict of a run', () => {
  test.each<[string, Finding[], boolean, string, string]>([
    [
      'one failure',
      [finding('NON_COMPLIANT'), finding('COMPLIANT')],
      true,
      'Not compliant',
      '1 of 2 findings fails, in 1 of 2 buckets.',
    ],
    [
      'failures, unknowns and waivers',
      [
        finding('NON_COMPLIANT'),
        finding('NON_COMPLIANT'),
        finding('INSUFFICIENT_DATA'),
        finding('NON_COMPLIANT', 'active'),
        finding('NOT_APPLICABLE'),
      ],
      true,
      'Not compliant',
      '2 of 4 findings fail, in 2 of 5 buckets; 1 could not be decided; 1 is waived.',
    ],
    [
      'unknown is not a pass',
      [finding('INSUFFICIENT_DATA'), finding('COMPLIANT')],
      true,
      'Not decided',
      'Nothing fails; 1 of 2 findings could not be decided.',
    ],
    [
      'a list of buckets cut short is not a pass',
      [finding('COMPLIANT')],
      false,
      'Not decided',
      'Nothing fails; the list of buckets was cut short.',
    ],
    ['all pass', [finding('COMPLIANT'), finding('COMPLIANT')], true, 'Compliant', 'All 2 findings pass.'],
    [
      'pass beside waivers',
      [finding('COMPLIANT'), finding('NON_COMPLIANT', 'active')],
      true,
      'Compliant',
      '1 is waived; every other finding passes.',
    ],
    [
      'nothing was asked',
      [finding('NOT_APPLICABLE')],
      true,
      'Nothing to judge',
      'No bucket in this run holds a data class of its rule packs.',
    ],
  ])('%s', (_, findings, complete, headline, sentence) => {
    expect(verdict(findings, complete)).toMatchObject({ headline, sentence });
  });

  test('a failure outweighs a list cut short, and both are told', () => {
    expect(verdict([finding('NON_COMPLIANT')], false)).toMatchObject({
      outcome: 'NON_COMPLIANT',
      sentence: expect.stringContaining('the list of buckets was cut short'),
    });
  });
});

describe('order of findings', () => {
  test('is worst first and total: any shuffle sorts to the same list', () => {
    const sorted = [...assessment.findings].sort(compareFindings);
    const order = sorted.map((item) => outcomeOf(item));
    expect([...new Set(order)]).toEqual([
      'NON_COMPLIANT',
      'INSUFFICIENT_DATA',
      'WAIVED',
      'COMPLIANT',
      'NOT_APPLICABLE',
    ]);
    fc.assert(
      fc.property(
        fc.shuffledSubarray([...assessment.findings], { minLength: assessment.findings.length }),
        (shuffled) => {
          expect([...shuffled].sort(compareFindings)).toEqual(sorted);
        },
      ),
      { numRuns: 20 },
    );
  });

  test('the tally counts every finding once', () => {
    const total = Object.values(tally(assessment.findings)).reduce((sum, count) => sum + count, 0);
    expect(total).toBe(assessment.findings.length);
  });
});
