import { beforeAll, describe, expect, test } from '@jest/globals';
import { CreateKeyCommand } from '@aws-sdk/client-kms';
import type { PutObjectCommandInput, ServerSideEncryptionRule } from '@aws-sdk/client-s3';
import { awsS3Key } from '../../../lib/sandbox/services/kms/managed-key.ts';
import { addVersion, newObject, sealNone } from '../../../lib/sandbox/objects.ts';
import {
  ACCOUNT,
  expectRefusal,
  head,
  newBucket,
  newKey,
  NOON,
  put,
  refusalOf,
  REGION,
  sealOf,
  setDefault,
  useSandbox,
} from '../sdk.ts';

const rig = useSandbox();

/** Keys by the names that the tables use. */
const keys = { mine: '', other: '', awsS3: '' };

beforeAll(async () => {
  keys.mine = await newKey(rig);
  keys.other = await newKey(rig);
  keys.awsS3 = awsS3Key(rig.state, ACCOUNT, REGION).arn;
});

type KeyName = keyof typeof keys;
/** `SSE-S3`, or an algorithm, its key, and whether a bucket key was used. */
type Sealed = 'AES256' | readonly ['aws:kms' | 'aws:kms:dsse', KeyName, ('bucket key' | 'no bucket key')?];

const byDefault = (
  SSEAlgorithm: 'AES256' | 'aws:kms' | 'aws:kms:dsse',
  key?: KeyName,
  BucketKeyEnabled = false,
): (() => ServerSideEncryptionRule) => {
  return () => ({
    ApplyServerSideEncryptionByDefault: { SSEAlgorithm, ...(key ? { KMSMasterKeyID: keys[key] } : {}) },
    BucketKeyEnabled,
  });
};

/** Bucket defaults: FACTS §1.3. */
const DEFAULTS = {
  'nothing configured': null,
  'SSE-S3': byDefault('AES256'),
  'aws:kms without a key': byDefault('aws:kms'),
  'aws:kms with a key': byDefault('aws:kms', 'mine'),
  'aws:kms with a bucket key': byDefault('aws:kms', 'mine', true),
  'DSSE with a key': byDefault('aws:kms:dsse', 'mine'),
} as const;

type Headers = Pick<PutObjectCommandInput, 'ServerSideEncryption' | 'SSEKMSKeyId' | 'BucketKeyEnabled'>;
const kms: Headers = { ServerSideEncryption: 'aws:kms' };
const dsse: Headers = { ServerSideEncryption: 'aws:kms:dsse' };

/** Headers of an upload. */
const HEADERS = {
  'no header': () => ({}),
  AES256: () => ({ ServerSideEncryption: 'AES256' }),
  'aws:kms': () => kms,
  'aws:kms, key': () => ({ ...kms, SSEKMSKeyId: keys.other }),
  'aws:kms, key, bucket key on': () => ({ ...kms, SSEKMSKeyId: keys.other, BucketKeyEnabled: true }),
  'aws:kms, key, bucket key off': () => ({ ...kms, SSEKMSKeyId: keys.other, BucketKeyEnabled: false }),
  'bucket key on alone': () => ({ BucketKeyEnabled: true }),
  'bucket key off alone': () => ({ BucketKeyEnabled: false }),
  DSSE: () => dsse,
  'DSSE, key': () => ({ ...dsse, SSEKMSKeyId: keys.other }),
} as const satisfies Record<string, () => Headers>;

const sameEverywhere = (sealed: Sealed): Record<keyof typeof DEFAULTS, Sealed> => ({
  'nothing configured': sealed,
  'SSE-S3': sealed,
  'aws:kms without a key': sealed,
  'aws:kms with a key': sealed,
  'aws:kms with a bucket key': sealed,
  'DSSE with a key': sealed,
});

