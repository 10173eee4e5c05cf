import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Finding } from '../../lib/model/finding.ts';
import type { Assessment } from '../../lib/model/run.ts';
import { asffFindings, findingsAsff } from '../../reports/asff.ts';
import { assessment } from './fixture.ts';
import { runs, secondRun } from './fixture-history.ts';
import { expectGolden } from './golden.ts';
import { reordered, reversedKeys } from './shuffle.ts';
import { validatorOf } from './validate.ts';

type Asff = {
  Id: string;
  ProductArn: string;
  CreatedAt: string;
  UpdatedAt: string;
  RecordState: string;
  Compliance: { Status: string };
  Workflow: { Status: string };
  FindingProviderFields: { Severity: { Label: string; Original: string } };
  Resources: { Type: string; Id: string }[];
  ProductFields: Record<string, string>;
};
const validate = validatorOf('tests/schemas/asff-2018-10-08.schema.json');
const read = (from: Assessment) => JSON.parse(findingsAsff(from)) as Asff[];
const byId = (from: Assessment) => new Map(read(from).map((one) => [one.Id, one]));
const of = (from: Assessment, finding: Pick<Finding, 'id'>) => byId(from).get(`sealcheck/${finding.id}`)!;

describe('findings.asff.json', () => {
  test('is the golden file', () => expectGolden('findings.asff.json', findingsAsff(secondRun)));

  test.each(runs)('%s: every finding is within the format', (_, run) =>
    expect(validate(JSON.parse(findingsAsff(run)))).toEqual([]),
  );

  test('the schema refuses what Security Hub refuses', () => {
    const [finding] = read(assessment);
    expect(validate([{ ...finding, Title: 'x'.repeat(257) }])).not.toEqual([]);
    expect(validate([{ ...finding, Description: ' ' }])).not.toEqual([]);
    expect(validate([{ ...finding, Resources: [] }])).not.toEqual([]);
    expect(validate([{ ...finding, Severity: { Label: 'HIGH' } }])).not.toEqual([]);
  });

  test.each([
    ['COMPLIANT', 'PASSED', 'RESOLVED'],
    ['INSUFFICIENT_DATA', 'WARNING', 'NEW'],
    ['NON_COMPLIANT', 'FAILED', 'NEW'],
    ['NOT_APPLICABLE', 'NOT_AVAILABLE', 'RESOLVED'],
  ])('%s is %s, and its workflow %s', (status, compliance, workflow) => {
    const about = assessment.findings.filter(
      (one) => one.status === status && one.waiver?.state !== 'active',
    );
    expect(about.length).toBeGreaterThan(0);
    for (const finding of about) {
      expect(of(assessment, finding)).toMatchObject({
        Compliance: { Status: compliance },
        Workflow: { Status: workflow },
      });
    }
  });

  test('a waived failure stays failed and is suppressed, with who approved it', () => {
    const waived = assessment.findings.find((one) => one.waiver?.state === 'active')!;
    expect(of(assessment, waived)).toMatchObject({
      Compliance: { Status: 'FAILED' },
      Workflow: { Status: 'SUPPRESSED' },
      ProductFields: { 'sealcheck/Waiver/Approver': waived.waiver!.approver },
    });
  });

  test('belongs to the account and Region of its bucket', () => {
    const finding = assessment.findings.find((one) => one.bucket === 'billing-cards-us')!;
    expect(of(assessment, finding).ProductArn).toBe(
      'arn:aws:securityhub:us-east-1:444455556666:product/444455556666/default',
    );
  });

  test('keeps its id and its creation from run to run, and is updated later', () => {
    const [open] = secondRun.history!.changes.filter(({ change }) => change === 'stillOpen');
    expect(of(secondRun, open!)).toMatchObject({
      CreatedAt: '2026-11-17T14:15:02Z',
      UpdatedAt: assessment.run.finishedAt,
    });
  });

  test('what is not asked any more is archived, and no pass', () => {
    const [gone] = secondRun.history!.changes.filter(({ change }) => change === 'gone');
    expect(of(secondRun, gone!)).toMatchObject({
      RecordState: 'ARCHIVED',
      Compliance: { Status: 'NOT_AVAILABLE' },
    });
  });

  test('whatever texts and numbers a finding has, it stays within the format and below 240 KB', () => {
    const [template] = assessment.findings;
    const text = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 5000 }),
      fc.constantFrom('', ' ', '\n', '\u{1F512}'.repeat(3000), '\uD800'.repeat(2000), 'x'.repeat(9000)),
    );
    fc.assert(
      fc.property(
        text,
        text,
        text,
        fc.array(text, { maxLength: 60 }),
        (title, reason, remediation, controls) => {
          const finding: Finding = {
            ...template!,
            title,
            remediation,
            reasons: [reason, reason],
            requirement: title,
            controls: { mine: controls },
            waiver: {
              ...assessment.packs[0]!.waivers[0]!,
              reason,
              approver: title,
              owner: title,
              state: 'active',
            },
          };
          const made = asffFindings({ ...assessment, findings: [finding] });
          expect(validate(JSON.parse(JSON.stringify(made)))).toEqual([]);
          expect(Buffer.byteLength(JSON.stringify(made[0]))).toBeLessThan(240 * 1024);
        },
      ),
      { numRuns: 200 },
    );
  });

  test('names at most 32 resources', () => {
    const keys = Array.from({ length: 50 }, (_, i) => `arn:aws:kms:eu-west-1:111122223333:key/${i}`);
    const [census] = assessment.censuses;
    const [group] = census!.groups;
    const groups = keys.map((keyArn) => ({
      ...group!,
      encryption: { ...group!.encryption, serverSide: { type: 'DSSE-KMS' as const, keyArn } },
    }));
    const finding = assessment.findings.find((one) => one.bucket === census!.bucket && one.check === 'keys')!;
    const made = of({ ...assessment, censuses: [{ ...census!, groups }] }, finding);
    expect(made.Resources).toHaveLength(32);
    expect(made.Resources[0]!.Id).toBe(finding.resource);
  });

  test('the same evidence in another order gives the same bytes', () => {
    expect(findingsAsff(reversedKeys(reordered(secondRun)))).toBe(findingsAsff(secondRun));
  });
});
