import { beforeAll, describe, expect, test } from '@jest/globals';
import {
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import type { GetObjectCommandInput, PutObjectCommandInput } from '@aws-sdk/client-s3';
import { createHash } from 'node:crypto';
import { expectRefusal, head, newBucket, NOON, put, useSandbox } from '../sdk.ts';
import { errorCode, send } from '../wire.ts';

const rig = useSandbox();
const TEXT = '0123456789';
const ETAG = `"${createHash('md5').update(TEXT).digest('hex')}"`;
const OTHER = '"d41d8cd98f00b204e9800998ecf8427e"';

let Bucket: string;
beforeAll(async () => {
  Bucket = await newBucket(rig);
  await put(rig, Bucket, 'digits', { Body: TEXT });
});
const get = (rest: Partial<GetObjectCommandInput>) =>
  rig.s3.send(new GetObjectCommand({ Bucket, Key: 'digits', ...rest }));

describe('reads under conditions', () => {
  const before = new Date(NOON - 60_000);
  const at = new Date(NOON);

  test.each<[string, Partial<GetObjectCommandInput>, 200 | 304 | 412]>([
    ['If-Match of its ETag', { IfMatch: ETAG }, 200],
    ['If-Match of anything', { IfMatch: '*' }, 200],
    ['If-Match of one of several', { IfMatch: `${OTHER}, ${ETAG}` }, 200],
    ['If-Match of another', { IfMatch: OTHER }, 412],
    ['If-None-Match of its ETag', { IfNoneMatch: ETAG }, 304],
    ['If-None-Match of another', { IfNoneMatch: OTHER }, 200],
    ['If-Modified-Since earlier', { IfModifiedSince: before }, 200],
    ['If-Modified-Since the same second', { IfModifiedSince: at }, 304],
    ['If-Unmodified-Since the same second', { IfUnmodifiedSince: at }, 200],
    ['If-Unmodified-Since earlier', { IfUnmodifiedSince: before }, 412],
    ['If-Match true, If-Unmodified-Since false', { IfMatch: ETAG, IfUnmodifiedSince: before }, 200],
    ['If-None-Match false, If-Modified-Since true', { IfNoneMatch: ETAG, IfModifiedSince: before }, 304],
    ['If-None-Match true, If-Modified-Since false', { IfNoneMatch: OTHER, IfModifiedSince: at }, 200],
  ])('%s', async (_, conditions, status) => {
    if (status === 200) {
      expect(await (await get(conditions)).Body!.transformToString()).toBe(TEXT);
      await head(rig, Bucket, 'digits', conditions);
    } else {
      // Without a body there is no code either.
      await expectRefusal(get(conditions), status, status === 304 ? 'Unknown' : 'PreconditionFailed');
      await expectRefusal(head(rig, Bucket, 'digits', conditions), status, 'Unknown');
    }
  });
});

describe('ranges', () => {
  test.each([
    ['bytes=0-0', '0', 'bytes 0-0/10'],
    ['bytes=2-4', '234', 'bytes 2-4/10'],
    ['bytes=7-', '789', 'bytes 7-9/10'],
    ['bytes=-3', '789', 'bytes 7-9/10'],
    ['bytes=-100', TEXT, 'bytes 0-9/10'],
    ['bytes=8-100', '89', 'bytes 8-9/10'],
  ])('%s → %s', async (Range, text, ContentRange) => {
    const answer = await get({ Range });
    expect([answer.$metadata.httpStatusCode, answer.ContentRange, answer.ContentLength]).toEqual([
      206,
      ContentRange,
      text.length,
    ]);
    expect(await answer.Body!.transformToString()).toBe(text);
  });

  test.each(['bytes=10-', 'bytes=99-100', 'bytes=-0'])('%s is outside', async (Range) => {
    await expectRefusal(get({ Range }), 416, 'InvalidRange');
  });

  test.each(['bytes=4-2', 'bytes=-', 'lines=0-1', 'bytes=0-1,3-4', 'bytes=a-b'])(
    '%s is ignored',
    async (Range) => {
      const answer = await get({ Range });
      expect(answer.$metadata.httpStatusCode).toBe(200);
      expect(await answer.Body!.transformToString()).toBe(TEXT);
    },
  );

  test('of a part that is not there', async () => {
    expect((await get({ PartNumber: 1 })).$metadata.httpStatusCode).toBe(206);
    await expectRefusal(get({ PartNumber: 2 }), 416, 'InvalidPartNumber');
  });
});

describe('writes under conditions', () => {
  test.each<[string, Partial<PutObjectCommandInput>, number, string]>([
    ['If-None-Match: * over an object', { IfNoneMatch: '*' }, 412, 'PreconditionFailed'],
    ['If-Match of another', { IfMatch: OTHER }, 412, 'PreconditionFailed'],
    ['If-None-Match of an ETag, which S3 does not know', { IfNoneMatch: ETAG }, 501, 'NotImplemented'],
  ])('%s changes nothing', async (_, condition, status, code) => {
    await expectRefusal(put(rig, Bucket, 'digits', { Body: 'new', ...condition }), status, code);
    expect((await head(rig, Bucket, 'digits')).ETag).toBe(ETAG);
  });

  test('If-None-Match: * writes where nothing is, or a delete marker', async () => {
    await put(rig, Bucket, 'fresh', { IfNoneMatch: '*' });
    await rig.s3.send(new DeleteObjectCommand({ Bucket, Key: 'fresh' }));
    await put(rig, Bucket, 'fresh', { IfNoneMatch: '*' });
  });

  test('If-Match writes over the object it names, and misses one that is not there', async () => {
    const { ETag } = await put(rig, Bucket, 'matched', { Body: 'one' });
    await put(rig, Bucket, 'matched', { Body: 'two', IfMatch: ETag! });
    await expectRefusal(
      put(rig, Bucket, 'matched', { Body: 'three', IfMatch: ETag! }),
      412,
      'PreconditionFailed',
    );
    await expectRefusal(put(rig, Bucket, 'nothing', { IfMatch: ETag! }), 404, 'NoSuchKey');
  });

  test('a multipart upload is checked when it is completed', async () => {
    const upload = { Bucket, Key: 'late' };
    const { UploadId } = await rig.s3.send(new CreateMultipartUploadCommand(upload));
    const part = { ...upload, UploadId, PartNumber: 1 };
    const { ETag } = await rig.s3.send(new UploadPartCommand({ ...part, Body: 'x' }));
    await put(rig, Bucket, 'late', { Body: TEXT });
    const MultipartUpload = { Parts: [{ PartNumber: 1, ETag }] };
    await expectRefusal(
      rig.s3.send(
        new CompleteMultipartUploadCommand({ ...upload, UploadId, MultipartUpload, IfNoneMatch: '*' }),
      ),
      412,
      'PreconditionFailed',
    );
    await rig.s3.send(
      new CompleteMultipartUploadCommand({ ...upload, UploadId, MultipartUpload, IfMatch: ETAG }),
    );
    expect((await head(rig, Bucket, 'late')).ContentLength).toBe(1);
  });

  test.each(['versionId=x', 'partNumber=1'])(
    'a write with %s is refused instead of replacing the object',
    async (query) => {
      for (const headers of [{}, { 'x-amz-copy-source': `/${Bucket}/digits` }]) {
        const answer = await send(rig.port, {
          method: 'PUT',
          path: `/${Bucket}/digits?${query}`,
          headers,
          body: 'new',
        });
        expect([answer.status, errorCode(answer)]).toEqual([400, 'InvalidArgument']);
      }
      expect((await head(rig, Bucket, 'digits')).ETag).toBe(ETAG);
    },
  );
});

describe('deletes under conditions', () => {
  test('only the object that was meant goes', async () => {
    const { ETag } = await put(rig, Bucket, 'meant');
    const remove = (IfMatch: string) =>
      rig.s3.send(new DeleteObjectCommand({ Bucket, Key: 'meant', IfMatch }));
    await expectRefusal(remove(OTHER), 412, 'PreconditionFailed');
    await remove(ETag!);
    await expectRefusal(remove('*'), 412, 'PreconditionFailed');
  });

  test('of several keys, each by its own ETag', async () => {
    await put(rig, Bucket, 'one');
    const { ETag } = await put(rig, Bucket, 'two');
    const Objects = [{ Key: 'one', ETag: OTHER }, { Key: 'two', ETag: ETag! }, { Key: 'never-there' }];
    const { Deleted, Errors } = await rig.s3.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects } }));
    expect(Deleted!.map(({ Key }) => Key)).toEqual(['two', 'never-there']);
    expect(Errors!.map(({ Key, Code }) => [Key, Code])).toEqual([['one', 'PreconditionFailed']]);
  });
});
