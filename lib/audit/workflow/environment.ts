import { withAccounts } from '../../collectors/account-clients.ts';
import { createClients } from '../../collectors/clients.ts';
import type { AwsClients } from '../../collectors/clients.ts';
import { AuditError } from '../../model/errors.ts';
import { bucketStore } from '../bucket-store.ts';
import type { AuditContext, Progress } from '../context.ts';
import { CONCURRENCY, retryOptions } from '../defaults.ts';
import { readPacks } from '../evidence-files.ts';
import { requireJson } from '../json-files.ts';
import type { Plan } from '../plan.ts';
import { runPrefix } from '../publish.ts';
import type { LoadedPacks } from '../rule-files.ts';
import { RUN_FILES } from '../run-store.ts';
import type { RunStore } from '../run-store.ts';
import { VERSION } from '../tool-version.ts';

/** Where a stage of the workflow works; made once a function and kept while it is warm. */
export type StageEnvironment = {
  readonly aws: AwsClients;
  readonly region: string;
  readonly reportBucket: string;
  readonly variables: Readonly<Record<string, string | undefined>>;
  readonly progress: Progress;
  readonly clock: () => Date;
};

/** What the workflow goes on with: items that have yet to be worked on, and where their list lies. */
export type StageRound = {
  readonly runId: string;
  readonly reportBucket: string;
  readonly round: number;
  readonly itemsKey: string;
  readonly items: number;
};

/** How long one call of a stage may work, and what tells it from another call. */
export type StageCall = { readonly signal: AbortSignal; readonly invocation: string };

/** Reads the function's environment. Throws AuditError INPUT_INVALID when it names no report bucket. */
export function stageEnvironment(
  variables: StageEnvironment['variables'],
  progress: Progress,
): StageEnvironment {
  const reportBucket = variables['REPORT_BUCKET'];
  if (!reportBucket) throw new AuditError('INPUT_INVALID', "The function's environment lacks REPORT_BUCKET.");
  const region = variables['AWS_REGION'] ?? 'us-east-1';
  const endpoint = variables['AWS_ENDPOINT_URL'] ?? null;
  return {
    aws: createClients({ region, endpoint, credentials: null, toolVersion: VERSION }),
    region,
    reportBucket,
    variables,
    progress,
    clock: () => new Date(),
  };
}

/** The run's own place in the report bucket; it is no whole run until `judge` has written its manifest. */
export const runStoreOf = ({ aws, region, reportBucket }: StageEnvironment, runId: string): RunStore =>
  bucketStore(aws.s3(region), reportBucket, runPrefix(runId));

/** Files that only the workflow needs lie beside the run, not in it: a run's manifest lists all that is in it. */
export const workPrefix = (runId: string): string => `work/${runId}/`;

/** What the stages of one run hand to each other beside its evidence. */
export const workStoreOf = ({ aws, region, reportBucket }: StageEnvironment, runId: string): RunStore =>
  bucketStore(aws.s3(region), reportBucket, workPrefix(runId));

/** The plan of a run that is under way. */
export const readPlan = async (store: RunStore): Promise<Plan> => requireJson<Plan>(store, RUN_FILES.plan);

/** The context of a run, by packs just loaded. */
export function contextOf(
  environment: StageEnvironment,
  store: RunStore,
  packs: Pick<LoadedPacks, 'packs' | 'packTexts'>,
  configuration: AuditContext['configuration'],
  signal?: AbortSignal,
): AuditContext {
  const { aws, clock, progress } = environment;
  return {
    aws: withAccounts(aws, configuration.accounts),
    store,
    toolVersion: VERSION,
    ...packs,
    configuration,
    concurrency: CONCURRENCY,
    retry: retryOptions(Math.random),
    clock,
    progress,
    ...(signal ? { signal } : {}),
  };
}

/** The context of a run that is under way, by the packs that it was planned with. */
export async function resumedContext(
  environment: StageEnvironment,
  runId: string,
  signal?: AbortSignal,
): Promise<{ readonly context: AuditContext; readonly plan: Plan }> {
  const store = runStoreOf(environment, runId);
  const plan = await readPlan(store);
  const packs = { packs: await readPacks(store, plan), packTexts: new Map<string, string>() };
  return { context: contextOf(environment, store, packs, plan.configuration, signal), plan };
}
