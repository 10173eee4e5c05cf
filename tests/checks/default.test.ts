import { describe, expect, test } from '@jest/globals';
import { bucketDefault } from '../../lib/checks/default.ts';
import type { BucketEvidence, KeyEvidence } from '../../lib/model/evidence.ts';
import type { Status } from '../../lib/model/finding.ts';
import { absent, known, unknown } from '../../lib/model/observed.ts';
import type { EncryptionRequirement } from '../../lib/model/requirement.ts';
import {
  bucketEvidence,
  defaultEncryption,
  keyArn,
  keyEvidence,
  keyRequirement,
  requirement,
} from '../support/evidence.ts';

const OURS = keyArn('ours');
const keys: readonly KeyEvidence[] = [
  keyEvidence(OURS),
  keyEvidence('alias/ours', { arn: OURS }),
  keyEvidence(
    'alias/aws/s3',
    {},
    { metadata: unknown({ code: 'NOT_READ', operation: 'kms:DescribeKey', message: '' }) },
  ),
];
const customer = { allow: ['SSE-KMS'], key: keyRequirement({ manager: 'CUSTOMER' }) } as const;
const byArn = { allow: ['SSE-KMS'], key: keyRequirement({ arns: [OURS] }) } as const;
const kms = (kmsKey: string | null, bucketKey = false): BucketEvidence['defaultEncryption'] =>
  known(defaultEncryption({ algorithm: 'aws:kms', kmsKey, bucketKey }));
const denied = unknown({
  code: 'ACCESS_DENIED',
  operation: 's3:GetEncryptionConfiguration',
  message: 'no',
  httpStatus: 403,
});

const judge = (encryption: Partial<EncryptionRequirement>, observed: BucketEvidence['defaultEncryption']) =>
  bucketDefault.judge({
    requirement: requirement(encryption),
    bucket: bucketEvidence({ defaultEncryption: observed }),
    census: null,
    keyOf: (reference) => keys.find((key) => key.reference === reference),
    scope: 'whole-bucket',
    keyPrefixes: null,
    asOf: '2026-11-01T00:00:00Z',
  });

describe('the default check', () => {
  test.each<[string, Partial<EncryptionRequirement>, BucketEvidence['defaultEncryption'], Status]>([
    ['SSE-S3 where it is allowed', { allow: ['SSE-S3'] }, known(defaultEncryption()), 'COMPLIANT'],
    ['SSE-S3 where KMS is required', { allow: ['SSE-KMS'] }, known(defaultEncryption()), 'NON_COMPLIANT'],
    ['our key by ARN', customer, kms(OURS), 'COMPLIANT'],
    ['our key by alias', customer, kms('alias/ours'), 'COMPLIANT'],
    ['our key by alias, asked for by ARN', byArn, kms('alias/ours'), 'COMPLIANT'],
    ['aws:kms without a key is aws/s3, not ours', customer, kms(null), 'NON_COMPLIANT'],
    ['alias/aws/s3 named outright', customer, kms('alias/aws/s3'), 'NON_COMPLIANT'],
    [
      'aws/s3 where the pack accepts it',
      { allow: ['SSE-KMS'], key: keyRequirement({ manager: 'AWS' }) },
      kms(null),
      'COMPLIANT',
    ],
    ['a key nobody could read', customer, kms('alias/unread'), 'INSUFFICIENT_DATA'],
    [
      'no bucket key where one is required',
      { allow: ['SSE-KMS'], bucketKey: 'required' },
      kms(OURS),
      'NON_COMPLIANT',
    ],
    [
      'a bucket key where one is required',
      { allow: ['SSE-KMS'], bucketKey: 'required' },
      kms(OURS, true),
      'COMPLIANT',
    ],
    [
      'DSSE where it is allowed',
      { allow: ['DSSE-KMS'] },
      known(defaultEncryption({ algorithm: 'aws:kms:dsse', kmsKey: OURS })),
      'COMPLIANT',
    ],
    [
      'an algorithm nobody documented',
      { allow: ['SSE-S3'] },
      known(defaultEncryption({ algorithm: 'aws:new' })),
      'INSUFFICIENT_DATA',
    ],
    [
      'SSE-C blocked as required',
      { allow: ['SSE-S3'], sseC: 'blocked' },
      known(defaultEncryption({ blocked: ['SSE-C'] })),
      'COMPLIANT',
    ],
    [
      'SSE-C not blocked',
      { allow: ['SSE-S3'], sseC: 'blocked' },
      known(defaultEncryption({ blocked: ['NONE'] })),
      'NON_COMPLIANT',
    ],
    [
      'the block not reported',
      { allow: ['SSE-S3'], sseC: 'blocked' },
      known(defaultEncryption({ blocked: null })),
      'INSUFFICIENT_DATA',
    ],
    ['a denied read', { allow: ['SSE-S3'] }, denied, 'INSUFFICIENT_DATA'],
    ['no default reported, SSE-S3 allowed', { allow: ['SSE-S3'] }, absent, 'INSUFFICIENT_DATA'],
    ['no default reported, KMS required', { allow: ['SSE-KMS'] }, absent, 'NON_COMPLIANT'],
  ])('%s → %s', (_name, encryption, observed, status) => {
    expect(judge(encryption, observed).status).toBe(status);
  });

  test('names what the default is and what to set instead', () => {
    const verdict = judge(customer, kms(null));
    expect(verdict.reasons[0]).toMatch(
      /The default is SSE-KMS under alias\/aws\/s3 \(no key is configured\)/,
    );
    expect(verdict.remediation).toMatch(/PutBucketEncryption/);
  });
});
