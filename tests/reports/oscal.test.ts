import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Finding } from '../../lib/model/finding.ts';
import type { Assessment } from '../../lib/model/run.ts';
import { assessmentResultsOscal } from '../../reports/oscal.ts';
import { controlId, uuidOf } from '../../reports/oscal-values.ts';
import { assessment } from './fixture.ts';
import { firstRun, runs, secondRun } from './fixture-history.ts';
import { expectGolden } from './golden.ts';
import { reordered, reversedKeys } from './shuffle.ts';
import { validatorOf } from './validate.ts';

type Props = { name: string; value: string; remarks?: string }[];
type Result = {
  observations: { uuid: string; props: Props; subjects: { 'subject-uuid': string }[] }[];
  risks: { uuid: string; status: string; deadline?: string; props: Props }[];
  findings: {
    props: Props;
    target: { 'target-id': string; status: { state: string; reason: string } };
    'related-risks'?: { 'risk-uuid': string }[];
    'related-observations'?: { 'observation-uuid': string }[];
  }[];
  'local-definitions': { 'inventory-items': { uuid: string }[] };
};
const validate = validatorOf('tests/schemas/oscal-1.2.1-assessment-results.schema.json');
const read = (from: Assessment): Result =>
  (JSON.parse(assessmentResultsOscal(from)) as { 'assessment-results': { results: [Result] } })[
    'assessment-results'
  ].results[0];
const stateOf = (from: Assessment, control: string) =>
  (read(from).findings as Result['findings'] | undefined)?.find(
    ({ target }) => target['target-id'] === control,
  )?.target.status.state;
/** A run of these answers to one question that names one control. */
const answering = (
  control: readonly [string, string],
  answers: readonly (readonly [Finding['status'], 'active' | null])[],
  over: Partial<Assessment> = {},
): Assessment => ({
  ...assessment,
  ...over,
  findings: answers.map(([status, state], i) => ({
    ...assessment.findings[0]!,
    id: `f${i}`,
    bucket: `b${i}`,
    status,
    controls: { [control[0]]: [control[1]] },
    waiver: state && { ...assessment.packs[0]!.waivers[0]!, state },
  })),
});

