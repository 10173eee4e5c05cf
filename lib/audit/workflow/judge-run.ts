import { bucketHome, bucketStore } from '../bucket-store.ts';
import { BUCKET_DEFAULTS } from '../bucket-upload.ts';
import { retryOptions } from '../defaults.ts';
import { judge } from '../judge-stage.ts';
import { readJson, toJson } from '../json-files.ts';
import { readPreviousRun } from '../past-run.ts';
import { runPrefix, sealAndPublish } from '../publish.ts';
import { publishedRunIds } from '../published-runs.ts';
import { RUN_FILES } from '../run-store.ts';
import type { RunStore } from '../run-store.ts';
import type { BucketEvidence } from '../../model/evidence.ts';
import type { Finding } from '../../model/finding.ts';
import { valueOf } from '../../model/observed.ts';
import { SEAL_FILES } from '../../seal/manifest.ts';
import { openSigner } from '../signing-key.ts';
import type { Assessment, Coverage, RunInfo } from '../../model/run.ts';
import { runVerdict } from '../../../reports/outcome.ts';
import { readPlan, runStoreOf } from './environment.ts';
import type { StageEnvironment } from './environment.ts';
import { judgeEvent, parseEvent } from './events.ts';

/** What the workflow tells the world of a run that has ended. */
export type Judged = {
  readonly runId: string;
  readonly report: string;
  readonly outcome: string;
  readonly sentence: string;
  readonly findings: Coverage['findings'];
  /** Failures of high or critical severity that the run before did not have; all of them where there was none. */
  readonly newSerious: number;
};

/** Notes that collecting is done, judges the run, and writes its report, the manifest last. */
export async function judgeRunStage(environment: StageEnvironment, event: unknown): Promise<Judged> {
  const { runId } = parseEvent(judgeEvent, event);
  const store = runStoreOf(environment, runId);
  if ((await readJson(store, RUN_FILES.run)) === null) {
    await store.write(RUN_FILES.run, toJson(await runInfo(store, environment.clock())));
  }
  const assessment = await sealed(environment, store, runId);
  const { outcome, sentence } = runVerdict(assessment);
  const known = await failuresBefore(environment, runId);
  return {
    runId,
    report: store.location,
    outcome,
    sentence,
    findings: assessment.coverage.findings,
    newSerious: assessment.findings.filter((finding) => isSerious(finding) && !known.has(finding.id)).length,
  };
}

/** Judged, signed where a key is deployed, and made the next link of the report bucket's chain. */
async function sealed(
  { aws, region, reportBucket, variables }: StageEnvironment,
  store: RunStore,
  runId: string,
): Promise<Assessment> {
  const home = bucketHome(aws.s3(region), reportBucket, BUCKET_DEFAULTS);
  if (!(await store.has(RUN_FILES.previous)) && !(await store.has(SEAL_FILES.manifest))) {
    await store.write(RUN_FILES.previous, toJson(await readPreviousRun(home)));
  }
  const assessment = await judge(store);
  const key = variables['SIGNING_KEY'];
  await sealAndPublish(
    store,
    assessment,
    { home, path: runPrefix(runId), copyTo: null },
    { signer: key ? await openSigner(aws, key) : null, sleep: retryOptions(Math.random).sleep },
  );
  return assessment;
}

async function runInfo(store: RunStore, now: Date): Promise<RunInfo> {
  const plan = await readPlan(store);
  const regions = new Set<string>();
  for (const { name } of plan.targets) {
    const evidence = await readJson<BucketEvidence>(store, RUN_FILES.bucket(name));
    const region = evidence ? valueOf(evidence.region) : undefined;
    if (region !== undefined) regions.add(region);
  }
  const { runId, tool, startedAt, caller, partition, endpoint, configuration } = plan;
  const finishedAt = now.toISOString();
  return {
    runId,
    tool,
    startedAt,
    finishedAt,
    caller,
    partition,
    regions: [...regions].sort(),
    endpoint,
    configuration,
  };
}

const isSerious = ({ status, severity, waiver }: Finding): boolean =>
  status === 'NON_COMPLIANT' &&
  waiver?.state !== 'active' &&
  (severity === 'high' || severity === 'critical');

/** Ids of what failed in the newest whole run before this one; empty when there is none that can be read. */
async function failuresBefore(
  { aws, region, reportBucket }: StageEnvironment,
  runId: string,
): Promise<ReadonlySet<string>> {
  const s3 = aws.s3(region);
  for (const id of await publishedRunIds(s3, reportBucket)) {
    if (id >= runId) continue;
    const store = bucketStore(s3, reportBucket, runPrefix(id));
    if (!(await store.has(SEAL_FILES.manifest))) continue;
    const document = await readJson<{ findings?: readonly Finding[] }>(store, 'findings.json');
    return new Set((document?.findings ?? []).filter(isSerious).map((finding) => finding.id));
  }
  return new Set();
}
