import { beforeAll, describe, expect, test } from '@jest/globals';
import {
  CopyObjectCommand,
  CreateMultipartUploadCommand,
  GetObjectAttributesCommand,
  GetObjectCommand,
} from '@aws-sdk/client-s3';
import { createHash } from 'node:crypto';
import {
  ALLOW_SSE_C,
  expectRefusal,
  head,
  newBucket,
  put,
  refusalOf,
  sealOf,
  setDefault,
  useSandbox,
} from '../sdk.ts';
import { errorCode, send } from '../wire.ts';

const rig = useSandbox();

/** The SSE-C headers of a key of 32 equal bytes. */
function customerKey(byte: number) {
  const key = Buffer.alloc(32, byte);
  return {
    SSECustomerAlgorithm: 'AES256',
    SSECustomerKey: key.toString('base64'),
    SSECustomerKeyMD5: createHash('md5').update(key).digest('base64'),
  };
}
const RIGHT = customerKey(1);
const WRONG = customerKey(2);
const SEALED = { SSECustomerAlgorithm: 'AES256', SSECustomerKeyMD5: RIGHT.SSECustomerKeyMD5 };

let Bucket: string;
beforeAll(async () => {
  Bucket = await newBucket(rig);
  await setDefault(rig, Bucket, ALLOW_SSE_C);
  await put(rig, Bucket, 'sse-c', RIGHT);
  await put(rig, Bucket, 'sse-s3');
});

describe('reading an SSE-C object (FACTS §1.1)', () => {
  const get = (Key: string, keys: object) => rig.s3.send(new GetObjectCommand({ Bucket, Key, ...keys }));
  const attributes = (Key: string, keys: object) =>
    rig.s3.send(new GetObjectAttributesCommand({ Bucket, Key, ObjectAttributes: ['ETag'], ...keys }));

  test('with its key: HEAD and GET name the algorithm and the MD5, never the key', async () => {
    expect(sealOf(await head(rig, Bucket, 'sse-c', RIGHT))).toEqual(SEALED);
    const answer = await get('sse-c', RIGHT);
    expect(sealOf(answer)).toEqual(SEALED);
    expect(await answer.Body!.transformToString()).toBe('x');
    await attributes('sse-c', RIGHT);
  });

  test.each([
    ['without a key', 'sse-c', {}, 400, 'InvalidRequest'],
    ['with another key', 'sse-c', WRONG, 403, 'AccessDenied'],
    ['with a key where none belongs', 'sse-s3', RIGHT, 400, 'InvalidRequest'],
  ])('%s: HEAD has the status and no code, GET has both', async (_, Key, keys, status, code) => {
    await expectRefusal(head(rig, Bucket, Key, keys), status, 'Unknown');
    await expectRefusal(get(Key, keys), status, code);
    await expectRefusal(attributes(Key, keys), status, code);
  });
});

describe('headers that are no whole SSE-C key are refused with 400', () => {
  const algorithm = 'x-amz-server-side-encryption-customer-algorithm';
  const key = 'x-amz-server-side-encryption-customer-key';
  const md5 = 'x-amz-server-side-encryption-customer-key-md5';
  const whole = { [algorithm]: 'AES256', [key]: RIGHT.SSECustomerKey, [md5]: RIGHT.SSECustomerKeyMD5 };
  const without = (name: string) =>
    Object.fromEntries(Object.entries(whole).filter(([each]) => each !== name));
  const short = Buffer.alloc(16);

  test.each<[string, Record<string, string>, string]>([
    ['no algorithm', without(algorithm), 'InvalidArgument'],
    ['no key', without(key), 'InvalidArgument'],
    ['no MD5', without(md5), 'InvalidArgument'],
    ['another algorithm', { ...whole, [algorithm]: 'AES128' }, 'InvalidEncryptionAlgorithmError'],
    ['the MD5 of another key', { ...whole, [md5]: WRONG.SSECustomerKeyMD5 }, 'InvalidArgument'],
    [
      'a key of 16 bytes',
      {
        ...whole,
        [key]: short.toString('base64'),
        [md5]: createHash('md5').update(short).digest('base64'),
      },
      'InvalidArgument',
    ],
    ['with AES256', { ...whole, 'x-amz-server-side-encryption': 'AES256' }, 'InvalidArgument'],
    ['with aws:kms', { ...whole, 'x-amz-server-side-encryption': 'aws:kms' }, 'InvalidArgument'],
    ['with a context', { ...whole, 'x-amz-server-side-encryption-context': 'e30=' }, 'InvalidArgument'],
  ])('%s', async (_, headers, code) => {
    const path = `/${Bucket}/broken`;
    const answer = await send(rig.port, { method: 'PUT', path, headers, body: 'x' });
    expect([answer.status, errorCode(answer)]).toEqual([400, code]);
    expect(answer.text).not.toContain(RIGHT.SSECustomerKey);
    expect((await send(rig.port, { method: 'HEAD', path })).status).toBe(404);
  });
});

describe('where SSE-C is blocked (FACTS §1.4)', () => {
  let blocked: string;
  beforeAll(async () => {
    blocked = await newBucket(rig);
  });

  test('new buckets block it: upload, copy and multipart upload are refused', async () => {
    const { s3 } = rig;
    await expectRefusal(put(rig, blocked, 'k', RIGHT), 403, 'AccessDenied');
    const copy = { Bucket: blocked, Key: 'k', CopySource: `${Bucket}/sse-s3`, ...RIGHT };
    await expectRefusal(s3.send(new CopyObjectCommand(copy)), 403, 'AccessDenied');
    const multipart = new CreateMultipartUploadCommand({ Bucket: blocked, Key: 'k', ...RIGHT });
    await expectRefusal(s3.send(multipart), 403, 'AccessDenied');
    expect((await refusalOf(head(rig, blocked, 'k'))).status).toBe(404);
  });

  test('every other encryption is let in', async () => {
    expect((await put(rig, blocked, 'other', { ServerSideEncryption: 'aws:kms' })).ServerSideEncryption).toBe(
      'aws:kms',
    );
  });

  test('what was written before stays readable with its key', async () => {
    const bucket = await newBucket(rig);
    await setDefault(rig, bucket, ALLOW_SSE_C);
    await put(rig, bucket, 'old', RIGHT);
    await setDefault(rig, bucket, { BlockedEncryptionTypes: { EncryptionType: ['SSE-C'] } });
    await expectRefusal(put(rig, bucket, 'new', RIGHT), 403, 'AccessDenied');
    expect(sealOf(await head(rig, bucket, 'old', RIGHT))).toEqual(SEALED);
  });
});

test('the ETag of an SSE-C object is no MD5 of its bytes', async () => {
  const md5 = createHash('md5').update('x').digest('hex');
  expect((await head(rig, Bucket, 'sse-s3')).ETag).toBe(`"${md5}"`);
  expect((await head(rig, Bucket, 'sse-c', RIGHT)).ETag).not.toContain(md5);
});