describe('assessment-results.oscal.json', () => {
  test('is the golden file', () =>
    expectGolden('assessment-results.oscal.json', assessmentResultsOscal(secondRun)));

  test.each(runs)('%s: valid OSCAL 1.2.1', (_, run) =>
    expect(validate(JSON.parse(assessmentResultsOscal(run)))).toEqual([]),
  );

  test('the schema refuses an empty list, which is why they are left out', () => {
    const document = JSON.parse(assessmentResultsOscal(assessment));
    document['assessment-results'].results[0].risks = [];
    expect(validate(document)).not.toEqual([]);
  });

  test('one observation a requirement and bucket, with the status of each check', () => {
    const { observations } = read(assessment);
    const pairs = new Set(assessment.findings.map((f) => `${f.pack}/${f.requirement} ${f.bucket}`));
    expect(observations).toHaveLength(pairs.size);
    expect(observations.flatMap(({ props }) => props)).toHaveLength(assessment.findings.length);
  });

  test('a risk for everything that is no pass: open, waived until a deadline, or still being looked into', () => {
    const { risks } = read(assessment);
    const count = (status: string) => risks.filter((risk) => risk.status === status).length;
    const waived = assessment.findings.filter(({ waiver }) => waiver?.state === 'active');
    expect(count('deviation-approved')).toBe(waived.length);
    expect(count('investigating')).toBe(
      assessment.findings.filter((f) => f.status === 'INSUFFICIENT_DATA').length,
    );
    expect(count('open')).toBe(
      assessment.findings.filter((f) => f.status === 'NON_COMPLIANT').length - waived.length,
    );
    for (const risk of risks) {
      expect(risk.deadline).toBe(risk.status === 'deviation-approved' ? '2026-12-31T23:59:59Z' : undefined);
    }
  });

  const NIST = ['nist-800-53', 'SC-28'] as const;
  test.each<[string, Assessment, string | undefined]>([
    [
      'everything passes',
      answering(NIST, [
        ['COMPLIANT', null],
        ['NOT_APPLICABLE', null],
      ]),
      'satisfied',
    ],
    [
      'one fails',
      answering(NIST, [
        ['COMPLIANT', null],
        ['NON_COMPLIANT', null],
        ['INSUFFICIENT_DATA', null],
      ]),
      'not-satisfied',
    ],
    [
      'what fails is waived',
      answering(NIST, [
        ['COMPLIANT', null],
        ['NON_COMPLIANT', 'active'],
      ]),
      'not-satisfied',
    ],
    [
      'one is unknown',
      answering(NIST, [
        ['COMPLIANT', null],
        ['INSUFFICIENT_DATA', null],
      ]),
      undefined,
    ],
    ['all are unknown', answering(NIST, [['INSUFFICIENT_DATA', null]]), undefined],
    ['nothing applies', answering(NIST, [['NOT_APPLICABLE', null]]), undefined],
    [
      'the list of buckets was cut short',
      answering(NIST, [['COMPLIANT', null]], { coverage: { ...assessment.coverage, complete: false } }),
      undefined,
    ],
  ])('%s: the control is %3$s', (_, run, state) => {
    expect(stateOf(run, 'sc-28')).toBe(state);
    expect(validate(JSON.parse(assessmentResultsOscal(run)))).toEqual([]);
  });

  test('PCI DSS 3.5.1.2 is for the assessor: it may fail here, and never passes', () => {
    const pci = ['pci-4.0.1', '3.5.1.2'] as const;
    expect(stateOf(answering(pci, [['COMPLIANT', null]]), 'pci-4.0.1_3.5.1.2')).toBeUndefined();
    expect(stateOf(answering(pci, [['NON_COMPLIANT', null]]), 'pci-4.0.1_3.5.1.2')).toBe('not-satisfied');
  });

  test('everything that is referred to is there, and no two things share a UUID', () => {
    const text = assessmentResultsOscal(secondRun);
    const result = read(secondRun);
    const [observations, risks] = [result.observations, result.risks].map(
      (all) => new Set(all.map(({ uuid }) => uuid)),
    );
    const items = new Set(result['local-definitions']['inventory-items'].map(({ uuid }) => uuid));
    for (const finding of result.findings) {
      for (const one of finding['related-observations'] ?? [])
        expect(observations).toContain(one['observation-uuid']);
      for (const one of finding['related-risks'] ?? []) expect(risks).toContain(one['risk-uuid']);
    }
    for (const { subjects } of result.observations) expect(items).toContain(subjects[0]!['subject-uuid']);
    const own = [...text.matchAll(/"uuid": "([^"]+)"/g)].map(([, uuid]) => uuid);
    expect(new Set(own).size).toBe(own.length);
    for (const [, uuid] of text.matchAll(/"href": "#([^"]+)"/g)) expect(own).toContain(uuid);
  });

  test.each([
    ['nist-800-53', 'SC-28(1)', 'sc-28.1'],
    ['nist-800-53', 'AU-9(3)', 'au-9.3'],
    ['fedramp', 'SC-8', 'sc-8'],
    ['hipaa', '164.312(a)(2)(iv)', 'hipaa_164.312.a.2.iv'],
    ['pci-4.0.1', '3.5.1', 'pci-4.0.1_3.5.1'],
    ['9lives', 'a b', '_9lives_a_b'],
  ])('%s %s is written %s', (framework, control, id) => expect(controlId(framework, control)).toBe(id));

  test('UUIDs are version 5, and follow from their name alone', () => {
    fc.assert(
      fc.property(fc.array(fc.string()), fc.array(fc.string()), (a, b) => {
        expect(uuidOf(...a)).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
        expect(uuidOf(...a) === uuidOf(...b)).toBe(JSON.stringify(a) === JSON.stringify(b));
      }),
    );
  });

  test('names that are Markdown, HTML or several lines stay text wherever OSCAL has markup', () => {
    const MARKUP = /"(title|description|statement|remarks)": "((?:[^"\\]|\\.)*)"/g;
    const texts = [...assessmentResultsOscal(assessment).matchAll(MARKUP)].map(
      ([, , text]) => JSON.parse(`"${text!}"`) as string,
    );
    expect(texts.some((text) => text.includes('\\<img'))).toBe(true);
    for (const text of texts) expect(text).not.toMatch(/(?<!\\)[<>`*[\]&]|\u202E/);
  });

  test('whatever texts a finding has, the document is valid', () => {
    const text = fc.string({ unit: 'binary', maxLength: 60 });
    fc.assert(
      fc.property(text, text, text, (title, reason, control) => {
        const finding: Finding = {
          ...assessment.findings[0]!,
          title,
          reasons: [reason],
          remediation: reason,
          bucket: title,
          controls: { [control]: [reason], 'nist-800-53': [title] },
        };
        const run = { ...firstRun, findings: [finding] };
        expect(validate(JSON.parse(assessmentResultsOscal(run)))).toEqual([]);
      }),
      { numRuns: 300 },
    );
  });

  test('the same evidence in another order gives the same bytes', () => {
    expect(assessmentResultsOscal(reversedKeys(reordered(secondRun)))).toBe(
      assessmentResultsOscal(secondRun),
    );
  });
});
