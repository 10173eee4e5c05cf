import { beforeAll, describe, expect, test } from '@jest/globals';
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  GetObjectCommand,
  ListMultipartUploadsCommand,
  ListPartsCommand,
  UploadPartCommand,
  UploadPartCopyCommand,
} from '@aws-sdk/client-s3';
import type {
  CompletedPart,
  CompleteMultipartUploadCommandInput,
  CreateMultipartUploadCommandInput,
  UploadPartCommandInput,
} from '@aws-sdk/client-s3';
import { createHash } from 'node:crypto';
import {
  ALLOW_SSE_C,
  expectRefusal,
  head,
  newBucket,
  newKey,
  put,
  sealOf,
  setDefault,
  useSandbox,
} from '../sdk.ts';
import { errorCode, send } from '../wire.ts';

const rig = useSandbox();
const PART = Buffer.alloc(5 * 1024 * 1024, 'p');
const SECRET = Buffer.alloc(32, 3);
const customer = {
  SSECustomerAlgorithm: 'AES256',
  SSECustomerKey: SECRET.toString('base64'),
  SSECustomerKeyMD5: createHash('md5').update(SECRET).digest('base64'),
};

let Bucket: string;
let key: string;
beforeAll(async () => {
  Bucket = await newBucket(rig);
  await setDefault(rig, Bucket, ALLOW_SSE_C);
  key = await newKey(rig);
});

async function begin(Key: string, rest: Partial<CreateMultipartUploadCommandInput> = {}): Promise<string> {
  const { UploadId } = await rig.s3.send(new CreateMultipartUploadCommand({ Bucket, Key, ...rest }));
  return UploadId!;
}
async function part(
  Key: string,
  UploadId: string,
  PartNumber: number,
  rest: Partial<UploadPartCommandInput> = {},
) {
  const input = { Bucket, Key, UploadId, PartNumber, Body: 'end', ...rest };
  const { ETag } = await rig.s3.send(new UploadPartCommand(input));
  return { ETag, PartNumber };
}
const complete = (
  Key: string,
  UploadId: string,
  Parts: CompletedPart[],
  rest: Partial<CompleteMultipartUploadCommandInput> = {},
) =>
  rig.s3.send(
    new CompleteMultipartUploadCommand({ Bucket, Key, UploadId, MultipartUpload: { Parts }, ...rest }),
  );

