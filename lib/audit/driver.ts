import { readBucketRegion } from '../collectors/buckets.ts';
import { AuditError } from '../model/errors.ts';
import type { BucketEvidence } from '../model/evidence.ts';
import { valueOf } from '../model/observed.ts';
import type { Assessment, RunInfo } from '../model/run.ts';
import { assertReportBucket, bucketStore } from './bucket-store.ts';
import { takeCensus } from './census-stage.ts';
import type { AuditContext } from './context.ts';
import { inspect } from './inspect.ts';
import { judge } from './judge-stage.ts';
import { readJson, toJson } from './json-files.ts';
import { keyDirectory } from './key-directory.ts';
import { plan } from './plan.ts';
import type { Plan } from './plan.ts';
import { publish, runPrefix } from './publish.ts';
import { RUN_FILES } from './run-store.ts';

/** Buckets inspected, and buckets counted, at the same time. */
const BUCKETS_AT_ONCE = { inspect: 16, census: 4 } as const;

/** The whole run in one process. `published` is where the report bucket holds it, null when none was asked for. */
export type AuditResult = { readonly assessment: Assessment; readonly published: string | null };

/**
 * Drives the five stages with bounded concurrency. Each skips what the store already has, so the same call resumes
 * a run that was stopped. Throws AuditError; the store then holds no manifest, and what it holds can be resumed.
 */
export async function runAudit(context: AuditContext, runId: string): Promise<AuditResult> {
  const { aws, store, configuration, progress } = context;
  const { reportBucket } = configuration;
  const planned = await plan(context, runId);
  // Asked before hours of work are done for nothing.
  const reportS3 = reportBucket === null ? null : aws.s3(await reportRegion(context, planned));
  if (reportS3 && reportBucket !== null) await assertReportBucket(reportS3, reportBucket);
  await collect(context, planned);
  progress.stage('judge', 'judging the evidence and writing the report');
  const assessment = await judge(store);
  if (!reportS3 || reportBucket === null) return { assessment, published: null };
  progress.stage('publish', `copying the report to s3://${reportBucket}`);
  const target = bucketStore(reportS3, reportBucket, runPrefix(planned.runId));
  await publish(store, target);
  return { assessment, published: target.location };
}

/** Stages 2 and 3 for every bucket, and the note that collecting is done. */
async function collect(context: AuditContext, planned: Plan): Promise<void> {
  const { aws, store, progress } = context;
  if (await readJson(store, RUN_FILES.run)) return;
  const keys = keyDirectory(aws, store, planned.caller.accountId);
  const { targets } = planned;
  progress.stage('inspect', `reading the facts of ${targets.length} buckets`);
  const buckets: BucketEvidence[] = [];
  await eachAtOnce(BUCKETS_AT_ONCE.inspect, targets, context.signal, async (target) => {
    buckets.push(await inspect(context, planned, target, keys));
  });
  progress.stage('census', `counting the objects of ${buckets.length} buckets`);
  await eachAtOnce(BUCKETS_AT_ONCE.census, buckets, context.signal, async (bucket) => {
    await takeCensus(context, bucket, keys);
  });
  const regions = [...new Set(buckets.flatMap(({ region }) => valueOf(region) ?? []))].sort();
  const run: RunInfo = {
    runId: planned.runId,
    tool: planned.tool,
    startedAt: planned.startedAt,
    finishedAt: context.clock().toISOString(),
    caller: planned.caller,
    partition: planned.partition,
    regions,
    endpoint: planned.endpoint,
    configuration: planned.configuration,
  };
  await store.write(RUN_FILES.run, toJson(run));
}

async function reportRegion({ aws, configuration }: AuditContext, { caller }: Plan): Promise<string> {
  const region = await readBucketRegion(aws, configuration.reportBucket ?? '');
  if (region.state === 'known') return region.value;
  const why =
    region.state === 'unknown' && region.reason.code === 'NOT_FOUND' ? 'does not exist' : 'cannot be reached';
  throw new AuditError(
    'REPORT_BUCKET_DENIED',
    `The report bucket ${configuration.reportBucket ?? ''} ${why} for ${caller.arn}.`,
  );
}

/** Runs `work` on every item, `limit` at a time; the first failure stops new ones and is thrown when all have ended. */
async function eachAtOnce<T>(
  limit: number,
  items: readonly T[],
  signal: AbortSignal | undefined,
  work: (item: T) => Promise<void>,
): Promise<void> {
  let next = 0;
  const failures: unknown[] = [];
  const worker = async (): Promise<void> => {
    while (failures.length === 0 && next < items.length) {
      if (signal?.aborted) throw new AuditError('INTERRUPTED', 'The run was interrupted.');
      const item = items[next] as T;
      next += 1;
      await work(item);
    }
  };
  const guarded = async (): Promise<void> => {
    try {
      await worker();
    } catch (error) {
      failures.push(error);
    }
  };
  await Promise.all(Array.from({ length: Math.min(limit, items.length) }, guarded));
  if (failures.length > 0) throw failures[0];
}
