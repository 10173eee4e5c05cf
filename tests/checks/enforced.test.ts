import { describe, expect, test } from '@jest/globals';
import { enforced } from '../../lib/checks/enforced.ts';
import type { CheckInput } from '../../lib/checks/check.ts';
import type { BucketEvidence } from '../../lib/model/evidence.ts';
import type { Status } from '../../lib/model/finding.ts';
import { absent, known, unknown } from '../../lib/model/observed.ts';
import type { EncryptionRequirement, Requirement } from '../../lib/model/requirement.ts';
import {
  bucketEvidence,
  defaultEncryption,
  keyArn,
  keyEvidence,
  keyRequirement,
  requirement,
} from '../support/evidence.ts';

const SSE = 's3:x-amz-server-side-encryption';
const KID = `${SSE}-aws-kms-key-id`;
const OURS = keyArn('ours');
const keys = [
  keyEvidence(OURS),
  keyEvidence('alias/ours', { arn: OURS }, { aliases: known(['alias/ours']) }),
];
const denied = unknown({
  code: 'ACCESS_DENIED',
  operation: 's3:GetBucketPolicy',
  message: 'no',
  httpStatus: 403,
});

const policy = (
  ...conditions: readonly (readonly [condition: unknown, rest?: Readonly<Record<string, unknown>>])[]
) =>
  known(
    JSON.stringify({
      Version: '2012-10-17',
      Statement: conditions.map(([Condition, rest]) => ({
        Sid: 'Guard',
        Effect: 'Deny',
        Principal: '*',
        Action: 's3:PutObject',
        Resource: 'arn:aws:s3:::b/*',
        Condition,
        ...rest,
      })),
    }),
  );
const onlyKms = [{ StringNotEquals: { [SSE]: 'aws:kms' } }] as const;
const everyPath = [
  { StringNotEquals: { [SSE]: 'aws:kms' } },
  { Action: ['s3:PutObject', 's3:ReplicateObject', 's3:UpdateObjectEncryption'] },
] as const;
const pinned = [{ StringNotEquals: { [KID]: OURS } }] as const;
const wrongHeaders = [{ StringNotEquals: { [SSE]: 'aws:kms' }, Null: { [SSE]: 'false' } }] as const;
const exempting = [
  {
    StringNotEquals: { [SSE]: 'aws:kms' },
    ArnNotEquals: { 'aws:PrincipalArn': 'arn:aws:iam::111122223333:role/break-glass' },
  },
] as const;
const customer = { allow: ['SSE-KMS'], key: keyRequirement({ manager: 'CUSTOMER' }) } as const;
const defaultUnderOurs = known(
  defaultEncryption({ algorithm: 'aws:kms', kmsKey: 'alias/ours', blocked: ['SSE-C'] }),
);

function judge(
  bucket: Partial<BucketEvidence>,
  encryption: Partial<EncryptionRequirement> = {},
  rest: Partial<Requirement> = {},
  input: Partial<CheckInput> = {},
) {
  return enforced.judge({
    requirement: requirement(encryption, rest),
    bucket: bucketEvidence(bucket),
    census: null,
    keyOf: (reference) => keys.find((key) => key.reference === reference),
    scope: 'whole-bucket',
    keyPrefixes: null,
    asOf: '2026-11-01T00:00:00Z',
    ...input,
  });
}