describe('the seal is settled when the upload begins, and nowhere later (FACTS §1.2)', () => {
  test('headers of CreateMultipartUpload seal the object', async () => {
    const id = await begin('sealed', {
      ServerSideEncryption: 'aws:kms',
      SSEKMSKeyId: key,
      BucketKeyEnabled: true,
    });
    const sealed = { ServerSideEncryption: 'aws:kms', SSEKMSKeyId: key, BucketKeyEnabled: true };
    const completed = await complete('sealed', id, [await part('sealed', id, 1)]);
    expect(sealOf(completed)).toEqual(sealed);
    expect(sealOf(await head(rig, Bucket, 'sealed'))).toEqual(sealed);
  });

  test('a default that changes meanwhile does not', async () => {
    const bucket = await newBucket(rig);
    const { UploadId } = await rig.s3.send(new CreateMultipartUploadCommand({ Bucket: bucket, Key: 'k' }));
    await setDefault(rig, bucket, {
      ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms', KMSMasterKeyID: key },
    });
    const { ETag } = await rig.s3.send(
      new UploadPartCommand({ Bucket: bucket, Key: 'k', UploadId, PartNumber: 1, Body: 'x' }),
    );
    const MultipartUpload = { Parts: [{ ETag, PartNumber: 1 }] };
    await rig.s3.send(
      new CompleteMultipartUploadCommand({ Bucket: bucket, Key: 'k', UploadId, MultipartUpload }),
    );
    expect(sealOf(await head(rig, bucket, 'k'))).toEqual({ ServerSideEncryption: 'AES256' });
  });

  test.each([
    ['x-amz-server-side-encryption', 'AES256'],
    ['x-amz-server-side-encryption', 'aws:kms'],
    ['x-amz-server-side-encryption-aws-kms-key-id', 'alias/aws/s3'],
    ['x-amz-server-side-encryption-context', 'e30='],
    ['x-amz-server-side-encryption-bucket-key-enabled', 'true'],
  ])('UploadPart and UploadPartCopy refuse %s: %s with 400', async (name, value) => {
    await put(rig, Bucket, 'source');
    const path = `/${Bucket}/refused?partNumber=1&uploadId=${await begin('refused')}`;
    for (const copied of [{}, { 'x-amz-copy-source': `/${Bucket}/source` }]) {
      const headers = { [name]: value, ...copied };
      const answer = await send(rig.port, { method: 'PUT', path, headers, body: 'x' });
      expect([answer.status, errorCode(answer)]).toEqual([400, 'InvalidArgument']);
    }
  });

  test('parts of an SSE-C upload carry the key of its beginning, as does its completion', async () => {
    const id = await begin('sse-c', customer);
    await expectRefusal(part('sse-c', id, 1), 400, 'InvalidRequest');
    const other = Buffer.alloc(32, 4);
    const wrong = {
      SSECustomerAlgorithm: 'AES256',
      SSECustomerKey: other.toString('base64'),
      SSECustomerKeyMD5: createHash('md5').update(other).digest('base64'),
    };
    await expectRefusal(part('sse-c', id, 1, wrong), 403, 'AccessDenied');
    const done = await part('sse-c', id, 1, customer);
    await expectRefusal(complete('sse-c', id, [done]), 400, 'InvalidRequest');
    await complete('sse-c', id, [done], customer);
    expect(sealOf(await head(rig, Bucket, 'sse-c', customer))).toEqual({
      SSECustomerAlgorithm: 'AES256',
      SSECustomerKeyMD5: customer.SSECustomerKeyMD5,
    });
    await expectRefusal(part('plain', await begin('plain'), 1, customer), 400, 'InvalidRequest');
  });
});

describe('putting parts together', () => {
  test('in the order of their numbers, whichever came first; ETag and sizes tell of the parts', async () => {
    const id = await begin('whole');
    const second = await part('whole', id, 7);
    const first = await part('whole', id, 2, { Body: PART });
    const { ETag } = await complete('whole', id, [first, second]);
    const digest = (body: Uint8Array | string) => createHash('md5').update(body).digest();
    const md5 = createHash('md5').update(digest(PART)).update(digest('end')).digest('hex');
    expect(ETag).toBe(`"${md5}-2"`);
    expect((await head(rig, Bucket, 'whole')).ContentLength).toBe(PART.length + 3);
    const { Body } = await rig.s3.send(new GetObjectCommand({ Bucket, Key: 'whole', PartNumber: 2 }));
    expect(await Body!.transformToString()).toBe('end');
  });

  test('parts may be copied, whole or a range', async () => {
    await put(rig, Bucket, 'digits', { Body: '0123456789' });
    const id = await begin('copied');
    const from = { Bucket, Key: 'copied', UploadId: id, PartNumber: 1, CopySource: `${Bucket}/digits` };
    const copied = await rig.s3.send(new UploadPartCopyCommand({ ...from, CopySourceRange: 'bytes=2-4' }));
    await complete('copied', id, [{ PartNumber: 1, ETag: copied.CopyPartResult!.ETag }]);
    const { Body } = await rig.s3.send(new GetObjectCommand({ Bucket, Key: 'copied' }));
    expect(await Body!.transformToString()).toBe('234');
    const again = { ...from, UploadId: await begin('copied') };
    for (const CopySourceRange of ['bytes=0-10', 'bytes=4-2', '0-1']) {
      await expectRefusal(
        rig.s3.send(new UploadPartCopyCommand({ ...again, CopySourceRange })),
        400,
        'InvalidArgument',
      );
    }
  });

  test.each<[string, (first: CompletedPart, second: CompletedPart) => CompletedPart[], string]>([
    ['a part that is not there', (first) => [first, { PartNumber: 9, ETag: 'x' }], 'InvalidPart'],
    ['an ETag of another part', (first, second) => [{ ...first, ETag: second.ETag }], 'InvalidPart'],
    ['parts out of order', (first, second) => [second, first], 'InvalidPartOrder'],
    ['a part twice', (first) => [first, first], 'InvalidPartOrder'],
    ['a small part before the last', (first, second) => [first, second], 'EntityTooSmall'],
    ['no parts', () => [], 'MalformedXML'],
  ])('%s is refused, and the upload stays', async (_, choose, code) => {
    const id = await begin('bad');
    const parts = [
      await part('bad', id, 1, { Body: 'one' }),
      await part('bad', id, 2, { Body: 'two' }),
    ] as const;
    await expectRefusal(complete('bad', id, choose(...parts)), 400, code);
    const { Parts } = await rig.s3.send(new ListPartsCommand({ Bucket, Key: 'bad', UploadId: id }));
    expect(Parts!.map(({ PartNumber, Size }) => [PartNumber, Size])).toEqual([
      [1, 3],
      [2, 3],
    ]);
  });

  test('a part number out of range, and an upload of another key', async () => {
    const id = await begin('bad');
    for (const number of [0, 10_001]) {
      await expectRefusal(part('bad', id, number), 400, 'InvalidArgument');
    }
    await expectRefusal(part('other', id, 1), 404, 'NoSuchUpload');
  });
});

