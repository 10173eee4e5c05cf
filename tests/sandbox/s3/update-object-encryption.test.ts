import { beforeAll, describe, expect, test } from '@jest/globals';
import { DisableKeyCommand } from '@aws-sdk/client-kms';
import {
  DeleteObjectCommand,
  PutBucketVersioningCommand,
  PutObjectLegalHoldCommand,
  PutObjectRetentionCommand,
  UpdateObjectEncryptionCommand,
} from '@aws-sdk/client-s3';
import {
  addVersion,
  newObject,
  sealCustomer,
  sealDsse,
  sealKms,
  sealNone,
  sealSseS3,
} from '../../../lib/sandbox/objects.ts';
import { newKey as keyRecord } from '../../../lib/sandbox/services/kms/new-key.ts';
import type { Seal } from '../../../lib/sandbox/state-s3.ts';
import {
  DAY,
  expectRefusal,
  head,
  newBucket,
  newKey,
  NOON,
  put,
  REGION,
  sealOf,
  useSandbox,
} from '../sdk.ts';

const rig = useSandbox();
let Bucket: string;
let first: string;
let second: string;
beforeAll(async () => {
  Bucket = await newBucket(rig, { ObjectLockEnabledForBucket: true });
  first = await newKey(rig);
  second = await newKey(rig);
});

const update = (
  Key: string,
  KMSKeyArn: string,
  rest: { BucketKeyEnabled?: boolean; VersionId?: string } = {},
) => {
  const { BucketKeyEnabled, VersionId } = rest;
  const ObjectEncryption = {
    SSEKMS: { KMSKeyArn, ...(BucketKeyEnabled === undefined ? {} : { BucketKeyEnabled }) },
  };
  return rig.s3.send(
    new UpdateObjectEncryptionCommand({ Bucket, Key, ObjectEncryption, ...(VersionId ? { VersionId } : {}) }),
  );
};

describe('which objects can be sealed again (FACTS §1.5)', () => {
  test.each<[string, () => Seal, 'updated' | 'refused']>([
    ['SSE-S3', () => sealSseS3, 'updated'],
    ['SSE-KMS', () => sealKms(first), 'updated'],
    ['SSE-KMS with a bucket key', () => sealKms(first, true), 'updated'],
    ['DSSE-KMS', () => sealDsse(first), 'refused'],
    ['SSE-C', () => sealCustomer('AAAAAAAAAAAAAAAAAAAAAA=='), 'refused'],
    ['unencrypted', () => sealNone, 'refused'],
  ])('%s: %s', async (name, seal, outcome) => {
    const version = newObject({ size: 1, lastModified: NOON, seal: seal() });
    addVersion(rig.state.buckets.get(Bucket)!, name, version);
    if (outcome === 'refused') {
      await expectRefusal(update(name, second), 400, 'InvalidRequest');
      expect(version.seal).toEqual(seal());
    } else {
      await update(name, second);
      expect(version.seal).toEqual(sealKms(second));
    }
  });

  test('only the seal changes: time, ETag, checksum and class stay, so that a listing does not show it', async () => {
    await put(rig, Bucket, 'same', { StorageClass: 'GLACIER_IR', ChecksumAlgorithm: 'SHA256' });
    const before = await head(rig, Bucket, 'same', { ChecksumMode: 'ENABLED' });
    rig.clock.now += DAY;
    await update('same', second, { BucketKeyEnabled: true });
    const after = await head(rig, Bucket, 'same', { ChecksumMode: 'ENABLED' });
    expect(sealOf(after)).toEqual({
      ServerSideEncryption: 'aws:kms',
      SSEKMSKeyId: second,
      BucketKeyEnabled: true,
    });
    const { ETag, LastModified, StorageClass, ChecksumSHA256, VersionId } = before;
    expect(after).toMatchObject({ ETag, LastModified, StorageClass, ChecksumSHA256, VersionId });
  });

  test('the current version, unless one is named', async () => {
    const { VersionId: old } = await put(rig, Bucket, 'versions');
    await put(rig, Bucket, 'versions');
    await update('versions', first);
    expect((await head(rig, Bucket, 'versions')).SSEKMSKeyId).toBe(first);
    expect((await head(rig, Bucket, 'versions', { VersionId: old })).SSEKMSKeyId).toBeUndefined();
    await update('versions', second, { VersionId: old! });
    expect((await head(rig, Bucket, 'versions', { VersionId: old })).SSEKMSKeyId).toBe(second);
  });
});

