import { describe, expect, test } from '@jest/globals';
import { worst } from '../../lib/checks/check.ts';
import type { KeyLookup } from '../../lib/checks/check.ts';
import { judgeSeal } from '../../lib/checks/seal.ts';
import type { Status } from '../../lib/model/finding.ts';
import type { ClientSideEncryption, ServerSideEncryption } from '../../lib/model/object-encryption.ts';
import { known, unknown } from '../../lib/model/observed.ts';
import type { EncryptionRequirement } from '../../lib/model/requirement.ts';
import { encryptionRequirement, keyArn, keyEvidence, keyRequirement, REGION } from '../support/evidence.ts';

const OURS = keyArn('ours');
const AWS_S3 = keyArn('aws-s3');
const THEIRS = keyArn('theirs', '444455556666');
const HIDDEN = keyArn('hidden');
const UNREAD = keyArn('unread');

const denied = unknown({
  code: 'ACCESS_DENIED',
  operation: 'kms:DescribeKey',
  message: 'no',
  httpStatus: 400,
});
const evidence = new Map([
  [OURS, keyEvidence(OURS, {}, { aliases: known(['alias/phi-records']) })],
  [AWS_S3, keyEvidence(AWS_S3, { manager: 'AWS' }, { aliases: known(['alias/aws/s3']) })],
  [THEIRS, keyEvidence(THEIRS, { accountId: '444455556666' }, { aliases: denied })],
  [HIDDEN, keyEvidence(HIDDEN, {}, { metadata: denied, aliases: denied, rotation: denied, policy: denied })],
]);
const keyOf: KeyLookup = (reference) => evidence.get(reference);

/** Every seal the tool knows, by a name that the table below uses. */
const SEALS: Readonly<Record<string, ServerSideEncryption>> = {
  'SSE-S3': { type: 'SSE-S3' },
  'KMS ours': { type: 'SSE-KMS', keyArn: OURS, bucketKey: false },
  'KMS ours, bucket key': { type: 'SSE-KMS', keyArn: OURS, bucketKey: true },
  'KMS aws/s3': { type: 'SSE-KMS', keyArn: AWS_S3, bucketKey: false },
  'KMS other account': { type: 'SSE-KMS', keyArn: THEIRS, bucketKey: false },
  'KMS undescribed key': { type: 'SSE-KMS', keyArn: HIDDEN, bucketKey: false },
  'KMS unread key': { type: 'SSE-KMS', keyArn: UNREAD, bucketKey: false },
  'KMS unnamed key': { type: 'SSE-KMS', keyArn: null, bucketKey: false },
  'DSSE ours': { type: 'DSSE-KMS', keyArn: OURS },
  'DSSE aws/s3': { type: 'DSSE-KMS', keyArn: AWS_S3 },
  'SSE-C': { type: 'SSE-C' },
  none: { type: 'NONE' },
  'aws:fsx': { type: 'OTHER', header: 'aws:fsx' },
};

const REQUIREMENTS: Readonly<Record<string, Partial<EncryptionRequirement>>> = {
  'any server-side': { allow: ['SSE-S3', 'SSE-KMS', 'DSSE-KMS', 'SSE-C'] },
  'no SSE-C': { allow: ['SSE-S3', 'SSE-KMS', 'DSSE-KMS'] },
  'KMS of any kind': { allow: ['SSE-KMS', 'DSSE-KMS'] },
  'customer managed': { allow: ['SSE-KMS', 'DSSE-KMS'], key: keyRequirement({ manager: 'CUSTOMER' }) },
  'our account': { allow: ['SSE-KMS', 'DSSE-KMS'], key: keyRequirement({ accounts: ['111122223333'] }) },
  'our ARN': { allow: ['SSE-KMS'], key: keyRequirement({ arns: [OURS] }) },
  'alias phi-*': { allow: ['SSE-KMS', 'DSSE-KMS'], key: keyRequirement({ aliases: ['alias/phi-*'] }) },
  'bucket key on': { allow: ['SSE-KMS', 'DSSE-KMS'], bucketKey: 'required' },
  'bucket key off': { allow: ['SSE-KMS', 'DSSE-KMS'], bucketKey: 'forbidden' },
};