describe('the enforced check', () => {
  test.each<[string, Partial<BucketEvidence>, Partial<EncryptionRequirement>, Partial<Requirement>, Status]>([
    ['a policy that enforces it', { policy: policy(onlyKms) }, {}, {}, 'COMPLIANT'],
    ['no policy', { policy: absent }, {}, {}, 'NON_COMPLIANT'],
    [
      'no policy, but everything is accepted',
      { policy: absent },
      { allow: ['SSE-S3', 'SSE-KMS', 'DSSE-KMS', 'SSE-C'] },
      {},
      'COMPLIANT',
    ],
    ['a policy that could not be read', { policy: denied }, {}, {}, 'INSUFFICIENT_DATA'],
    ['a policy that is no policy', { policy: known('{"Statement":') }, {}, {}, 'INSUFFICIENT_DATA'],
    ['our key pinned', { policy: policy(onlyKms, pinned) }, customer, {}, 'COMPLIANT'],
    [
      'a key pinned that nobody has read',
      { policy: policy(onlyKms, [{ StringNotEquals: { [KID]: keyArn('unread') } }]) },
      customer,
      {},
      'INSUFFICIENT_DATA',
    ],
    ['no key pinned', { policy: policy(onlyKms) }, customer, {}, 'NON_COMPLIANT'],
    [
      'wrong headers refused, default right by alias',
      {
        policy: policy(wrongHeaders, [
          { StringNotEquals: { [KID]: OURS }, StringEquals: { [SSE]: 'aws:kms' } },
        ]),
        defaultEncryption: defaultUnderOurs,
      },
      customer,
      {},
      'COMPLIANT',
    ],
    [
      'wrong headers refused, default not read',
      { policy: policy(wrongHeaders), defaultEncryption: denied },
      {},
      {},
      'INSUFFICIENT_DATA',
    ],
    ['wrong headers refused, default wrong', { policy: policy(wrongHeaders) }, {}, {}, 'NON_COMPLIANT'],
    [
      'whether SSE-C is blocked not reported',
      {
        policy: policy(wrongHeaders),
        defaultEncryption: known(defaultEncryption({ algorithm: 'aws:kms', blocked: null })),
      },
      {},
      {},
      'INSUFFICIENT_DATA',
    ],
    [
      'replication asked for as well, and open',
      { policy: policy(onlyKms) },
      {},
      { paths: ['put', 'replicate'] },
      'NON_COMPLIANT',
    ],
    [
      'replication asked for as well, and closed',
      { policy: policy(everyPath) },
      {},
      { paths: ['put', 'replicate'] },
      'COMPLIANT',
    ],
    [
      'TLS asked for, plain http open',
      { policy: policy(onlyKms) },
      {},
      { transport: { tls: '1.2' } },
      'NON_COMPLIANT',
    ],
    ['a role exempt', { policy: policy(exempting) }, {}, {}, 'NON_COMPLIANT'],
    [
      'NotPrincipal, which AWS does not document',
      {
        policy: policy([
          onlyKms[0],
          { Principal: undefined, NotPrincipal: { AWS: 'arn:aws:iam::111122223333:role/x' } },
        ]),
      },
      {},
      {},
      'INSUFFICIENT_DATA',
    ],
    [
      'SSE-C accepted by the list but to be blocked',
      { policy: absent },
      { allow: ['SSE-S3', 'SSE-KMS', 'DSSE-KMS'], sseC: 'blocked' },
      {},
      'NON_COMPLIANT',
    ],
  ])('%s → %s', (_, bucket, encryption, rest, status) => {
    expect(judge(bucket, encryption, rest).status).toBe(status);
  });

  test('tells all three paths, those outside the verdict as such', () => {
    const { reasons, proofs } = judge({ policy: policy(onlyKms) });
    expect(reasons).toEqual([
      'Uploads and copies (s3:PutObject): no request can break the requirement.',
      'Not part of the verdict: Replication (s3:ReplicateObject): a request gets through that stores SSE-S3.',
      'Not part of the verdict: Changing encryption in place (s3:UpdateObjectEncryption): no request can break the requirement.',
    ]);
    expect(Object.keys(proofs ?? {})).toEqual(['put', 'replicate', 'update']);
  });

  test('a hole for exempted callers alone is told apart from one for everybody', () => {
    expect(judge({ policy: policy(exempting) }).reasons[0]).toMatch(
      /only exempted callers get through \(arn:aws:iam::111122223333:role\/break-glass\).*everybody else is stopped/,
    );
  });

  test('points to a command that writes what is missing', () => {
    const { remediation } = judge({ name: 'records', policy: absent }, customer, {
      transport: { tls: '1.2' },
    });
    expect(remediation).toMatch(
      /sealcheck policy --bucket records --require SSE-KMS --key KEY_ARN customer-managed --tls 1\.2 --paths put\.$/,
    );
  });

  test('a policy for one prefix is enough for a data class under it', () => {
    const guard = policy([onlyKms[0], { Resource: 'arn:aws:s3:::b/phi/*' }]);
    const byKey = { scope: 'by-key', keyPrefixes: ['phi/'] } as const;
    expect(judge({ policy: guard }, {}, {}, byKey).status).toBe('COMPLIANT');
    expect(judge({ policy: guard }).status).toBe('NON_COMPLIANT');
    expect(judge({ policy: guard }, {}, {}, { ...byKey, keyPrefixes: ['phi/', 'pii/'] }).status).toBe(
      'NON_COMPLIANT',
    );
  });

  test('says which part of a requirement no policy can enforce', () => {
    expect(judge({ policy: policy(onlyKms) }, { bucketKey: 'required' }).reasons.at(-1)).toMatch(
      /S3 Bucket Keys/,
    );
  });

  test('the same evidence gives the same bytes', () => {
    const once = JSON.stringify(judge({ policy: policy(exempting, pinned) }, customer));
    expect(JSON.stringify(judge({ policy: policy(exempting, pinned) }, customer))).toBe(once);
  });
});
