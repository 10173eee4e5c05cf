import type { ObjectHeader } from '../collectors/head-object.ts';
import type { BucketListing, ListedUpload } from '../collectors/object-listing.ts';
import type { Census } from '../model/census.ts';
import { countShard } from './count-shard.ts';
import type { CensusPart, PartSink } from './census-part.ts';
import type { SealKeeping } from './shard-part.ts';
import { createHeadReader } from './head-outcome.ts';
import type { RetryOptions } from './head-outcome.ts';
import { compareRanges, gapsBetween } from './key-order.ts';
import type { KeyRange } from './key-order.ts';
import { mergeCensuses } from './merge.ts';
import { createPacer } from './pace.ts';
import { runShards } from './shard-pool.ts';
import { countUploads } from './uploads.ts';
import { rememberWanted } from './wanted.ts';
import type { ObjectHooks } from './wanted.ts';

/** What a live census of one bucket needs. */
export type LiveCensusInput = ObjectHooks & {
  readonly bucket: string;
  readonly listing: BucketListing;
  readonly uploads: AsyncIterable<readonly ListedUpload[]>;
  readonly header: ObjectHeader;
  /** Where the parts go, each a key range with its counts and records. */
  readonly parts: PartSink;
  /** Parts that an earlier run finished: their ranges are not read again. */
  readonly done?: readonly CensusPart[];
  /** Left out: seals are neither kept for a later run nor taken over from an earlier one. */
  readonly seals?: SealKeeping;
  /** Requests in flight at most. */
  readonly concurrency: number;
  /** Key ranges listed side by side, at most. */
  readonly shards: number;
  /** Entries after which a part is finished and saved. */
  readonly partEntries?: number;
  readonly retry: RetryOptions;
  readonly onProgress?: (objects: number) => void;
  readonly signal?: AbortSignal;
};

/** What a stopped run loses at most, for each shard. */
const PART_ENTRIES = 50_000;

/**
 * Counts a bucket by listing it, in key ranges side by side, and asking HEAD of every version. The result does not
 * depend on how the keys were divided. Memory does not grow with the bucket. A listing that breaks off gives an
 * incomplete census, not an error; lost credentials and an abort throw AuditError.
 */
export async function liveCensus(input: LiveCensusInput): Promise<Census> {
  const { bucket, header, classesOf } = input;
  const done = input.done ?? [];
  const noted = noteUnfinished();
  // Whoever keeps seals must know which uploads were under way before the first object is asked.
  const early = input.seals
    ? await countUploads(bucket, 'live', noted.noting(input.uploads), classesOf)
    : null;
  const unfinished = early?.uploadsComplete ? noted.has : ANY_KEY;
  const left = gapsBetween(done.map(({ range }) => range));
  const finished = [...done, ...(await countRanges(input, left, unfinished))];
  finished.sort((a, b) => compareRanges(a.range, b.range));
  const uploads = early ?? (await countUploads(bucket, 'live', input.uploads, classesOf));
  const census = mergeCensuses([...finished.map((part) => part.census), uploads], bucket, 'live');
  // Objects that vanished one by one are a busy bucket; objects that vanished with their bucket are no answer.
  const vanished = census.excluded['VANISHED'] ?? 0;
  if (!census.complete || vanished === 0 || !(await isGone(header))) return census;
  const incompleteReason = 'NOT_FOUND on s3:ListBucket: the bucket was deleted during the census';
  return { ...census, complete: false, incompleteReason };
}

const ANY_KEY = (): boolean => true;

/**
 * Counts key ranges of a bucket into parts; all that `liveCensus` does with keys, for one machine of several.
 * @param unfinished whether an upload of a key may be under way; matters to whoever keeps seals
 */
export async function countRanges(
  input: Omit<LiveCensusInput, 'uploads'>,
  ranges: readonly KeyRange[],
  unfinished: (key: string) => boolean = ANY_KEY,
): Promise<readonly CensusPart[]> {
  const { bucket, listing, header, classesOf, onProgress } = input;
  const finished: CensusPart[] = [];
  let counted = (input.done ?? []).reduce((sum, { census }) => sum + census.population, 0);
  const readHead = createHeadReader(header, createPacer(input.concurrency), input.retry);
  const mustRecord = rememberWanted(input.mustRecord);
  const seals = input.seals && { ...input.seals, unfinished };
  await runShards({
    listing,
    ranges,
    workers: input.shards,
    work: async (shard) =>
      countShard(shard, {
        partEntries: input.partEntries ?? PART_ENTRIES,
        bucket,
        listing,
        readHead,
        classesOf,
        mustRecord,
        parts: input.parts,
        spent: input.spent,
        ...(seals ? { seals } : {}),
        // Deep enough that the shards together keep every connection busy, and one shard alone does as well.
        window: input.concurrency * 4,
        onPart: (part) => finished.push(part),
        onObjects: (objects) => {
          counted += objects;
          onProgress?.(counted);
        },
        ...(input.signal ? { signal: input.signal } : {}),
      }),
  });
  return finished;
}

/** Keys of unfinished uploads that are remembered; where there are more, every key counts as one. */
const UNFINISHED_KEPT = 100_000;

function noteUnfinished() {
  const keys = new Set<string>();
  return {
    noting: async function* (pages: AsyncIterable<readonly ListedUpload[]>) {
      for await (const page of pages) {
        for (const { key } of page) if (keys.size <= UNFINISHED_KEPT) keys.add(key);
        yield page;
      }
    },
    has: (key: string): boolean => keys.size > UNFINISHED_KEPT || keys.has(key),
  };
}

async function isGone(header: ObjectHeader): Promise<boolean> {
  try {
    return (await header.headBucket()).status === 404;
  } catch {
    return false;
  }
}
