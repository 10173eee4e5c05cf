import { beforeAll, describe, expect, test } from '@jest/globals';
import { DeleteObjectCommand, HeadBucketCommand, PutBucketVersioningCommand } from '@aws-sdk/client-s3';
import { fault } from '../../../lib/sandbox/faults.ts';
import { addVersion, newObject, sealCustomer, sealKms } from '../../../lib/sandbox/objects.ts';
import type { ObjectVersion } from '../../../lib/sandbox/state-s3.ts';
import { expectRefusal, head, newBucket, newKey, NOON, put, useSandbox } from '../sdk.ts';
import { send } from '../wire.ts';

const rig = useSandbox();
let Bucket: string;
beforeAll(async () => {
  Bucket = await newBucket(rig);
  await rig.s3.send(
    new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: 'Enabled' } }),
  );
  await put(rig, Bucket, 'there');
  await put(rig, Bucket, 'deleted');
  await rig.s3.send(new DeleteObjectCommand({ Bucket, Key: 'deleted' }));
});

describe('a refused HEAD is a status without a body, and the SDK knows 404 alone by name (FACTS §1.1)', () => {
  beforeAll(() => {
    const sealed = newObject({ size: 1, lastModified: NOON, seal: sealCustomer('AAAAAAAAAAAAAAAAAAAAAA==') });
    addVersion(rig.state.buckets.get(Bucket)!, 'sse-c', sealed);
    rig.state.faults.push(
      fault({ operation: 'HeadObject', key: 'denied' }, { type: 'deny' }),
      fault({ operation: 'HeadObject', key: 'expired' }, { type: 'expiredToken' }),
      fault({ operation: 'HeadObject', key: 'slow' }, { type: 'slowDown' }),
      fault({ operation: 'HeadObject', key: 'broken' }, { type: 'internalError' }),
      fault({ operation: 'HeadObject', key: 'elsewhere' }, { type: 'redirect', region: 'us-west-2' }),
    );
  });

  test.each([
    ['missing', 404, 'NotFound'],
    ['deleted', 404, 'NotFound'],
    ['sse-c', 400, 'Unknown'],
    ['expired', 400, 'Unknown'],
    ['denied', 403, 'Unknown'],
    ['elsewhere', 301, 'Unknown'],
    ['broken', 500, 'Unknown'],
    ['slow', 503, 'Unknown'],
  ])('%s → %i %s', async (key, status, name) => {
    const answer = await send(rig.port, { method: 'HEAD', path: `/${Bucket}/${key}` });
    expect([answer.status, answer.text]).toEqual([status, '']);
    await expectRefusal(head(rig, Bucket, key), status, name);
  });

  test('a bucket that is not there, and one in another Region', async () => {
    await expectRefusal(rig.s3.send(new HeadBucketCommand({ Bucket: 'nobodys-bucket' })), 404, 'NotFound');
    const far = await newBucket(rig);
    Object.assign(rig.state.buckets.get(far)!, { region: 'us-west-2', strictRegion: true });
    const answer = await send(rig.port, { method: 'HEAD', path: `/${far}` });
    expect([answer.status, answer.headers['x-amz-bucket-region'], answer.text]).toEqual([
      301,
      'us-west-2',
      '',
    ]);
  });
});

test('a delete marker says that it is one, by its own version id with 405', async () => {
  const newest = await send(rig.port, { method: 'HEAD', path: `/${Bucket}/deleted` });
  expect(newest.headers['x-amz-delete-marker']).toBe('true');
  const versionId = String(newest.headers['x-amz-version-id']);
  const named = await send(rig.port, { method: 'HEAD', path: `/${Bucket}/deleted?versionId=${versionId}` });
  expect([named.status, named.headers.allow, named.text]).toEqual([405, 'DELETE', '']);
});

test.each([
  ['AES256', 'x-amz-server-side-encryption'],
  ['true', 'x-amz-server-side-encryption-bucket-key-enabled'],
  ['alias/aws/s3', 'x-amz-server-side-encryption-aws-kms-key-id'],
])('a HEAD that names an encryption itself (%s in %s) is refused with 400', async (value, name) => {
  const path = `/${Bucket}/there`;
  expect((await send(rig.port, { method: 'HEAD', path, headers: { [name]: value } })).status).toBe(400);
});

test('HEAD needs no kms:Decrypt, unless it asks for the checksum of a KMS object', async () => {
  const key = await newKey(rig);
  await put(rig, Bucket, 'kms', { ServerSideEncryption: 'aws:kms', SSEKMSKeyId: key });
  rig.state.keys.get(key)!.accessDenied = true;
  expect((await head(rig, Bucket, 'kms')).SSEKMSKeyId).toBe(key);
  await expectRefusal(head(rig, Bucket, 'kms', { ChecksumMode: 'ENABLED' }), 403, 'Unknown');
});

test('every fact of an object is in its headers', async () => {
  const key = await newKey(rig);
  const version: Partial<ObjectVersion> = {
    seal: sealKms(key, true),
    storageClass: 'GLACIER_IR',
    contentType: 'text/csv',
    metadata: { 'x-amz-key-v2': 'wrapped', 'x-amz-cek-alg': 'AES/GCM/NoPadding' },
    systemHeaders: { 'cache-control': 'no-store' },
    tags: { a: '1', b: '2' },
    versionId: 'v1',
    partSizes: [4, 3],
    retention: { mode: 'COMPLIANCE', until: NOON },
    legalHold: true,
  };
  addVersion(rig.state.buckets.get(Bucket)!, 'whole', newObject({ size: 7, lastModified: NOON, ...version }));
  expect(await head(rig, Bucket, 'whole', { PartNumber: 2 })).toMatchObject({
    ServerSideEncryption: 'aws:kms',
    SSEKMSKeyId: key,
    BucketKeyEnabled: true,
    StorageClass: 'GLACIER_IR',
    ContentType: 'text/csv',
    ContentLength: 3,
    ContentRange: 'bytes 4-6/7',
    Metadata: version.metadata,
    CacheControl: 'no-store',
    TagCount: 2,
    VersionId: 'v1',
    PartsCount: 2,
    LastModified: new Date(NOON),
    ObjectLockMode: 'COMPLIANCE',
    ObjectLockRetainUntilDate: new Date(NOON),
    ObjectLockLegalHoldStatus: 'ON',
  });
});
