import { unreadBucket } from '../../collectors/bucket.ts';
import type { BucketEvidence } from '../../model/evidence.ts';
import { takeCensus } from '../census-stage.ts';
import { emptyCensus } from '../../model/census.ts';
import { inspect } from '../inspect.ts';
import { readJson, requireJson, toJson } from '../json-files.ts';
import { keyDirectory } from '../key-directory.ts';
import { RUN_FILES } from '../run-store.ts';
import { withRequestsTold } from '../spent.ts';
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

/** Counts the objects of one bucket. `signal` ends it in good time: an abort throws AuditError INTERRUPTED. */
export async function censusStage(
  environment: StageEnvironment,
  event: unknown,
  signal: AbortSignal,
): Promise<BucketDone> {
  const { runId, bucket } = parseEvent(bucketEvent, event);
  const { context, plan } = await resumedContext(environment, runId, signal);
  const evidence = await requireJson<BucketEvidence>(context.store, RUN_FILES.bucket(bucket.name));
  const byDefault = evidence.defaultEncryption;
  await withRequestsTold(context, `census-${bucket.name}`, async (metered) => {
    const keys = keyDirectory(metered.aws, metered.store, plan);
    // Objects under the default's key are judged by what `inspect` learned of it.
    if (evidence.region.state === 'known' && byDefault.state === 'known' && byDefault.value.kmsKey) {
      await keys.get(byDefault.value.kmsKey, evidence.region.value, evidence.accountId);
    }
    await takeCensus(metered, evidence, keys);
  });
  return { bucket: bucket.name };
}

/**
 * Keeps the account of a bucket that a stage gave up on: its facts, or its objects, are then not known for the
 * reason given, and the run's findings say so. What was read before stays.
 */
export async function lostStage(environment: StageEnvironment, event: unknown): Promise<BucketDone> {
  const { runId, bucket, stage, error, cause } = parseEvent(lostEvent, event);
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
  if ((await readJson(store, RUN_FILES.census(bucket.name))) === null) {
    await store.write(RUN_FILES.census(bucket.name), toJson(emptyCensus(bucket.name, `UNFINISHED: ${why}`)));
  }
  return { bucket: bucket.name };
}
