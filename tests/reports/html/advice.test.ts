import { describe, expect, test } from '@jest/globals';
import { absent, unknown } from '../../../lib/model/observed.ts';
import type { Assessment } from '../../../lib/model/run.ts';
import { adviceSection } from '../../../reports/html/advice.ts';
import { createDeferred } from '../../../reports/html/deferred.ts';
import type { HtmlElement } from '../../../reports/html/node.ts';
import { outcomeOf } from '../../../reports/outcome.ts';
import { requirementResults } from '../../../reports/requirements.ts';
import { assessment } from '../fixture.ts';
import { emptyRun } from '../fixture-history.ts';
import { HOSTILE } from '../fixture-names.ts';
import { all, rowsOf, textOf } from './tree.ts';

const BUCKET = 'ehr-phi-imaging';
const COMMAND = `sealcheck policy --bucket ${BUCKET} --require SSE-KMS --key '$(id)' --paths put`;
const withRemedy: Assessment = {
  ...assessment,
  remedies: [
    {
      requirement: 'hipaa/phi-sse-kms',
      bucket: BUCKET,
      policyCommand: COMMAND,
      fixes: [
        {
          ...{
            requirement: 'hipaa/phi-sse-kms',
            bucket: BUCKET,
            method: 'update',
            objects: 1_200,
            bytes: 2048,
          },
          manifest: 'fixes/ehr-phi-imaging/hipaa.phi-sse-kms.update.csv',
          job: 'fixes/ehr-phi-imaging/hipaa.phi-sse-kms.update.job.json',
          reasons: { 'it changes where it is': 1_200 },
        },
        {
          ...{ requirement: 'hipaa/phi-sse-kms', bucket: BUCKET, method: 'by-hand', objects: 41, bytes: 10 },
          manifest: null,
          job: null,
          reasons: { 'its key is lost': 40, 'nobody knows': 1 },
        },
      ],
    },
  ],
};
const adviceOf = (from: Assessment): HtmlElement =>
  adviceSection(from, requirementResults(from), createDeferred());
const bucketOf = (from: Assessment, bucket = BUCKET): HtmlElement =>
  all(adviceOf(from), '.advice')
    .flatMap((list) => all(list, 'details'))
    .find((item) => textOf(all(item, 'h4')[0]!) === bucket)!;
const withPolicy = (policy: (typeof assessment.buckets)[number]['policy']): Assessment => ({
  ...withRemedy,
  buckets: withRemedy.buckets.map((bucket) => (bucket.name === BUCKET ? { ...bucket, policy } : bucket)),
});

describe('the guide', () => {
  test.each([
    ['SSE-S3', /no second permission/, /Nothing to lose/],
    ['SSE-KMS', /one for many with a bucket key/, /unreadable for ever/],
    ['DSSE-KMS', /bucket keys do not apply/, /As SSE-KMS/],
    ['SSE-C', /S3 sees key and plaintext/, /AWS cannot help/],
    ['Client-side', /never sees plaintext/, /lost wrapping key loses the object/],
  ])('tells of %s who sees plaintext and what a lost key loses', (kind, reads, loss) => {
    const row = rowsOf(all(adviceOf(emptyRun), '.choices')[0]!).find(([first]) => first === kind)!;
    expect(row[3]).toMatch(reads);
    expect(row[4]).toMatch(loss);
  });
});

describe('the failing buckets', () => {
  test('are all there, worst first, and no other', () => {
    const failing = new Set(
      assessment.findings.filter((one) => outcomeOf(one) === 'NON_COMPLIANT').map(({ bucket }) => bucket),
    );
    const listed = all(all(adviceOf(assessment), '.advice')[0]!, 'h4').map(textOf);
    expect(listed).toHaveLength(failing.size);
    expect(listed[0]).toBe(BUCKET);
    expect(listed.filter((one) => one.includes('onerror'))).toHaveLength(failing.has(HOSTILE) ? 1 : 0);
  });

  test('are said not to be there when none fails', () => {
    expect(textOf(adviceOf(emptyRun))).toContain('No bucket fails a requirement that is not waived.');
  });

  test('have what to use instead, and why', () => {
    expect(textOf(bucketOf(withRemedy))).toMatch(
      /Use SSE-KMS under a key that you manage.*CloudTrail records/,
    );
  });

  test('have the command as it is to be pasted, and the lists of what to fix', () => {
    const item = bucketOf(withRemedy);
    expect(all(item, '.command').map(textOf)).toEqual([COMMAND]);
    expect(all(item, '.fix').map(textOf)).toEqual([
      expect.stringMatching(
        /^S3 Batch Operations, update: 1,200 object versions, 2 KiB: it changes where it is/,
      ),
      expect.stringMatching(/^By hand: 41 object versions, .*its key is lost \(40\); nobody knows \(1\)\.$/),
    ]);
    const files = all(item, 'a')
      .map(([, { href }]) => href!)
      .filter((href) => href.startsWith('./'));
    expect(files).toEqual([
      './fixes/ehr-phi-imaging/hipaa.phi-sse-kms.update.csv',
      './fixes/ehr-phi-imaging/hipaa.phi-sse-kms.update.job.json',
    ]);
  });

  test.each([
    ['has one', withRemedy, /add --merge FILE, or its statements are lost/],
    ['has none', withPolicy(absent), /has no policy yet/],
    [
      'could not be read',
      withPolicy(
        unknown({ code: 'ACCESS_DENIED', operation: 's3:GetBucketPolicy', message: '', httpStatus: 403 }),
      ),
      /Whether the bucket has a policy is not known/,
    ],
  ])('are told what the new policy does to the one there is: it %s', (_, from, words) => {
    expect(textOf(bucketOf(from))).toMatch(words);
  });

  test('still have the words of each check where a run knows no more', () => {
    const item = bucketOf(assessment);
    expect(all(item, '.command')).toEqual([]);
    for (const { check, remediation } of assessment.findings.filter(
      (one) => one.bucket === BUCKET && outcomeOf(one) === 'NON_COMPLIANT',
    ))
      expect(textOf(item)).toContain(`${check} ${remediation ?? ''}`.trim());
  });
});
