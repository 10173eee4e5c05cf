import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  PutObjectCommand,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import type { PutObjectCommandInput, S3Client } from '@aws-sdk/client-s3';
import type { ReportWriting } from '../model/run.ts';
import type { NewFile } from './run-store.ts';

/** How objects are written: `retainUntil` locks them in COMPLIANCE mode, which nobody can lift before that day. */
export type ObjectWriting = { readonly kmsKey: string | null; readonly retainUntil: Date | null };

/** What is not said is left to the bucket's own default encryption and retention. */
export const BUCKET_DEFAULTS: ObjectWriting = { kmsKey: null, retainUntil: null };

/** The writing of one run's files: locked for so many days from the end of the run. */
export function objectWriting(report: ReportWriting | undefined, finishedAt: string): ObjectWriting {
  const { kmsKey, lockDays } = report ?? { kmsKey: null, lockDays: null };
  const day = 24 * 60 * 60 * 1000;
  return {
    kmsKey,
    retainUntil: lockDays === null ? null : new Date(Date.parse(finishedAt) + lockDays * day),
  };
}

/** S3 takes a lock of at most 100 years. */
export const LONGEST_LOCK_DAYS = 36_500;

/** From here on in parts: PutObject ends at 5 GiB, and a part that fails is sent again alone. */
const SINGLE_PUT = 16 * 1024 * 1024;
/** S3 takes 10,000 parts. */
const MOST_PARTS = 9_000;

type Target = { readonly s3: S3Client; readonly bucket: string; readonly key: string };

/**
 * Creates an object that is not there yet (`If-None-Match: *`); false when it is, or when somebody else is creating
 * it at this moment. Throws what the SDK throws for everything else.
 */
export async function createObject(target: Target, file: NewFile, writing: ObjectWriting): Promise<boolean> {
  try {
    await (file.bytes <= SINGLE_PUT ? putWhole(target, file, writing) : putParts(target, file, writing));
    return true;
  } catch (error) {
    if (isTaken(error)) return false;
    throw error;
  }
}

/** 412: there is such an object. 409: another conditional write of the same key is under way. */
export function isTaken(error: unknown): boolean {
  const status = (error as { $metadata?: { httpStatusCode?: number } }).$metadata?.httpStatusCode;
  return status === 412 || (status === 409 && (error as Error).name === 'ConditionalRequestConflict');
}

/** The request members that say how an object is sealed and locked. */
export function writingParameters({ kmsKey, retainUntil }: ObjectWriting): Partial<PutObjectCommandInput> {
  return {
    ...(kmsKey === null
      ? {}
      : { ServerSideEncryption: 'aws:kms', SSEKMSKeyId: kmsKey, BucketKeyEnabled: true }),
    ...(retainUntil === null ? {} : { ObjectLockMode: 'COMPLIANCE', ObjectLockRetainUntilDate: retainUntil }),
  };
}

const addressOf = ({ bucket, key }: Target) => ({ Bucket: bucket, Key: key });

async function putWhole(target: Target, file: NewFile, writing: ObjectWriting): Promise<void> {
  const [body = Buffer.alloc(0)] = await collect(pieces(file, SINGLE_PUT));
  await target.s3.send(
    new PutObjectCommand({
      ...addressOf(target),
      ...writingParameters(writing),
      ...(file.mediaType === undefined ? {} : { ContentType: file.mediaType }),
      Body: body,
      IfNoneMatch: '*',
    }),
  );
}

async function putParts(target: Target, file: NewFile, writing: ObjectWriting): Promise<void> {
  const { s3 } = target;
  const { UploadId } = await s3.send(
    new CreateMultipartUploadCommand({
      ...addressOf(target),
      ...writingParameters(writing),
      ...(file.mediaType === undefined ? {} : { ContentType: file.mediaType }),
    }),
  );
  const upload = { ...addressOf(target), UploadId };
  try {
    const parts: { PartNumber: number; ETag: string | undefined }[] = [];
    const size = Math.max(SINGLE_PUT, Math.ceil(file.bytes / MOST_PARTS));
    for await (const Body of pieces(file, size)) {
      const PartNumber = parts.length + 1;
      const { ETag } = await s3.send(new UploadPartCommand({ ...upload, PartNumber, Body }));
      parts.push({ PartNumber, ETag });
    }
    const MultipartUpload = { Parts: parts };
    await s3.send(new CompleteMultipartUploadCommand({ ...upload, MultipartUpload, IfNoneMatch: '*' }));
  } catch (error) {
    // Parts that nobody completes cost money for ever; that they could not be removed must not hide why they are there.
    await s3.send(new AbortMultipartUploadCommand(upload)).catch(() => undefined);
    throw error;
  }
}

/** The file in pieces of `size` bytes, the last one shorter. */
async function* pieces(file: NewFile, size: number): AsyncGenerator<Buffer> {
  let held: Uint8Array[] = [];
  let bytes = 0;
  for await (const piece of file.open()) {
    held.push(piece);
    bytes += piece.byteLength;
    while (bytes >= size) {
      const all = Buffer.concat(held);
      yield all.subarray(0, size);
      held = [all.subarray(size)];
      bytes -= size;
    }
  }
  if (bytes > 0) yield Buffer.concat(held);
}

async function collect(all: AsyncIterable<Buffer>): Promise<Buffer[]> {
  const collected: Buffer[] = [];
  for await (const one of all) collected.push(one);
  return collected;
}