/** Every header combination × every default → the seal (FACTS §1.2, §1.6). */
const SEALS: Record<keyof typeof HEADERS, Record<keyof typeof DEFAULTS, Sealed>> = {
  'no header': {
    'nothing configured': 'AES256',
    'SSE-S3': 'AES256',
    'aws:kms without a key': ['aws:kms', 'awsS3'],
    'aws:kms with a key': ['aws:kms', 'mine'],
    'aws:kms with a bucket key': ['aws:kms', 'mine', 'bucket key'],
    'DSSE with a key': ['aws:kms:dsse', 'mine'],
  },
  AES256: sameEverywhere('AES256'),
  // Without a key id: aws/s3, and not the bucket's key. The bucket's setting of the bucket key still holds.
  'aws:kms': {
    ...sameEverywhere(['aws:kms', 'awsS3']),
    'aws:kms with a bucket key': ['aws:kms', 'awsS3', 'bucket key'],
  },
  'aws:kms, key': {
    ...sameEverywhere(['aws:kms', 'other']),
    'aws:kms with a bucket key': ['aws:kms', 'other', 'bucket key'],
  },
  'aws:kms, key, bucket key on': sameEverywhere(['aws:kms', 'other', 'bucket key']),
  'aws:kms, key, bucket key off': sameEverywhere(['aws:kms', 'other']),
  'bucket key on alone': {
    'nothing configured': 'AES256',
    'SSE-S3': 'AES256',
    'aws:kms without a key': ['aws:kms', 'awsS3', 'bucket key'],
    'aws:kms with a key': ['aws:kms', 'mine', 'bucket key'],
    'aws:kms with a bucket key': ['aws:kms', 'mine', 'bucket key'],
    'DSSE with a key': ['aws:kms:dsse', 'mine'],
  },
  'bucket key off alone': {
    'nothing configured': 'AES256',
    'SSE-S3': 'AES256',
    'aws:kms without a key': ['aws:kms', 'awsS3'],
    'aws:kms with a key': ['aws:kms', 'mine'],
    'aws:kms with a bucket key': ['aws:kms', 'mine'],
    'DSSE with a key': ['aws:kms:dsse', 'mine'],
  },
  DSSE: sameEverywhere(['aws:kms:dsse', 'awsS3']),
  'DSSE, key': sameEverywhere(['aws:kms:dsse', 'other']),
};

const CASES = (Object.keys(DEFAULTS) as (keyof typeof DEFAULTS)[]).flatMap((name) =>
  (Object.keys(HEADERS) as (keyof typeof HEADERS)[]).map((headers) => ({
    headers,
    name,
    sealed: SEALS[headers][name],
  })),
);

/** What PUT and HEAD answer about a seal. */
const answered = (sealed: Sealed) =>
  sealed === 'AES256'
    ? { ServerSideEncryption: 'AES256' }
    : {
        ServerSideEncryption: sealed[0],
        SSEKMSKeyId: keys[sealed[1]],
        BucketKeyEnabled: sealed[2] === 'bucket key' ? true : undefined,
      };

describe('an upload is sealed by its headers, and by the bucket default when they name nothing', () => {
  const bucketOf = new Map<string, string>();

  beforeAll(async () => {
    for (const [name, rule] of Object.entries(DEFAULTS)) {
      const bucket = await newBucket(rig);
      if (rule) await setDefault(rig, bucket, rule());
      bucketOf.set(name, bucket);
    }
  });

  test.each(CASES)('$headers into a bucket with $name → $sealed', async ({ headers, name, sealed }) => {
    const bucket = bucketOf.get(name)!;
    expect(sealOf(await put(rig, bucket, headers, HEADERS[headers]()))).toEqual(answered(sealed));
    expect(sealOf(await head(rig, bucket, headers))).toEqual(answered(sealed));
  });
});

