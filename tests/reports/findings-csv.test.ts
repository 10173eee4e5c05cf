import { describe, expect, test } from '@jest/globals';
import { findingsCsv } from '../../reports/findings-csv.ts';
import { assessment } from './fixture.ts';
import { expectGolden } from './golden.ts';
import { HOSTILE } from './fixture-names.ts';
import { parseCsv } from './parse-csv.ts';

const [header, ...rows] = parseCsv(findingsCsv(assessment)) as [string[], ...string[][]];
const column = (name: string) => rows.map((row) => row[header.indexOf(name)]!);
const rowOf = (id: string) =>
  Object.fromEntries(rows.find((row) => row[0] === id)!.map((cell, i) => [header[i]!, cell]));

describe('findings.csv', () => {
  test('is the golden file', () => expectGolden('findings.csv', findingsCsv(assessment)));

  test('holds every finding once, each row as long as the header', () => {
    expect([...column('id')].sort()).toEqual(assessment.findings.map((finding) => finding.id).sort());
    expect(rows.every((row) => row.length === header.length)).toBe(true);
  });

  test('tells what a waiver did without hiding the status', () => {
    const waived = assessment.findings.find((finding) => finding.waiver?.state === 'active')!;
    expect(rowOf(waived.id)).toMatchObject({
      status: 'NON_COMPLIANT',
      waiver_state: 'active',
      waiver_expires: '2026-12-31',
      waiver_approver: 'J. Okafor, CISO',
    });
  });

  test('names the verdict of each write path and the request that gets through', () => {
    const finding = assessment.findings.find((item) => item.proofs?.replicate?.verdict === 'undecided')!;
    expect(rowOf(finding.id)).toMatchObject({
      proof_put: 'refuted',
      proof_replicate: 'undecided',
      proof_update: 'proved',
      counterexample: expect.stringContaining('aws s3api put-object'),
    });
  });

  test('a name with a line feed, quotes and HTML comes back whole', () => {
    expect(column('bucket')).toContain(HOSTILE);
    expect(column('reasons')).toContain("'@SUM(1) a carved-out principal can write anything.");
  });

  test('counts are plain numbers, empty where there is nothing to count', () => {
    const stored = assessment.findings.find((finding) => finding.counts?.nonCompliant === 1_241)!;
    expect(rowOf(stored.id)).toMatchObject({ objects_non_compliant: '1241', objects_undetermined: '3' });
    const other = assessment.findings.find((finding) => finding.check === 'opened')!;
    expect(rowOf(other.id)).toMatchObject({ objects_non_compliant: '', proof_put: '' });
  });
});
