import { beforeAll, describe, expect, test } from '@jest/globals';
import { GetObjectCommand } from '@aws-sdk/client-s3';
import { Readable } from 'node:stream';
import { newBucket as bucketRecord } from '../../lib/sandbox/objects.ts';
import { ACCOUNT, head, newBucket, NOON, put, REGION, useSandbox } from './sdk.ts';
import { signChunks } from './sign.ts';
import type { ChunkedUpload } from './sign.ts';
import { errorCode, send } from './wire.ts';

const rig = useSandbox();
const USER = { accessKeyId: 'AKIACHUNKS', secretAccessKey: 'chunk secret' };
/** The credentials of the examples in the S3 documentation. */
const EXAMPLE = {
  accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
  secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
};
let Bucket: string;
beforeAll(async () => {
  for (const { accessKeyId, secretAccessKey: secret } of [USER, EXAMPLE]) {
    const arn = `arn:aws:iam::${ACCOUNT}:user/chunks`;
    rig.state.credentials.set(accessKeyId, {
      secret,
      sessionToken: null,
      expired: false,
      accountId: ACCOUNT,
      arn,
    });
  }
  Bucket = await newBucket(rig);
});
const textOf = async (Key: string) =>
  (await rig.s3.send(new GetObjectCommand({ Bucket, Key }))).Body!.transformToString();