describe('how the key is named', () => {
  const alias = 'alias/seal-test';

  beforeAll(() => {
    rig.state.aliases.set(`arn:aws:kms:${REGION}:${ACCOUNT}:${alias}`, keys.mine);
  });

  test.each([
    ['an id', () => keys.mine.split('/')[1]!],
    ['an ARN', () => keys.mine],
    ['an alias', () => alias],
    ['an alias ARN', () => `arn:aws:kms:${REGION}:${ACCOUNT}:${alias}`],
  ])('%s in the header or in the default: HEAD tells the key ARN', async (_, reference) => {
    const Bucket = await newBucket(rig);
    const rule = { SSEAlgorithm: 'aws:kms' as const, KMSMasterKeyID: reference() };
    await setDefault(rig, Bucket, { ApplyServerSideEncryptionByDefault: rule });
    await put(rig, Bucket, 'default');
    await put(rig, Bucket, 'header', { ...kms, SSEKMSKeyId: reference() });
    for (const Key of ['default', 'header']) {
      const answer = await head(rig, Bucket, Key);
      expect(answer.SSEKMSKeyId).toBe(keys.mine);
    }
  });

  test('a default key that is not there is found out by the first upload, not by the configuration', async () => {
    const Bucket = await newBucket(rig);
    const missing = `arn:aws:kms:${REGION}:${ACCOUNT}:key/00000000-0000-4000-8000-000000000000`;
    const rule = { SSEAlgorithm: 'aws:kms' as const, KMSMasterKeyID: missing };
    await setDefault(rig, Bucket, { ApplyServerSideEncryptionByDefault: rule });
    await expectRefusal(put(rig, Bucket, 'k'), 400, 'KMS.NotFoundException');
  });

  test('aws/s3 is that of the uploading account', async () => {
    const Bucket = await newBucket(rig);
    const { s3 } = rig.principal('arn:aws:iam::444455556666:user/guest');
    const { SSEKMSKeyId } = await put({ s3 }, Bucket, 'k', kms);
    expect(SSEKMSKeyId).toBe(awsS3Key(rig.state, '444455556666', REGION).arn);
  });
});

describe('contradictory and unknown headers are refused with 400', () => {
  let Bucket: string;
  beforeAll(async () => {
    Bucket = await newBucket(rig);
  });

  test.each<[string, () => Record<string, unknown>, string]>([
    ['an unknown algorithm', () => ({ ServerSideEncryption: 'aws:magic' }), 'InvalidArgument'],
    ['a key without an algorithm', () => ({ SSEKMSKeyId: keys.mine }), 'InvalidArgument'],
    [
      'a key with AES256',
      () => ({ ServerSideEncryption: 'AES256', SSEKMSKeyId: keys.mine }),
      'InvalidArgument',
    ],
    ['a context without aws:kms', () => ({ SSEKMSEncryptionContext: 'e30=' }), 'InvalidArgument'],
    ['a context that is no JSON', () => ({ ...kms, SSEKMSEncryptionContext: 'eA==' }), 'InvalidArgument'],
    ['a context that is a list', () => ({ ...kms, SSEKMSEncryptionContext: 'W10=' }), 'InvalidArgument'],
    [
      'a key of another Region',
      () => ({ ...kms, SSEKMSKeyId: keys.mine.replace(REGION, 'us-east-1') }),
      'KMS.NotFoundException',
    ],
    ['a key that does not exist', () => ({ ...kms, SSEKMSKeyId: 'alias/nobody' }), 'KMS.NotFoundException'],
  ])('%s', async (_, headers, code) => {
    await expectRefusal(put(rig, Bucket, 'k', headers()), 400, code);
    expect((await refusalOf(head(rig, Bucket, 'k'))).status).toBe(404);
  });

  test('an asymmetric key cannot seal', async () => {
    const { KeyMetadata } = await rig.kms.send(
      new CreateKeyCommand({ KeySpec: 'ECC_NIST_P256', KeyUsage: 'SIGN_VERIFY' }),
    );
    await expectRefusal(
      put(rig, Bucket, 'k', { ...kms, SSEKMSKeyId: KeyMetadata!.Arn }),
      400,
      'KMS.InvalidKeyUsageException',
    );
  });
});

test('an object from before 2023 has no encryption header at all', async () => {
  const Bucket = await newBucket(rig);
  addVersion(
    rig.state.buckets.get(Bucket)!,
    'old',
    newObject({ size: 3, lastModified: NOON, seal: sealNone }),
  );
  const answer = await head(rig, Bucket, 'old');
  expect(answer.ContentLength).toBe(3);
  expect(sealOf(answer)).toEqual({});
});
