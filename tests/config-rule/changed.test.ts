import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { fault } from '../../lib/sandbox/faults.ts';
import type { Bucket } from '../../lib/sandbox/state-s3.ts';
import { ACCOUNT, addBucket, KEY_ARN, REGION, startTestSandbox } from '../support/sandbox.ts';
import type { TestSandbox } from '../support/sandbox.ts';
import { CAPTURED_AT, changeEvent, historyItem, oversizedEvent, sse } from './items.ts';
import type { ItemFacts } from './items.ts';
import { startRule } from './support.ts';

let sandbox: TestSandbox;
let rule: Awaited<ReturnType<typeof startRule>>;
beforeAll(async () => {
  sandbox = await startTestSandbox();
  rule = await startRule(sandbox);
});
afterAll(async () => {
  await rule.close();
  await sandbox.close();
});
beforeEach(() => {
  sandbox.state.configEvaluations.length = 0;
  sandbox.state.configItems.length = 0;
  sandbox.state.buckets.clear();
  sandbox.state.faults.length = 0;
});

const PHI = { 'data-class': 'phi' };
const withDefault = (...args: Parameters<typeof sse>) => ({
  supplementary: { ServerSideEncryptionConfiguration: sse(...args) },
});
const kms: Bucket['encryption'] = {
  algorithm: 'aws:kms',
  kmsKey: KEY_ARN,
  bucketKey: false,
  blocked: ['SSE-C'],
};
const sseS3: Bucket['encryption'] = { algorithm: 'AES256', kmsKey: null, bucketKey: false, blocked: null };

type Case = {
  readonly what: string;
  readonly item: ItemFacts;
  /** The bucket as S3 has it now. */
  readonly now?: Bucket['encryption'];
  readonly parameters?: Readonly<Record<string, string>>;
  readonly leftScope?: boolean;
  readonly type: string;
  readonly words: RegExp;
};

/** What the rule makes of a bucket, whichever way AWS Config tells of it. A new case is a row. */
const CASES: readonly Case[] = [
  {
    what: 'PHI under our own rotating key passes',
    item: { name: 'b', tags: PHI, ...withDefault('aws:kms', KEY_ARN) },
    now: kms,
    parameters: { requirements: 'test/phi-own-key' },
    type: 'COMPLIANT',
    words: /^test\/phi-own-key default: The default is SSE-KMS under arn:/,
  },
  {
    what: 'PHI that is SSE-S3 by default fails',
    item: { name: 'b', tags: PHI, ...withDefault('AES256') },
    now: sseS3,
    type: 'NON_COMPLIANT',
    words: /^test\/phi-own-key default: The default is SSE-S3: /,
  },
  {
    what: 'aws:kms without a key means the AWS managed one, and fails',
    item: { name: 'b', tags: PHI, ...withDefault('aws:kms') },
    now: { ...kms, kmsKey: null },
    type: 'NON_COMPLIANT',
    words: /alias\/aws\/s3/,
  },
  {
    what: 'a key that nobody can describe is not known',
    item: { name: 'b', tags: PHI, ...withDefault('aws:kms', KEY_ARN.replace('1234abcd', '9999ffff')) },
    parameters: { requirements: 'test/phi-own-key', checks: 'keys' },
    type: 'NOT_APPLICABLE',
    words: /^Not known: test\/phi-own-key keys: /,
  },
  {
    what: 'a failure under an active waiver is out of the verdict',
    item: { name: 'waived', tags: PHI, ...withDefault('AES256') },
    now: sseS3,
    parameters: { requirements: 'test/phi-own-key' },
    type: 'NOT_APPLICABLE',
    words: /^Waived: test\/phi-own-key default: /,
  },
  {
    what: 'a class that keys decide cannot fail without the keys',
    item: { name: 'b', ...withDefault('AES256') },
    now: sseS3,
    type: 'NOT_APPLICABLE',
    words: /^Not known: Whether this bucket holds the data class is not known: that depends on its keys/,
  },
  {
    what: 'a class that keys decide passes where it would pass either way',
    item: { name: 'b', ...withDefault('aws:kms', KEY_ARN) },
    now: kms,
    type: 'COMPLIANT',
    words: /^test\/cards-dsse default: /,
  },
  {
    what: 'an item from before 2023 without a default is completed from S3',
    item: { name: 'b', tags: PHI, supplementary: { ServerSideEncryptionConfiguration: null } },
    now: sseS3,
    type: 'NON_COMPLIANT',
    words: /The default is SSE-S3/,
  },
  {
    what: 'blocked encryption types, which no item holds, come from S3',
    item: { name: 'blocked-b', ...withDefault('AES256') },
    now: { ...sseS3, blocked: ['SSE-C'] },
    parameters: { requirements: 'test/no-sse-c' },
    type: 'COMPLIANT',
    words: /^test\/no-sse-c default: /,
  },
  {
    what: 'a bucket that lets SSE-C in fails where it must not',
    item: { name: 'blocked-b', ...withDefault('AES256') },
    now: { ...sseS3, blocked: ['NONE'] },
    parameters: { requirements: 'test/no-sse-c' },
    type: 'NON_COMPLIANT',
    words: /SSE-C is not blocked/,
  },
  {
    what: 'an item that is behind S3 keeps its own default, and the block is not known',
    item: { name: 'blocked-b', ...withDefault('AES256') },
    now: kms,
    parameters: { requirements: 'test/no-sse-c' },
    type: 'NOT_APPLICABLE',
    words: /^Not known: .*Whether SSE-C is blocked is not known/,
  },
  {
    what: 'a requirement about something else does not apply',
    item: { name: 'b' },
    now: sseS3,
    parameters: { requirements: 'test/phi-own-key' },
    type: 'NOT_APPLICABLE',
    words: /^No requirement of the rule packs is about this bucket\.$/,
  },
  {
    what: 'a deleted bucket does not apply',
    item: { name: 'b', tags: PHI, status: 'ResourceDeleted' },
    type: 'NOT_APPLICABLE',
    words: /reports the resource as ResourceDeleted/,
  },
  {
    what: 'a bucket that is no longer recorded does not apply',
    item: { name: 'b', tags: PHI, status: 'ResourceNotRecorded' },
    type: 'NOT_APPLICABLE',
    words: /ResourceNotRecorded/,
  },
  {
    what: "a bucket out of the rule's scope does not apply",
    item: { name: 'b', tags: PHI, ...withDefault('AES256') },
    now: sseS3,
    leftScope: true,
    type: 'NOT_APPLICABLE',
    words: /left the scope/,
  },
];