describe('what stops it', () => {
  test('a retention or a legal hold', async () => {
    const RetainUntilDate = new Date(rig.clock.now + DAY);
    await put(rig, Bucket, 'retained');
    await rig.s3.send(
      new PutObjectRetentionCommand({
        Bucket,
        Key: 'retained',
        Retention: { Mode: 'GOVERNANCE', RetainUntilDate },
      }),
    );
    await expectRefusal(update('retained', second), 403, 'AccessDenied');
    await put(rig, Bucket, 'held');
    await rig.s3.send(new PutObjectLegalHoldCommand({ Bucket, Key: 'held', LegalHold: { Status: 'ON' } }));
    await expectRefusal(update('held', second), 403, 'AccessDenied');
  });

  test.each([
    ['a key id', () => second.split('/')[1]!, 400, 'InvalidRequest'],
    ['an alias ARN', () => `arn:aws:kms:${REGION}:111122223333:alias/x`, 400, 'InvalidRequest'],
    ['nothing', () => '', 400, 'MalformedXML'],
    [
      'a key that is not there',
      () => second.replace(/.$/, (c) => (c === '0' ? '1' : '0')),
      400,
      'KMS.NotFoundException',
    ],
  ])('%s instead of a key ARN', async (_, arn, status, code) => {
    await put(rig, Bucket, 'object');
    await expectRefusal(update('object', arn()), status, code);
    expect(sealOf(await head(rig, Bucket, 'object'))).toEqual({ ServerSideEncryption: 'AES256' });
  });

  test('a key of another account, although the caller may use it', async () => {
    const foreign = keyRecord({
      keyId: '11111111-2222-4333-8444-555555555555',
      accountId: '444455556666',
      region: REGION,
      createdAt: NOON,
    });
    rig.state.keys.set(foreign.arn, foreign);
    await put(rig, Bucket, 'object');
    await expectRefusal(update('object', foreign.arn), 403, 'AccessDenied');
  });

  test('a key that is disabled, be it the new one or the one the object is under', async () => {
    const disabled = await newKey(rig);
    await put(rig, Bucket, 'under', { ServerSideEncryption: 'aws:kms', SSEKMSKeyId: disabled });
    await put(rig, Bucket, 'object');
    await rig.kms.send(new DisableKeyCommand({ KeyId: disabled }));
    await expectRefusal(update('object', disabled), 400, 'KMS.DisabledException');
    await expectRefusal(update('under', second), 400, 'KMS.DisabledException');
    expect((await head(rig, Bucket, 'under')).SSEKMSKeyId).toBe(disabled);
  });

  test('a missing object, and a delete marker', async () => {
    await expectRefusal(update('missing', second), 404, 'NoSuchKey');
    const bucket = await newBucket(rig);
    const VersioningConfiguration = { Status: 'Enabled' as const };
    await rig.s3.send(new PutBucketVersioningCommand({ Bucket: bucket, VersioningConfiguration }));
    const { VersionId } = await rig.s3.send(new DeleteObjectCommand({ Bucket: bucket, Key: 'gone' }));
    const input = { Bucket: bucket, Key: 'gone', ObjectEncryption: { SSEKMS: { KMSKeyArn: second } } };
    await expectRefusal(rig.s3.send(new UpdateObjectEncryptionCommand(input)), 404, 'NoSuchKey');
    await expectRefusal(
      rig.s3.send(new UpdateObjectEncryptionCommand({ ...input, VersionId })),
      405,
      'MethodNotAllowed',
    );
  });
});
