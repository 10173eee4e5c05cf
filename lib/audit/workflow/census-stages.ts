import { cutRange } from '../../census/cut-range.ts';
import { gapsBetween } from '../../census/key-order.ts';
import type { KeyRange } from '../../census/key-order.ts';
import type { ListedBucket } from '../../collectors/buckets.ts';
import { AuditError } from '../../model/errors.ts';
import type { BucketEvidence } from '../../model/evidence.ts';
import { eachAtOnce } from '../at-once.ts';
import { chooseSource } from '../census-source.ts';
import { takeCensus, takeRanges, unfinishedCensus } from '../census-stage.ts';
import type { AuditContext } from '../context.ts';
import { listingOf } from '../count-bucket.ts';
import { requireJson, toJson } from '../json-files.ts';
import { keyDirectory } from '../key-directory.ts';
import { readParts } from '../part-files.ts';
import { RUN_FILES } from '../run-store.ts';
import { scopeOf } from '../scope.ts';
import { withRequestsTold } from '../spent.ts';
import { resumedContext, workPrefix, workStoreOf } from './environment.ts';
import type { StageCall, StageEnvironment, StageRound } from './environment.ts';
import { parseEvent, roundEvent, shardEvent } from './events.ts';
import type { Shard } from './events.ts';

/** What the workflow's history keeps of one shard; what was counted is in the run. */
export type ShardDone = { readonly bucket: string; readonly done: boolean };

/** How buckets are cut. */
export type CutLimits = {
  /** Calls of fifteen minutes that a bucket is given: fifteen hours. */
  readonly rounds: number;
  /** A range of so many pages, at a thousand keys each, is counted in less time than cutting it would save. */
  readonly smallPages: number;
  /** Pieces of one range, and shards of one bucket, at most. */
  readonly pieces: number;
  readonly shards: number;
};
const LIMITS: CutLimits = { rounds: 60, smallPages: 10, pieces: 64, shards: 256 };

/** Ranges in one shard at most: an item of the map must stay below 256 KiB, and a key can be a thousand bytes. */
const RANGES = 16;

/** Buckets that are looked at at the same time. */
const AT_ONCE = 32;

/**
 * Stage 3 of a deployed audit. Without a bucket: lists the shards that have yet to be counted. With one: counts it as
 * far as the time goes; what is finished is kept, and the rest is listed again.
 */
export async function censusStage(
  environment: StageEnvironment,
  event: unknown,
  call: StageCall,
  limits: CutLimits = LIMITS,
): Promise<StageRound | ShardDone> {
  return typeof event === 'object' && event !== null && 'bucket' in event
    ? countShard(environment, event, call)
    : planShards(environment, event, call, limits);
}

async function planShards(
  environment: StageEnvironment,
  event: unknown,
  { signal, invocation }: StageCall,
  limits: CutLimits,
): Promise<StageRound> {
  const { runId, round } = parseEvent(roundEvent, event);
  const { context, plan } = await resumedContext(environment, runId, signal);
  const counted = new Set(await context.store.list(RUN_FILES.censusFolder));
  const shards: Shard[] = [];
  // Out of time, buckets are not cut: that is the only loss.
  await withRequestsTold(context, `census-${invocation}`, async (metered) =>
    eachAtOnce(AT_ONCE, plan.targets, undefined, async (target) => {
      if (counted.has(RUN_FILES.census(target.name))) return;
      const bucket = await requireJson<BucketEvidence>(context.store, RUN_FILES.bucket(target.name));
      if (!scopeOf(context.packs, bucket).concerned) return;
      if (round < limits.rounds) shards.push(...(await shardsOf(metered, target, bucket, limits)));
      else {
        const why = `it was not counted to its end in ${limits.rounds} calls of the census function`;
        const census = await unfinishedCensus(context.store, target.name, why);
        await context.store.write(RUN_FILES.census(target.name), toJson(census));
      }
    }),
  );
  const items = SHARD_FILES.items(round);
  if (shards.length > 0)
    await workStoreOf(environment, runId).write(items, toJson(shards), 'application/json');
  return {
    runId,
    reportBucket: environment.reportBucket,
    round: round + 1,
    itemsKey: workPrefix(runId) + items,
    items: shards.length,
  };
}

const SHARD_FILES = { items: (round: number) => `census/items-${round}.json` } as const;

async function shardsOf(
  context: AuditContext,
  target: ListedBucket,
  bucket: BucketEvidence,
  limits: CutLimits,
): Promise<readonly Shard[]> {
  const whole = [{ bucket: target, ranges: null }];
  if (context.signal?.aborted || bucket.region.state !== 'known') return whole;
  if ((await chooseSource(context, bucket)).kind !== 'live') return whole;
  const done = (await readParts(context.store, bucket.name)).map(({ range }) => range);
  const left = gapsBetween(done);
  const ranges = await cutAll(context, bucket, left, limits);
  // A small bucket is one piece; so is one of which nothing is left but to add it up.
  if (ranges.length === 0 || (done.length === 0 && ranges.length === 1)) return whole;
  const each = Math.min(RANGES, Math.ceil(ranges.length / limits.shards));
  const shards: Shard[] = [];
  for (let at = 0; at < ranges.length; at += each)
    shards.push({ bucket: target, ranges: [...ranges.slice(at, at + each)] });
  return shards;
}

async function cutAll(
  context: AuditContext,
  bucket: BucketEvidence,
  left: readonly KeyRange[],
  limits: CutLimits,
): Promise<readonly KeyRange[]> {
  const listing = listingOf(context, bucket);
  const pieces = Math.min(limits.pieces, Math.floor(limits.shards / Math.max(1, left.length)));
  const cut: KeyRange[] = [];
  for (const range of left) {
    try {
      cut.push(...(await cutRange(listing, range, context.signal?.aborted ? 1 : pieces, limits.smallPages)));
    } catch (error) {
      if (error instanceof AuditError) throw error;
      // Whoever counts the range meets the same refusal, and says so in the census.
      cut.push(range);
    }
  }
  return cut;
}

async function countShard(
  environment: StageEnvironment,
  event: unknown,
  { signal, invocation }: StageCall,
): Promise<ShardDone> {
  const { runId, bucket, ranges } = parseEvent(shardEvent, event);
  const { context, plan } = await resumedContext(environment, runId, signal);
  const evidence = await requireJson<BucketEvidence>(context.store, RUN_FILES.bucket(bucket.name));
  const byDefault = evidence.defaultEncryption;
  const writer = `${invocation}-`;
  try {
    await withRequestsTold(context, `census-${invocation}`, async (metered) => {
      const keys = keyDirectory(metered.aws, metered.store, plan);
      // Objects under the default's key are judged by what `inspect` learned of it.
      if (evidence.region.state === 'known' && byDefault.state === 'known' && byDefault.value.kmsKey) {
        await keys.get(byDefault.value.kmsKey, evidence.region.value, evidence.accountId);
      }
      await (ranges === null
        ? takeCensus(metered, evidence, keys, writer)
        : takeRanges(metered, evidence, keys, ranges, writer));
    });
    return { bucket: bucket.name, done: true };
  } catch (error) {
    if (error instanceof AuditError && error.code === 'INTERRUPTED')
      return { bucket: bucket.name, done: false };
    throw error;
  }
}
