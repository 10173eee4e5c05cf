import { describe, expect, test } from '@jest/globals';
import type { Assessment } from '../../lib/model/run.ts';
import { findingsJson } from '../../reports/findings-json.ts';
import { assessment } from './fixture.ts';
import { refuted } from './fixture-proofs.ts';
import { expectGolden } from './golden.ts';
import { reversedKeys } from './shuffle.ts';

type Document = Record<'run' | 'coverage', unknown> & {
  findings: unknown[];
  packs: { digest: string }[];
};
const read = (from: Assessment): Document => JSON.parse(findingsJson(from)) as Document;

describe('findings.json', () => {
  test('is the golden file', () => expectGolden('findings.json', findingsJson(assessment)));

  test('starts with its schema version and ends with a line feed', () => {
    expect(findingsJson(assessment)).toMatch(/^\{\n {2}"schemaVersion": 1,\n {2}"run": \{/);
    expect(findingsJson(assessment)).toMatch(/\n\}\n$/);
  });

  test('says everything the findings, the coverage and the run say', () => {
    const document = read(assessment);
    expect(document.run).toEqual(assessment.run);
    expect(document.coverage).toEqual(assessment.coverage);
    expect(document.findings).toHaveLength(assessment.findings.length);
    for (const finding of assessment.findings) expect(document.findings).toContainEqual(finding);
    expect(document.packs.map((pack) => pack.digest)).toEqual(assessment.packs.map((pack) => pack.digest));
  });

  test('the order in which facts were read does not change a byte', () => {
    expect(findingsJson(reversedKeys(assessment))).toBe(findingsJson(assessment));
  });

  test('a header named __proto__ is kept as data', () => {
    const headers = JSON.parse('{"__proto__":"x","a":"b"}');
    const proof = { ...refuted, counterexample: { ...refuted.counterexample, headers } };
    const [first] = assessment.findings;
    const text = findingsJson({ ...assessment, findings: [{ ...first!, proofs: { put: proof } }] });
    expect(text).toContain('"__proto__": "x"');
  });
});