test('an aborted or completed upload is gone, an unfinished one is listed', async () => {
  const bucket = await newBucket(rig);
  const upload = async (Key: string) => {
    const { UploadId } = await rig.s3.send(new CreateMultipartUploadCommand({ Bucket: bucket, Key }));
    return { Bucket: bucket, Key, UploadId };
  };
  const aborted = await upload('aborted');
  await upload('unfinished');
  await rig.s3.send(new AbortMultipartUploadCommand(aborted));
  await expectRefusal(rig.s3.send(new AbortMultipartUploadCommand(aborted)), 404, 'NoSuchUpload');
  const { Uploads } = await rig.s3.send(new ListMultipartUploadsCommand({ Bucket: bucket }));
  expect(Uploads!.map(({ Key }) => Key)).toEqual(['unfinished']);
});

describe('checksums of multipart objects', () => {
  test.each([
    ['SHA256', undefined, 'COMPOSITE'],
    ['CRC32C', 'FULL_OBJECT', 'FULL_OBJECT'],
  ] as const)('%s %s', async (ChecksumAlgorithm, ChecksumType, stored) => {
    const id = await begin('summed', { ChecksumAlgorithm, ...(ChecksumType ? { ChecksumType } : {}) });
    const input = { Bucket, Key: 'summed', UploadId: id, PartNumber: 1, Body: 'abc', ChecksumAlgorithm };
    const done = await rig.s3.send(new UploadPartCommand(input));
    const member = `Checksum${ChecksumAlgorithm}` as const;
    await complete('summed', id, [{ PartNumber: 1, ETag: done.ETag, [member]: done[member] }]);
    const answer = await head(rig, Bucket, 'summed', { ChecksumMode: 'ENABLED' });
    expect(answer.ChecksumType).toBe(stored);
    expect(answer[member]).toMatch(stored === 'COMPOSITE' ? /^.+-1$/ : /^[A-Za-z0-9+/]+=*$/);
    if (stored === 'FULL_OBJECT') expect(answer[member]).toBe(done[member]);
  });

  test.each([
    [{ ChecksumAlgorithm: 'ROT13' as never }],
    [{ ChecksumAlgorithm: '__proto__' as never }],
    [{ ChecksumAlgorithm: 'SHA256' as const, ChecksumType: 'FULL_OBJECT' as const }],
    [{ ChecksumType: 'COMPOSITE' as const }],
  ])('%j is refused with 400', async (rest) => {
    await expectRefusal(begin('refused', rest), 400, 'InvalidRequest');
  });
});