function setUp({ item, now }: Case): void {
  if (now) addBucket(sandbox.state, item.name, { encryption: now });
}

describe.each<[string, (entry: Case) => unknown]>([
  [
    'a change notification',
    ({ item, parameters, leftScope = false }) =>
      changeEvent(item, { leftScope, ...(parameters ? { parameters } : {}) }),
  ],
  [
    'a notification whose item was too large',
    ({ item, parameters, leftScope = false }) => {
      sandbox.state.configItems.push({
        accountId: ACCOUNT,
        region: REGION,
        resourceType: 'AWS::S3::Bucket',
        resourceId: item.name,
        captureTime: Date.parse(CAPTURED_AT),
        item: historyItem(item),
      });
      return oversizedEvent(item, { leftScope, ...(parameters ? { parameters } : {}) });
    },
  ],
])('%s', (_name, eventOf) => {
  test.each(CASES.map((entry) => [entry.what, entry] as const))('%s', async (_what, entry) => {
    setUp(entry);
    await rule.answer(eventOf(entry));
    expect(rule.evaluations()).toEqual([
      {
        ComplianceResourceType: 'AWS::S3::Bucket',
        ComplianceResourceId: entry.item.name,
        ComplianceType: entry.type,
        Annotation: expect.stringMatching(entry.words),
        OrderingTimestamp: Date.parse(CAPTURED_AT) / 1000,
      },
    ]);
    expect(String(rule.evaluations()[0]!['Annotation']).length).toBeLessThanOrEqual(256);
  });
});

describe('one resource', () => {
  test('whose large item AWS Config refuses to hand out is not known', async () => {
    sandbox.state.faults.push(fault({ operation: 'GetResourceConfigHistory' }, { type: 'deny' }));
    await rule.answer(oversizedEvent({ name: 'b', tags: PHI }));
    expect(rule.evaluations()).toMatchObject([
      {
        ComplianceType: 'NOT_APPLICABLE',
        Annotation: expect.stringMatching(/^Not known: .*ACCESS_DENIED on config:GetResourceConfigHistory/),
      },
    ]);
  });

  test('that is not a bucket does not apply', async () => {
    const event = changeEvent({ name: 'b' });
    const invoking = JSON.parse(event.invokingEvent) as { configurationItem: Record<string, unknown> };
    invoking.configurationItem['resourceType'] = 'AWS::S3::AccountPublicAccessBlock';
    await rule.answer({ ...event, invokingEvent: JSON.stringify(invoking) });
    expect(rule.evaluations()).toMatchObject([
      { ComplianceResourceType: 'AWS::S3::AccountPublicAccessBlock', ComplianceType: 'NOT_APPLICABLE' },
    ]);
  });

  test('nobody is concerned with is not looked up in S3 or KMS', async () => {
    sandbox.state.log.length = 0;
    await rule.answer(
      changeEvent(
        { name: 'b', ...withDefault('AES256') },
        { parameters: { requirements: 'test/phi-own-key' } },
      ),
    );
    expect(sandbox.state.log.map(({ operation }) => operation)).toEqual(['config:PutEvaluations']);
  });

  test('under a test token is checked and not kept', async () => {
    const result = await rule.answer(changeEvent({ name: 'b' }, { token: 'TESTMODE' }));
    expect(result).toEqual({ question: 'changed', evaluations: { NOT_APPLICABLE: 1 } });
    expect(rule.evaluations()).toEqual([]);
  });
});