const P = 'COMPLIANT';
const F = 'NON_COMPLIANT';
const U = 'INSUFFICIENT_DATA';

/** Columns in the order of REQUIREMENTS. */
const TABLE: Readonly<Record<string, readonly Status[]>> = {
  //                        any  noC  KMS  CMK  acct arn  alias bkON bkOFF
  'SSE-S3': /*           */ [P, P, F, F, F, F, F, F, F],
  'KMS ours': /*         */ [P, P, P, P, P, P, P, F, P],
  'KMS ours, bucket key': [P, P, P, P, P, P, P, P, F],
  'KMS aws/s3': /*       */ [P, P, P, F, P, F, F, F, P],
  'KMS other account': /**/ [P, P, P, P, F, F, U, F, P],
  'KMS undescribed key': [P, P, P, U, P, F, U, F, P],
  'KMS unread key': /*   */ [P, P, P, U, P, F, U, F, P],
  'KMS unnamed key': /*  */ [P, P, P, U, U, U, U, F, P],
  'DSSE ours': /*        */ [P, P, P, P, P, F, P, P, P],
  'DSSE aws/s3': /*      */ [P, P, P, F, P, F, F, P, P],
  'SSE-C': /*            */ [P, F, F, F, F, F, F, F, F],
  none: /*               */ [F, F, F, F, F, F, F, F, F],
  'aws:fsx': /*          */ [U, U, U, U, U, U, U, U, U],
};

const cases = Object.entries(TABLE).flatMap(([seal, statuses]) =>
  Object.keys(REQUIREMENTS).map((wanted, i) => [seal, wanted, statuses[i]] as const),
);

describe('every seal under every requirement', () => {
  test('the table leaves no seal and no requirement out', () => {
    expect(Object.keys(TABLE)).toEqual(Object.keys(SEALS));
    expect(cases.every(([, , status]) => status !== undefined)).toBe(true);
  });

  test.each(cases)('%s, asked for %s → %s', (seal, wanted, status) => {
    const judgements = judgeSeal(
      encryptionRequirement(REQUIREMENTS[wanted] ?? {}),
      { serverSide: SEALS[seal] ?? { type: 'NONE' }, clientSide: { kind: 'none' } },
      keyOf,
      REGION,
    );
    expect(worst(judgements)).toBe(status);
  });
});

describe('client-side encryption, where it is required', () => {
  test.each<[string, ClientSideEncryption, Status]>([
    [
      'claimed in metadata',
      { kind: 'claimed', format: 'V3', keyWrap: null, cipher: null, instructionFile: false },
      P,
    ],
    ['an instruction file, which holds no data', { kind: 'instruction-file' }, P],
    ['no claim', { kind: 'none' }, F],
    ['marks that contradict each other', { kind: 'invalid', detail: 'two formats' }, F],
    ['a claim that cannot be read', { kind: 'undetermined', detail: 'SSE-C' }, U],
  ])('%s → %s', (_name, clientSide, status) => {
    const wanted = encryptionRequirement({ allow: ['SSE-S3'], clientSide: 'required' });
    expect(worst(judgeSeal(wanted, { serverSide: { type: 'SSE-S3' }, clientSide }, keyOf, REGION))).toBe(
      status,
    );
  });

  test('a claim does not make up for a server-side type that is not allowed', () => {
    const wanted = encryptionRequirement({ allow: ['SSE-KMS'], clientSide: 'required' });
    const claim: ClientSideEncryption = {
      kind: 'claimed',
      format: 'V2',
      keyWrap: null,
      cipher: null,
      instructionFile: false,
    };
    expect(
      worst(judgeSeal(wanted, { serverSide: { type: 'SSE-S3' }, clientSide: claim }, keyOf, REGION)),
    ).toBe(F);
  });
});
