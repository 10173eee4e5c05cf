import { GetObjectCommand, HeadBucketCommand, HeadObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import type { S3Client } from '@aws-sdk/client-s3';
import { listPages } from '../collectors/list-pages.ts';
import { reasonOf } from '../collectors/observe.ts';
import { AuditError } from '../model/errors.ts';
import { BUCKET_DEFAULTS, createObject, isTaken, writingParameters } from './bucket-upload.ts';
import type { ObjectWriting } from './bucket-upload.ts';
import type { ChainHome } from './chain-home.ts';
import { gatheredWriter } from './gathered-writer.ts';
import type { RunStore } from './run-store.ts';

/** A run under a prefix of the report bucket. */
export function bucketStore(
  s3: S3Client,
  bucket: string,
  prefix: string,
  writing: ObjectWriting = BUCKET_DEFAULTS,
): RunStore {
  const location = `s3://${bucket}/${prefix}`;
  const put = async (path: string, body: Uint8Array | string, mediaType?: string): Promise<void> => {
    try {
      await s3.send(
        new PutObjectCommand({
          Bucket: bucket,
          Key: prefix + path,
          Body: body,
          ...writingParameters(writing),
          ...(mediaType === undefined ? {} : { ContentType: mediaType }),
        }),
      );
    } catch (error) {
      throw bucketDenied(bucket, 'written', 's3:PutObject', error);
    }
  };
  return {
    location,
    read: async (path) => {
      try {
        const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: prefix + path }));
        return Body ? await Body.transformToByteArray() : null;
      } catch (error) {
        if ((error as Error).name === 'NoSuchKey') return null;
        throw bucketDenied(bucket, 'read', 's3:GetObject', error);
      }
    },
    write: put,
    create: async (path, file) => {
      try {
        return await createObject({ s3, bucket, key: prefix + path }, file, writing);
      } catch (error) {
        throw bucketDenied(bucket, 'written', 's3:PutObject', error);
      }
    },
    // PutObject wants the length of what it gets.
    openWrite: (path) => Promise.resolve(gatheredWriter(async (bytes) => put(path, bytes))),
    openRead: async function* (path) {
      try {
        const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: prefix + path }));
        if (Body) yield* Body as AsyncIterable<Uint8Array>;
      } catch (error) {
        if ((error as Error).name === 'NoSuchKey')
          throw new AuditError('RUN_INVALID', `The run has no file ${path}.`, { cause: error });
        throw bucketDenied(bucket, 'read', 's3:GetObject', error);
      }
    },
    has: async (path) => {
      try {
        await s3.send(new HeadObjectCommand({ Bucket: bucket, Key: prefix + path }));
        return true;
      } catch (error) {
        if ((error as Error).name === 'NotFound') return false;
        throw bucketDenied(bucket, 'read', 's3:GetObject', error);
      }
    },
    list: async (under) => {
      const found: string[] = [];
      try {
        for await (const page of listPages(s3, bucket, prefix + under))
          found.push(...(page.Contents ?? []).flatMap(({ Key }) => (Key ? [Key.slice(prefix.length)] : [])));
      } catch (error) {
        throw bucketDenied(bucket, 'listed', 's3:ListBucket', error);
      }
      return found.sort();
    },
  };
}

/** The report bucket as the home of a chain of runs: compare-and-swap is a PUT with the ETag that was read. */
export function bucketHome(
  s3: S3Client,
  bucket: string,
  writing: ObjectWriting = BUCKET_DEFAULTS,
): ChainHome {
  const { kmsKey } = writing;
  return {
    ...bucketStore(s3, bucket, '', writing),
    readTagged: async (path) => {
      try {
        const { Body, ETag } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: path }));
        return { bytes: (await Body?.transformToByteArray()) ?? new Uint8Array(), tag: ETag ?? '' };
      } catch (error) {
        if ((error as Error).name === 'NoSuchKey') return null;
        throw bucketDenied(bucket, 'read', 's3:GetObject', error);
      }
    },
    swap: async (path, text, tag) => {
      try {
        await s3.send(
          new PutObjectCommand({
            Bucket: bucket,
            Key: path,
            Body: text,
            ContentType: 'application/json',
            // Replaced by every run, so never locked.
            ...writingParameters({ kmsKey, retainUntil: null }),
            ...(tag === null ? { IfNoneMatch: '*' } : { IfMatch: tag }),
          }),
        );
        return true;
      } catch (error) {
        if (isTaken(error)) return false;
        throw bucketDenied(bucket, 'written', 's3:PutObject', error);
      }
    },
  };
}

/** Fails early, before an audit of hours, when the report bucket is not there or not ours to see. */
export async function assertReportBucket(s3: S3Client, bucket: string): Promise<void> {
  try {
    await s3.send(new HeadBucketCommand({ Bucket: bucket }));
  } catch (error) {
    throw bucketDenied(bucket, 'reached', 's3:ListBucket', error);
  }
}

/** What keeps a report bucket from being used, in one sentence. */
export function bucketDenied(bucket: string, verb: string, operation: string, error: unknown): AuditError {
  const reason = reasonOf(operation, error);
  const what = reason.code === 'NOT_FOUND' ? 'does not exist' : `cannot be ${verb}: ${reason.message}`;
  return new AuditError('REPORT_BUCKET_DENIED', `The report bucket ${bucket} ${what}.`, { cause: error });
}