describe('signed chunks', () => {
  const TRAILER = { name: 'x-amz-checksum-crc32', value: 'NSRBwg==' };
  const chunks = [Buffer.from('a'), Buffer.from('bc')];
  const upload = (rest: Partial<Parameters<typeof signChunks>[0]> = {}): ChunkedUpload =>
    signChunks({
      secret: USER.secretAccessKey,
      accessKeyId: USER.accessKeyId,
      host: `127.0.0.1:${rig.port}`,
      path: `/${Bucket}/chunked`,
      timestamp: '20260901T120000Z',
      region: REGION,
      chunks,
      ...rest,
    });
  const send_ = async ({ headers, body }: ChunkedUpload) => {
    const answer = await send(rig.port, { method: 'PUT', path: `/${Bucket}/chunked`, headers, body });
    return [answer.status, errorCode(answer)];
  };

  test('are put together, their framing gone', async () => {
    expect(await send_(upload())).toEqual([200, null]);
    expect(await textOf('chunked')).toBe('abc');
    expect((await head(rig, Bucket, 'chunked')).ContentEncoding).toBeUndefined();
  });

  test('with a signed trailer that holds their checksum', async () => {
    expect(await send_(upload({ trailer: TRAILER }))).toEqual([200, null]);
    expect((await head(rig, Bucket, 'chunked', { ChecksumMode: 'ENABLED' })).ChecksumCRC32).toBe(
      TRAILER.value,
    );
  });

  const replaced = (found: ChunkedUpload, from: string | RegExp, to: string): ChunkedUpload => ({
    ...found,
    body: Buffer.from(found.body.toString('latin1').replace(from, to), 'latin1'),
  });

  test.each<[string, () => ChunkedUpload, number, string]>([
    ['a changed chunk', () => replaced(upload(), '\r\nbc', '\r\nbd'), 403, 'SignatureDoesNotMatch'],
    ['a chunk left out', () => replaced(upload(), /1;chunk.*?\r\na\r\n/s, ''), 403, 'SignatureDoesNotMatch'],
    ['no signature', () => replaced(upload(), /;chunk-signature=\w+/, ''), 403, 'SignatureDoesNotMatch'],
    [
      'a changed trailer',
      () => replaced(upload({ trailer: TRAILER }), 'NSRBwg', 'AAAAAA'),
      403,
      'SignatureDoesNotMatch',
    ],
    [
      'no trailer',
      () => replaced(upload({ trailer: TRAILER }), /x-amz-checksum[^]*/, ''),
      403,
      'SignatureDoesNotMatch',
    ],
    [
      'a trailer nobody announced',
      () => replaced(upload(), /\r\n$/, 'x-amz-checksum-crc32:NSRBwg==\r\n'),
      400,
      'MalformedTrailerError',
    ],
    [
      'a trailer that is no header',
      () => replaced(upload({ trailer: TRAILER }), /x-amz-checksum[^]*/, 'a b\u0000:c\r\n'),
      400,
      'MalformedTrailerError',
    ],
    [
      'a wrong checksum, well signed',
      () => upload({ trailer: { ...TRAILER, value: 'AAAAAA==' } }),
      400,
      'BadDigest',
    ],
    ['an end too early', () => replaced(upload(), /\r\nbc[^]*/, '\r\nb'), 400, 'IncompleteBody'],
    ['a size that is none', () => replaced(upload(), '2;', 'zz;'), 400, 'IncompleteBody'],
    ['a size of a terabyte', () => replaced(upload(), '2;', 'ffffffffff;'), 400, 'IncompleteBody'],
    [
      'another length than declared',
      () => upload({ extraHeaders: { 'x-amz-decoded-content-length': '4' } }),
      400,
      'IncompleteBody',
    ],
  ])('%s → %i', async (_, make, status, code) => {
    const before = (await head(rig, Bucket, 'chunked')).ETag;
    expect(await send_(make())).toEqual([status, code]);
    expect((await head(rig, Bucket, 'chunked')).ETag).toBe(before);
  });

  test('the example of the S3 documentation: signed by it, verified here', async () => {
    rig.clock.now = Date.parse('2013-05-24T00:00:00Z');
    rig.state.buckets.set(
      'examplebucket',
      bucketRecord({ name: 'examplebucket', region: 'us-east-1', accountId: ACCOUNT, createdAt: 0 }),
    );
    const example = signChunks({
      secret: EXAMPLE.secretAccessKey,
      accessKeyId: EXAMPLE.accessKeyId,
      host: 's3.amazonaws.com',
      path: '/examplebucket/chunkObject.txt',
      timestamp: '20130524T000000Z',
      region: 'us-east-1',
      chunks: [Buffer.alloc(65_536, 'a'), Buffer.alloc(1024, 'a')],
      extraHeaders: { 'content-length': '66824', 'x-amz-storage-class': 'REDUCED_REDUNDANCY' },
    });
    const text = example.body.toString('latin1');
    expect(example.headers['authorization']).toContain(
      '4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9',
    );
    expect([...text.matchAll(/chunk-signature=(\w+)/g)].map((match) => match[1])).toEqual([
      'ad80c730a21e5b8d04586a2213dd63b9a0e99e0e2307b0ade35a65485a288648',
      '0055627c9e194cb4542bae2aa5492e3c1575bbb81b612b7d234b86a503ef5497',
      'b6c6ea8a5354eaf15b3cb7646744f4275b71ea724fed81ceb9323e279d449df9',
    ]);
    const path = '/examplebucket/chunkObject.txt';
    const answer = await send(rig.port, {
      method: 'PUT',
      path,
      headers: example.headers,
      body: example.body,
    });
    rig.clock.now = NOON;
    expect([answer.status, errorCode(answer)]).toEqual([200, null]);
  });
});

describe('unsigned chunks, as the SDK sends streams', () => {
  test('with a checksum in the trailer', async () => {
    const clients = rig.as(USER);
    const Body = Readable.from([Buffer.from('streamed '), Buffer.from('body')]);
    await put(clients, Bucket, 'stream', { Body, ContentLength: 13, ChecksumAlgorithm: 'SHA256' });
    expect(await textOf('stream')).toBe('streamed body');
    const { ChecksumSHA256, ContentLength } = await head(rig, Bucket, 'stream', { ChecksumMode: 'ENABLED' });
    expect([ChecksumSHA256?.length, ContentLength]).toEqual([44, 13]);
  });

  test('without a declared length', async () => {
    const headers = { 'x-amz-content-sha256': 'STREAMING-UNSIGNED-PAYLOAD-TRAILER' };
    const request = { method: 'PUT', path: `/${Bucket}/k`, headers, body: '1\r\nx\r\n0\r\n\r\n' };
    const answer = await send(rig.port, request);
    expect([answer.status, errorCode(answer)]).toEqual([411, 'MissingContentLength']);
  });
});
