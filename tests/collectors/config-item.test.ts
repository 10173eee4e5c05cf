import { describe, expect, test } from '@jest/globals';
import { readConfigItem } from '../../lib/collectors/config-item.ts';
import type { RecordedBucket } from '../../lib/collectors/config-item.ts';
import { valueOf } from '../../lib/model/observed.ts';
import { CAPTURED_AT, eventItem, historyItem, queryItem, sse } from '../config-rule/items.ts';
import type { ItemFacts } from '../config-rule/items.ts';

const KEY = 'arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab';
const POLICY = '{"Version":"2012-10-17","Statement":[]}';

const ENCODINGS = [
  ['a rule event', eventItem],
  ['the history API', historyItem],
  ['an advanced query', queryItem],
] as const;

function read(item: Record<string, unknown>): RecordedBucket {
  const bucket = readConfigItem(item);
  if (typeof bucket === 'string') throw new Error(bucket);
  return bucket;
}

describe.each(ENCODINGS)('an item of %s', (_name, encode) => {
  test('tells the same facts as the other two', () => {
    const facts: ItemFacts = {
      name: 'b',
      tags: { 'data-class': 'phi', team: 'ehr' },
      supplementary: {
        ServerSideEncryptionConfiguration: sse('aws:kms', KEY, true),
        BucketPolicy: { policyText: POLICY },
        BucketVersioningConfiguration: { status: 'Suspended', isMfaDeleteEnabled: null },
        BucketLoggingConfiguration: { destinationBucketName: 'logs', logFilePrefix: null },
      },
    };
    const { evidence, ...item } = read(encode(facts));
    expect(item).toEqual({ status: 'OK', recorded: true, capturedAt: CAPTURED_AT });
    expect(evidence).toMatchObject({
      name: 'b',
      arn: 'arn:aws:s3:::b',
      accountId: '111122223333',
      region: { value: 'eu-west-1' },
      createdAt: '2020-12-28T03:36:13.000Z',
      tags: { state: 'known', value: { 'data-class': 'phi', team: 'ehr' } },
      defaultEncryption: {
        value: { algorithm: 'aws:kms', kmsKey: KEY, bucketKey: true, blocked: null },
      },
      policy: { value: POLICY },
      versioning: { value: 'Suspended' },
      logging: { value: { targetBucket: 'logs', targetPrefix: '' } },
      publicAccessBlock: { value: { blockPublicAcls: true } },
      replication: { state: 'unknown', reason: { code: 'NOT_READ' } },
    });
  });

  test('without tags and policy says that there are none', () => {
    const { evidence } = read(encode({ name: 'b' }));
    expect(evidence).toMatchObject({
      tags: { state: 'absent' },
      policy: { state: 'absent' },
      logging: { state: 'absent' },
      versioning: { value: 'Off' },
    });
  });

  test.each<[string, unknown, string]>([
    ['is missing, as before 2023', null, 'NOT_READ'],
    ['has two rules', { rules: [...sse('AES256').rules, ...sse('aws:kms').rules] }, 'MALFORMED'],
    ['names no algorithm', { rules: [{ applyServerSideEncryptionByDefault: {} }] }, 'MALFORMED'],
    ['is text that is no JSON', 'AES256', 'MALFORMED'],
  ])('whose default encryption %s leaves it unknown', (_what, value, code) => {
    const { evidence } = read(
      encode({ name: 'b', supplementary: { ServerSideEncryptionConfiguration: value } }),
    );
    expect(evidence.defaultEncryption).toMatchObject({ state: 'unknown', reason: { code } });
  });

  test('from before bucket keys counts as one without', () => {
    const old = { rules: [{ applyServerSideEncryptionByDefault: { sseAlgorithm: 'AES256' } }] };
    const { evidence } = read(
      encode({ name: 'b', supplementary: { ServerSideEncryptionConfiguration: old } }),
    );
    expect(valueOf(evidence.defaultEncryption)).toEqual({
      algorithm: 'AES256',
      kmsKey: null,
      bucketKey: false,
      blocked: null,
    });
  });
});

describe('an item', () => {
  test.each<[string, boolean]>([
    ['OK', true],
    ['ResourceDiscovered', true],
    ['ResourceNotRecorded', false],
    ['ResourceDeleted', false],
    ['ResourceDeletedNotRecorded', false],
  ])('of status %s is recorded: %s', (status, recorded) => {
    expect(read(historyItem({ name: 'b', status })).recorded).toBe(recorded);
  });

  test('whose tags were not recorded leaves them unknown, unless its tagging configuration has them', () => {
    const bare = { ...eventItem({ name: 'b' }), tags: null };
    expect(read(bare).evidence.tags).toMatchObject({ state: 'unknown' });
    const tagged = { ...eventItem({ name: 'b', tags: { a: '1' } }), tags: null };
    expect(read(tagged).evidence.tags).toEqual({ state: 'known', value: { a: '1' } });
  });

  test.each<[string, unknown]>([
    ['is of another resource', { ...eventItem({ name: 'b' }), resourceType: 'AWS::EC2::Instance' }],
    ['has no account', { ...eventItem({ name: 'b' }), awsAccountId: null }],
    ['has a capture time that is none', { ...eventItem({ name: 'b' }), configurationItemCaptureTime: 'now' }],
    ['is no object', 'b'],
  ])('that %s is refused in words', (_what, item) => {
    expect(readConfigItem(item)).toMatch(/^is malformed/);
  });
});
