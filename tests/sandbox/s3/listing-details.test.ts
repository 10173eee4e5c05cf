import { beforeAll, describe, expect, test } from '@jest/globals';
import {
  DeleteObjectCommand,
  ListMultipartUploadsCommand,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  PutBucketVersioningCommand,
} from '@aws-sdk/client-s3';
import type { ListObjectsV2CommandInput } from '@aws-sdk/client-s3';
import { generateObjects } from '../../../lib/sandbox/generated.ts';
import {
  addVersion,
  newObject,
  removeVersion,
  sealNone,
  sealSseS3,
  versionsOf,
} from '../../../lib/sandbox/objects.ts';
import { expectRefusal, head, newBucket, NOON, put, useSandbox } from '../sdk.ts';
import { send } from '../wire.ts';
import { bucketInState } from './listing-model.ts';

const rig = useSandbox();
const list = (Bucket: string, rest: Partial<ListObjectsV2CommandInput> = {}) =>
  rig.s3.send(new ListObjectsV2Command({ Bucket, ...rest }));
const keys = async (Bucket: string, rest: Partial<ListObjectsV2CommandInput> = {}) =>
  ((await list(Bucket, rest)).Contents ?? []).map(({ Key }) => Key);

describe('ListObjectsV2', () => {
  let Bucket: string;
  beforeAll(async () => {
    Bucket = await newBucket(rig);
    await rig.s3.send(
      new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: 'Enabled' } }),
    );
    for (const Key of ['a/1', 'a/2', 'b/1', 'c']) await put(rig, Bucket, Key);
    await rig.s3.send(new DeleteObjectCommand({ Bucket, Key: 'a/1' }));
    await rig.s3.send(new DeleteObjectCommand({ Bucket, Key: 'b/1' }));
  });

  test('hides deleted keys, and folders that hold nothing else', async () => {
    expect(await keys(Bucket)).toEqual(['a/2', 'c']);
    const { CommonPrefixes, Contents } = await list(Bucket, { Delimiter: '/' });
    expect([CommonPrefixes, Contents!.length]).toEqual([[{ Prefix: 'a/' }], 1]);
  });

  test('start-after, max-keys 0, and the owner only when asked for', async () => {
    expect(await keys(Bucket, { StartAfter: 'a/2' })).toEqual(['c']);
    const none = await list(Bucket, { MaxKeys: 0 });
    expect([none.KeyCount, none.IsTruncated]).toEqual([0, false]);
    expect((await list(Bucket)).Contents![0]!.Owner).toBeUndefined();
    expect((await list(Bucket, { FetchOwner: true })).Contents![0]!.Owner!.ID).toMatch(/^[0-9a-f]{64}$/);
  });

  test('says nothing about encryption (FACTS §1.1)', async () => {
    const { text } = await send(rig.port, { path: `/${Bucket}?list-type=2` });
    expect(text).toContain('<Key>c</Key>');
    expect(text).not.toMatch(/encryption|kms|sse/i);
  });

  test.each<[string, Partial<ListObjectsV2CommandInput>]>([
    ['a token that was not given out', { ContinuationToken: 'abc' }],
    ['a negative page size', { MaxKeys: -1 }],
    ['another encoding', { EncodingType: 'utf-7' as never }],
  ])('%s is refused with 400', async (_, rest) => {
    await expectRefusal(list(Bucket, rest), 400, 'InvalidArgument');
  });

  test.each(['list-type=1', 'list-type=2&max-keys=many', 'list-type=2&max-keys=1.5'])(
    '%s is refused with 400',
    async (query) => {
      expect((await send(rig.port, { path: `/${Bucket}?${query}` })).status).toBe(400);
    },
  );

  test('1,000 keys a page at most, whatever is asked for', async () => {
    const bucket = bucketInState(rig.state.buckets);
    for (let i = 0; i < 1001; i += 1) addVersion(bucket, `k${i}`, newObject({ size: 0, lastModified: NOON }));
    const page = await list(bucket.name, { MaxKeys: 5000 });
    expect([page.KeyCount, page.MaxKeys, page.IsTruncated]).toEqual([1000, 1000, true]);
    const { Versions } = await rig.s3.send(new ListObjectVersionsCommand({ Bucket: bucket.name }));
    expect(Versions).toHaveLength(1000);
  });

  test('the order of keys survives any sequence of writes and deletes', async () => {
    const bucket = bucketInState(rig.state.buckets);
    for (const key of ['d', 'b', '\u{1f600}', '\ue000', 'a']) {
      addVersion(bucket, key, newObject({ size: 0, lastModified: NOON }));
      await keys(bucket.name);
    }
    removeVersion(bucket, 'b', versionsOf(bucket, 'b')[0]!);
    addVersion(bucket, 'c', newObject({ size: 0, lastModified: NOON }));
    expect(await keys(bucket.name)).toEqual(['a', 'c', 'd', '\ue000', '\u{1f600}']);
  });
});

describe('markers of other listings', () => {
  test('a version marker needs a key marker, an upload marker without one is ignored', async () => {
    const Bucket = await newBucket(rig);
    await put(rig, Bucket, 'k');
    const versions = await send(rig.port, { path: `/${Bucket}?versions&version-id-marker=x` });
    expect(versions.status).toBe(400);
    const uploads = new ListMultipartUploadsCommand({ Bucket, UploadIdMarker: 'x' });
    expect((await rig.s3.send(uploads)).IsTruncated).toBe(false);
  });
});

describe('a generated bucket', () => {
  test('lists, pages and answers HEAD like any other, and cannot be written to', async () => {
    const bucket = bucketInState(rig.state.buckets);
    const seals = [sealSseS3, sealNone];
    bucket.generated = generateObjects({
      count: 2500,
      prefix: 'g/',
      perFolder: 1000,
      seals,
      lastModified: NOON,
    });
    const folders = await list(bucket.name, { Prefix: 'g/', Delimiter: '/' });
    expect(folders.CommonPrefixes).toEqual([{ Prefix: 'g/0/' }, { Prefix: 'g/1/' }, { Prefix: 'g/2/' }]);
    const found: (string | undefined)[] = [];
    for (let token: string | undefined, more = true; more; more = token !== undefined) {
      const page = await list(bucket.name, token === undefined ? {} : { ContinuationToken: token });
      found.push(...page.Contents!.map(({ Key }) => Key));
      token = page.NextContinuationToken;
    }
    expect([found.length, new Set(found).size, found.at(-1)]).toEqual([2500, 2500, 'g/2/000002499']);
    expect((await head(rig, bucket.name, 'g/0/000000000')).ServerSideEncryption).toBe('AES256');
    expect((await head(rig, bucket.name, 'g/0/000000001')).ServerSideEncryption).toBeUndefined();
    await expectRefusal(head(rig, bucket.name, 'g/0/000002500'), 404, 'NotFound');
    await expectRefusal(put(rig, bucket.name, 'new'), 403, 'AccessDenied');
  });

  test('needs at least one seal', () => {
    expect(() => generateObjects({ count: 1, seals: [], lastModified: NOON })).toThrow(RangeError);
  });
});
