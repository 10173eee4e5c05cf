import { countRanges, liveCensus } from '../census/live.ts';
import type { KeyRange } from '../census/key-order.ts';
import type { LiveCensusInput } from '../census/live.ts';
import { sampleCensus } from '../census/sample.ts';
import { createObjectHeader } from '../collectors/head-object.ts';
import { bucketListing, listUploads } from '../collectors/object-listing.ts';
import type { BucketListing } from '../collectors/object-listing.ts';
import { emptyCensus } from '../model/census.ts';
import type { Census } from '../model/census.ts';
import { AuditError } from '../model/errors.ts';
import type { BucketEvidence } from '../model/evidence.ts';
import type { RunConfiguration } from '../model/run.ts';
import { describeReason, valueOf } from '../model/observed.ts';
import type { AuditContext } from './context.ts';

/** What the caller wants done with the objects as they are counted. */
export type CountHooks = Pick<
  LiveCensusInput,
  'classesOf' | 'mustRecord' | 'spent' | 'parts' | 'done' | 'seals'
>;

/** Counts, and keeps nothing of single objects. */
export const COUNT_ONLY: CountHooks = {
  classesOf: () => [],
  mustRecord: () => Promise.resolve(false),
  parts: {
    open: () =>
      Promise.resolve({
        record: () => Promise.resolve(),
        close: () => Promise.resolve(),
        abandon: () => Promise.resolve(),
      }),
  },
};

type CountContext = Pick<AuditContext, 'aws' | 'concurrency' | 'retry' | 'progress' | 'signal'>;

/** Key ranges of one bucket listed side by side: enough to keep HEADs fed, few enough to be polite. */
export const SHARDS = 16;

/**
 * The live census of one bucket over AWS, whole or of a sample. Whatever goes wrong with the bucket is in the census it returns; only
 * lost credentials, aborts and an unwritable store throw.
 */
export async function countBucket(
  context: CountContext,
  bucket: BucketEvidence,
  hooks: CountHooks,
  sample: RunConfiguration['sample'] | null = null,
): Promise<Census> {
  if (bucket.region.state !== 'known') {
    const why =
      bucket.region.state === 'unknown' ? describeReason(bucket.region.reason) : 'NOT_FOUND: no Region';
    return emptyCensus(bucket.name, why);
  }
  try {
    return await withInput(context, bucket, hooks, async (input) =>
      sample ? sampleCensus({ ...input, ...sample }) : liveCensus(input),
    );
  } catch (error) {
    if (error instanceof AuditError) throw error;
    // A fault of ours in one bucket must not take the others with it; the report says that this one was not read.
    return emptyCensus(bucket.name, `MALFORMED on s3:ListBucket: ${(error as Error).message}`);
  }
}

/** Counts some key ranges of a bucket into parts. Throws what is not a fact about the bucket. */
export async function countBucketRanges(
  context: CountContext,
  bucket: BucketEvidence,
  hooks: CountHooks,
  ranges: readonly KeyRange[],
): Promise<void> {
  await withInput(context, bucket, hooks, async (input) => countRanges(input, ranges));
}

/** How the objects of a bucket are listed. */
export function listingOf({ aws }: Pick<AuditContext, 'aws'>, bucket: BucketEvidence): BucketListing {
  const s3 = aws.account(bucket.accountId).s3(valueOf(bucket.region) ?? '');
  const versioned = !(bucket.versioning.state === 'known' && bucket.versioning.value === 'Off');
  // A bucket whose versioning is not known is read as versioned: that listing leaves nothing out.
  return bucketListing({ s3, bucket: bucket.name, owner: bucket.accountId }, versioned);
}

async function withInput<T>(
  context: CountContext,
  bucket: BucketEvidence,
  hooks: CountHooks,
  use: (input: LiveCensusInput) => Promise<T>,
): Promise<T> {
  const s3 = context.aws.account(bucket.accountId).s3(valueOf(bucket.region) ?? '');
  const target = { s3, bucket: bucket.name, owner: bucket.accountId };
  let close: (() => void) | undefined;
  try {
    const header = await createObjectHeader(s3, bucket.name, bucket.accountId, {
      maxSockets: context.concurrency,
      timeoutMs: context.aws.options.requestTimeoutMs,
      meter: context.aws.meter,
    });
    close = header.close;
    const input: LiveCensusInput = {
      bucket: bucket.name,
      listing: listingOf(context, bucket),
      uploads: listUploads(target),
      header,
      ...hooks,
      concurrency: context.concurrency,
      shards: SHARDS,
      retry: context.retry,
      onProgress: (objects) => context.progress.bucket(bucket.name, { kind: 'counting', objects }),
      ...(context.signal ? { signal: context.signal } : {}),
    };
    return await use(input);
  } finally {
    close?.();
  }
}
