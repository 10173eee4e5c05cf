import { beforeAll, describe, expect, test } from '@jest/globals';
import { CopyObjectCommand, GetObjectCommand } from '@aws-sdk/client-s3';
import type { CopyObjectCommandInput } from '@aws-sdk/client-s3';
import { createHash } from 'node:crypto';
import { addVersion, newObject } from '../../../lib/sandbox/objects.ts';
import {
  ALLOW_SSE_C,
  expectRefusal,
  head,
  newBucket,
  newKey,
  NOON,
  put,
  sealOf,
  setDefault,
  useSandbox,
} from '../sdk.ts';

const rig = useSandbox();
const SECRET = Buffer.alloc(32, 7);
const MD5 = createHash('md5').update(SECRET).digest('base64');
const customer = {
  SSECustomerAlgorithm: 'AES256',
  SSECustomerKey: SECRET.toString('base64'),
  SSECustomerKeyMD5: MD5,
};
const customerSource = {
  CopySourceSSECustomerAlgorithm: 'AES256',
  CopySourceSSECustomerKey: customer.SSECustomerKey,
  CopySourceSSECustomerKeyMD5: MD5,
};

let source: string;
let target: string;
let key: string;
let bucketKey: string;
beforeAll(async () => {
  key = await newKey(rig);
  bucketKey = await newKey(rig);
  source = await newBucket(rig);
  target = await newBucket(rig);
  await setDefault(rig, source, ALLOW_SSE_C);
  await setDefault(rig, target, {
    ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms', KMSMasterKeyID: bucketKey },
    BucketKeyEnabled: true,
    BlockedEncryptionTypes: { EncryptionType: ['NONE'] },
  });
  await put(rig, source, 'plain', {
    Metadata: { from: 'source' },
    ContentType: 'text/plain',
    Tagging: 'a=1',
  });
  await put(rig, source, 'kms', { ServerSideEncryption: 'aws:kms', SSEKMSKeyId: key });
  await put(rig, source, 'dsse', { ServerSideEncryption: 'aws:kms:dsse', SSEKMSKeyId: key });
  await put(rig, source, 'sse-c', customer);
});

const copy = (Key: string, from: string, rest: Partial<CopyObjectCommandInput> = {}) =>
  rig.s3.send(new CopyObjectCommand({ Bucket: target, Key, CopySource: `${source}/${from}`, ...rest }));

describe('a copy is sealed as an upload to its bucket, never as its source', () => {
  const defaults = () => ({
    ServerSideEncryption: 'aws:kms',
    SSEKMSKeyId: bucketKey,
    BucketKeyEnabled: true,
  });

  test.each<[string, string, Partial<CopyObjectCommandInput>, () => object]>([
    ['SSE-S3, no header', 'plain', {}, defaults],
    ['SSE-KMS under another key, no header', 'kms', {}, defaults],
    ['DSSE, no header', 'dsse', {}, defaults],
    ['SSE-C, no header', 'sse-c', customerSource, defaults],
    [
      'SSE-KMS, AES256',
      'kms',
      { ServerSideEncryption: 'AES256' },
      () => ({ ServerSideEncryption: 'AES256' }),
    ],
    [
      'SSE-C, SSE-C',
      'sse-c',
      { ...customerSource, ...customer },
      () => ({ SSECustomerAlgorithm: 'AES256', SSECustomerKeyMD5: MD5 }),
    ],
  ])('%s', async (name, from, headers, expected) => {
    expect(sealOf(await copy(name, from, headers))).toEqual(expected());
    const stored = await head(rig, target, name, headers.SSECustomerKey === undefined ? {} : customer);
    expect(sealOf(stored)).toEqual(expected());
  });
});

describe('what a copy takes along', () => {
  test('metadata, type and tags, unless they are replaced', async () => {
    await copy('kept', 'plain');
    const kept = await head(rig, target, 'kept');
    expect([kept.Metadata, kept.ContentType, kept.TagCount]).toEqual([{ from: 'source' }, 'text/plain', 1]);
    await copy('replaced', 'plain', {
      MetadataDirective: 'REPLACE',
      Metadata: { from: 'copy' },
      ContentType: 'text/csv',
      TaggingDirective: 'REPLACE',
    });
    const replaced = await head(rig, target, 'replaced');
    expect([replaced.Metadata, replaced.ContentType]).toEqual([{ from: 'copy' }, 'text/csv']);
    expect(replaced.TagCount).toBeUndefined();
  });

  test('the bytes, of a made-up multipart object too', async () => {
    const bucket = rig.state.buckets.get(source)!;
    const parts = { size: 300, etag: `${'ab'.repeat(16)}-2`, partSizes: [200, 100], lastModified: NOON };
    addVersion(bucket, 'made-up', newObject(parts));
    await copy('made-up', 'made-up');
    const bytes = async (Bucket: string) => {
      const { Body } = await rig.s3.send(new GetObjectCommand({ Bucket, Key: 'made-up' }));
      return Body!.transformToString();
    };
    expect(await bytes(target)).toBe(await bytes(source));
  });

  test('keys that need URL encoding', async () => {
    await put(rig, source, 'a b/ü?+&.txt');
    await copy('odd', encodeURIComponent('a b/ü?+&.txt'));
    expect((await head(rig, target, 'odd')).ContentLength).toBe(1);
  });
});

describe('copies that are refused', () => {
  test('onto itself without a change; a change of encryption is one', async () => {
    const itself = { Bucket: source };
    await expectRefusal(copy('plain', 'plain', itself), 400, 'InvalidRequest');
    await copy('plain', 'plain', { ...itself, ServerSideEncryption: 'aws:kms', SSEKMSKeyId: key });
    expect((await head(rig, source, 'plain')).SSEKMSKeyId).toBe(key);
  });

  test.each<[string, Partial<CopyObjectCommandInput>, number, string]>([
    ['an SSE-C source without its key', { CopySource: 'sse-c' }, 400, 'InvalidRequest'],
    ['a source that is not there', { CopySource: 'missing' }, 404, 'NoSuchKey'],
    [
      'a source whose ETag is another',
      { CopySource: 'kms', CopySourceIfMatch: '"no"' },
      412,
      'PreconditionFailed',
    ],
    [
      'a source that is unchanged since',
      { CopySource: 'kms', CopySourceIfModifiedSince: new Date(NOON + 60_000) },
      412,
      'PreconditionFailed',
    ],
    [
      'an unknown directive',
      { CopySource: 'kms', MetadataDirective: 'MERGE' as never },
      400,
      'InvalidArgument',
    ],
  ])('%s', async (_, { CopySource, ...rest }, status, name) => {
    await expectRefusal(copy('refused', CopySource!, rest), status, name);
    await expectRefusal(head(rig, target, 'refused'), 404, 'NotFound');
  });

  test.each([['no-slash'], ['/'], ['bucket/'], ['%E0%A4%A'], ['bucket/%zz']])(
    'a source of the form %s',
    async (CopySource) => {
      await expectRefusal(copy('refused', '', { CopySource }), 400, 'InvalidArgument');
    },
  );

  test('a source bucket that is not there, or another owner than expected', async () => {
    await expectRefusal(copy('refused', '', { CopySource: 'nobodys-bucket/k' }), 404, 'NoSuchBucket');
    const ExpectedSourceBucketOwner = '999999999999';
    await expectRefusal(copy('refused', 'kms', { ExpectedSourceBucketOwner }), 403, 'AccessDenied');
  });
});
