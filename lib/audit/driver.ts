import { readBucketRegion } from '../collectors/buckets.ts';
import { AuditError } from '../model/errors.ts';
import type { BucketEvidence } from '../model/evidence.ts';
import { valueOf } from '../model/observed.ts';
import type { Assessment, RunInfo } from '../model/run.ts';
import { eachAtOnce } from './at-once.ts';
import { assertReportBucket, bucketHome, bucketStore } from './bucket-store.ts';
import { objectWriting } from './bucket-upload.ts';
import { takeCensus } from './census-stage.ts';
import type { AuditContext } from './context.ts';
import { inspect } from './inspect.ts';
import { judge } from './judge-stage.ts';
import { readJson, toJson } from './json-files.ts';
import { keyDirectory } from './key-directory.ts';
import { takeLedger } from './ledger-stage.ts';
import { plan } from './plan.ts';
import type { Plan } from './plan.ts';
import { readPreviousRun } from './past-run.ts';
import { prepareReuse, sinceRunOf } from './reuse-stage.ts';
import { runPrefix, sealAndPublish } from './publish.ts';
import type { Destination } from './publish.ts';
import { RUN_FILES } from './run-store.ts';
import type { Sealed } from './seal-stage.ts';
import { withRequestsTold } from './spent.ts';
import { importFindings } from './security-hub.ts';
import type { ImportResult } from './security-hub.ts';
import { asffFindings } from '../../reports/asff.ts';
import { SEAL_FILES } from '../seal/manifest.ts';

/** Buckets inspected, and buckets counted, at the same time. */
const BUCKETS_AT_ONCE = { inspect: 16, census: 4 } as const;

/** The whole run in one process. `published` is where the report bucket holds it, null when none was asked for. */
export type AuditResult = {
  readonly assessment: Assessment;
  readonly published: string | null;
  readonly sealed: Sealed;
  /** What Security Hub took; null when it was not asked for. */
  readonly securityHub: ImportResult | null;
};

/**
 * Drives the five stages with bounded concurrency. Each skips what the store already has, so the same call resumes
 * a run that was stopped. Throws AuditError; the store then holds no manifest, and what it holds can be resumed.
 */
export async function runAudit(context: AuditContext, runId: string): Promise<AuditResult> {
  const { store, configuration, progress, signal } = context;
  const planned = await withRequestsTold(context, 'plan', async (metered) => plan(metered, runId));
  // Asked before hours of work are done for nothing.
  const destinationAt = await openDestination(context, planned);
  await rememberPreviousRun(context, destinationAt(planned.startedAt).home);
  await collect(context, planned);
  progress.stage('judge', 'judging the evidence and writing the report');
  const assessment = await judge(store);
  const destination = destinationAt(assessment.run.finishedAt);
  if (destination.copyTo) progress.stage('publish', `copying the report to ${destination.copyTo.location}`);
  const sealed = await sealAndPublish(store, assessment, destination, {
    signer: context.signer ?? null,
    sleep: context.retry.sleep,
    signal,
  });
  const published = configuration.reportBucket === null ? null : (destination.copyTo?.location ?? null);
  return { assessment, published, sealed, securityHub: await sendToSecurityHub(context, assessment) };
}

async function sendToSecurityHub(
  { aws, configuration, progress, retry }: AuditContext,
  assessment: Assessment,
): Promise<ImportResult | null> {
  if (!configuration.securityHub) return null;
  const findings = asffFindings(assessment);
  progress.stage('publish', `sending ${findings.length} findings to AWS Security Hub`);
  const { accountId } = assessment.run.caller;
  return importFindings(findings, {
    hub: aws.securityHub,
    accountId,
    ...(configuration.accounts === undefined ? {} : { hubOf: (id) => aws.account(id).securityHub }),
    sleep: retry.sleep,
  });
}

/** Where the run will go: the report bucket, else the folder of run folders, else nowhere but its own folder. */
async function openDestination(
  context: AuditContext,
  planned: Plan,
): Promise<(finishedAt: string) => Destination> {
  const { aws, configuration, home } = context;
  const { reportBucket, report } = configuration;
  if (reportBucket === null) {
    return () => ({ home: home ?? null, path: `${planned.runId}/`, copyTo: null });
  }
  const s3 = aws.s3(await reportRegion(context, planned));
  await assertReportBucket(s3, reportBucket);
  const path = runPrefix(planned.runId);
  return (finishedAt) => {
    const writing = objectWriting(report, finishedAt);
    return {
      home: bucketHome(s3, reportBucket, writing),
      path,
      copyTo: bucketStore(s3, reportBucket, path, writing),
    };
  };
}

/** Saved with the evidence, so that a replay compares with the same run. A sealed run keeps what it has. */
async function rememberPreviousRun({ store }: AuditContext, home: Destination['home']): Promise<void> {
  if ((await store.has(RUN_FILES.previous)) || (await store.has(SEAL_FILES.manifest))) return;
  if (home) await store.write(RUN_FILES.previous, toJson(await readPreviousRun(home)));
}

/** Stages 2 and 3 for every bucket, stage 4 for them all, and the note that collecting is done. */
async function collect(context: AuditContext, planned: Plan): Promise<void> {
  const { store } = context;
  if (await readJson(store, RUN_FILES.run)) return;
  // Refused before anything is read, when it cannot be trusted.
  await sinceRunOf(context, planned);
  const buckets = await withRequestsTold(context, 'collect', async (metered) => read(metered, planned));
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

async function read(context: AuditContext, planned: Plan): Promise<readonly BucketEvidence[]> {
  const { aws, store, progress, signal } = context;
  const keys = keyDirectory(aws, store, planned, context.facts?.key);
  const { targets } = planned;
  progress.stage('inspect', `reading the facts of ${targets.length} buckets`);
  const buckets: BucketEvidence[] = [];
  await eachAtOnce(BUCKETS_AT_ONCE.inspect, targets, signal, async (target) => {
    buckets.push(await inspect(context, planned, target, keys));
  });
  await prepareReuse(context, planned, buckets);
  progress.stage('census', `counting the objects of ${buckets.length} buckets`);
  await eachAtOnce(BUCKETS_AT_ONCE.census, buckets, signal, async (bucket) => {
    await takeCensus(context, bucket, keys);
  });
  await takeLedger(context, planned, buckets);
  return buckets;
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
