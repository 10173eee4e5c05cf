import { unreadBucket } from '../../collectors/bucket.ts';
import { commonRanges, gapsBetween } from '../../census/key-order.ts';
import type { KeyRange } from '../../census/key-order.ts';
import { unfinishedCensus } from '../census-stage.ts';
import { partSink, readParts } from '../part-files.ts';
import { emptyCensus } from '../../model/census.ts';
import { inspect } from '../inspect.ts';
import { readJson, toJson } from '../json-files.ts';
import { keyDirectory } from '../key-directory.ts';
import { RUN_FILES } from '../run-store.ts';
import { withRequestsTold } from '../spent.ts';
import type { RunStore } from '../run-store.ts';
import { readPlan, resumedContext, runStoreOf } from './environment.ts';
import type { StageEnvironment } from './environment.ts';
import { bucketEvent, lostEvent, parseEvent, whyLost } from './events.ts';

/** What the workflow's history keeps of one bucket; the facts themselves are in the run. */
export type BucketDone = { readonly bucket: string };

/** Reads the facts of one bucket. */
export async function inspectStage(environment: StageEnvironment, event: unknown): Promise<BucketDone> {
  const { runId, bucket } = parseEvent(bucketEvent, event);
  const { context, plan } = await resumedContext(environment, runId);
  await withRequestsTold(context, `inspect-${bucket.name}`, async (metered) => {
    const keys = keyDirectory(metered.aws, metered.store, plan);
    await inspect(metered, plan, bucket, keys);
  });
  return { bucket: bucket.name };
}

/**
 * Keeps the account of a bucket, or of some of its keys, that a stage gave up on: its facts, or its objects, are then
 * not known for the reason given, and the run's findings say so. What was read before stays.
 */
export async function lostStage(environment: StageEnvironment, event: unknown): Promise<BucketDone> {
  const { runId, bucket, ranges, stage, error, cause } = parseEvent(lostEvent, event);
  const store = runStoreOf(environment, runId);
  const why = `the ${stage} stage gave up: ${whyLost(error, cause)}`;
  if (stage === 'inspect') {
    const { caller, partition } = await readPlan(store);
    if ((await readJson(store, RUN_FILES.bucket(bucket.name))) === null) {
      const unread = unreadBucket(
        bucket,
        { accountId: bucket.accountId ?? caller.accountId, partition },
        why,
      );
      await store.write(RUN_FILES.bucket(bucket.name), toJson(unread));
    }
  }
  if (await store.has(RUN_FILES.census(bucket.name))) return { bucket: bucket.name };
  if (ranges) await loseRanges(store, bucket.name, ranges, `UNFINISHED: ${why}`);
  else {
    const census = await unfinishedCensus(store, bucket.name, why);
    await store.write(RUN_FILES.census(bucket.name), toJson(census));
  }
  return { bucket: bucket.name };
}

/** A part that counted nothing, for each range that was not finished: the rest of the bucket still counts. */
async function loseRanges(
  store: RunStore,
  bucket: string,
  ranges: readonly KeyRange[],
  why: string,
): Promise<void> {
  const done = await readParts(store, bucket);
  const sink = partSink(store, bucket, done, 'lost-');
  const lost = { ...emptyCensus(bucket, why), uploadsComplete: true, uploadsIncompleteReason: null };
  for (const range of commonRanges(ranges, gapsBetween(done.map((part) => part.range)))) {
    const part = await sink.open();
    await part.close({ range, census: lost });
  }
}
