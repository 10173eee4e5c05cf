import { describe, expect, test } from '@jest/globals';
import type { Finding } from '../../../lib/model/finding.ts';
import type { Requirement } from '../../../lib/model/requirement.ts';
import type { Assessment } from '../../../lib/model/run.ts';
import { createDeferred } from '../../../reports/html/deferred.ts';
import { matrixSection } from '../../../reports/html/matrix.ts';
import { requirementResults } from '../../../reports/requirements.ts';
import { assessment } from '../fixture.ts';
import { makeFinding } from '../fixture-findings.ts';
import { requirements } from '../fixture-rules.ts';
import { all, rowsOf, textOf } from './tree.ts';

const matrix = (from: Assessment) => matrixSection(from, requirementResults(from), createDeferred());
const [phi] = requirements;
const others = Array.from({ length: 11 }, (_, i): Requirement => ({
  ...phi!,
  id: `r${String(i).padStart(2, '0')}`,
}));
const withFindings = (findings: readonly Finding[]): Assessment => ({ ...assessment, packs: [], findings });
const NOT_ASKED = { status: 'NOT_APPLICABLE', reasons: ['no such data'], remediation: null } as const;

describe('the matrix', () => {
  const fixture = matrix(assessment);
  const row = (bucket: string) => rowsOf(fixture).find(([first]) => first === bucket)!;

  test('has a row for each bucket that a requirement is about, the worst first', () => {
    const buckets = rowsOf(fixture).map(([bucket]) => bucket);
    expect(new Set(buckets).size).toBe(new Set(assessment.findings.map(({ bucket }) => bucket)).size);
    expect(buckets[0]).toBe('ehr-phi-imaging');
    expect(buckets.at(-1)).toBe('public-website');
  });

  test.each([
    [
      'ehr-phi-imaging',
      'Fail S stored: Non-compliant D default: Compliant E enforced: Non-compliant K keys: Non-compliant O opened: Compliant',
    ],
    [
      'partner-dropbox-phi',
      'Unknown S stored: Insufficient data D default: Compliant E enforced: Insufficient data K keys: Insufficient data O opened: Compliant',
    ],
    [
      'ehr-phi-records',
      'Pass S stored: Compliant D default: Compliant E enforced: Compliant K keys: Compliant O opened: Compliant',
    ],
    ['billing-cards-eu', '· not in scope'],
  ])('answers for %s in words as well as in colour', (bucket, words) => expect(row(bucket)[1]).toBe(words));

  test('each check leads to its finding', () => {
    const ids = new Set(assessment.findings.map(({ id }) => `#finding-${id}`));
    const links = all(fixture, '.chip').map(([, { href }]) => href);
    expect(links.length).toBeGreaterThan(40);
    expect(links.filter((link) => link === undefined || !ids.has(link))).toEqual([]);
  });

  test('of many requirements is cut into parts of one size, none left out', () => {
    const findings = others.map((requirement) => makeFinding(requirement, 'stored', 'claims-intake'));
    const parts = all(matrix(withFindings(findings)), 'table').map((table) =>
      all(all(table, 'thead')[0]!, 'a').map(textOf),
    );
    expect(parts.map((columns) => columns.length)).toEqual([4, 3, 4]);
    expect(parts.flat()).toEqual(others.map(({ id }) => `hipaa/${id}`));
  });

  test('five questions that do not arise are one answer, and a bucket of nothing else is only counted', () => {
    const [first, second] = others;
    const from = withFindings([
      makeFinding(first!, 'stored', 'claims-intake'),
      makeFinding(second!, 'stored', 'claims-intake', NOT_ASKED),
      makeFinding(first!, 'stored', 'public-website', NOT_ASKED),
    ]);
    expect(rowsOf(matrix(from)).map(([bucket]) => bucket)).toEqual(['claims-intake']);
    expect(rowsOf(matrix(from))[0]![2]).toBe('not applicable');
    expect(textOf(matrix(from))).toContain('1 further bucket: not applicable throughout.');
  });
});
