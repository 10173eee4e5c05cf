import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { SFNClient } from '@aws-sdk/client-sfn';
import { accountScopeFrom } from '../account-scope.ts';
import { assertReportBucket } from '../bucket-store.ts';
import { newRunId } from '../defaults.ts';
import { toJson } from '../json-files.ts';
import { plan } from '../plan.ts';
import { loadRulePacks } from '../rule-files.ts';
import { withRequestsTold } from '../spent.ts';
import { contextOf, runStoreOf, workPrefix, workStoreOf } from './environment.ts';
import type { StageEnvironment } from './environment.ts';
import { parseEvent, planEvent } from './events.ts';
import type { PlanEvent } from './events.ts';
import { assertOnlyRun } from './gate.ts';
import { runOptions } from './run-options.ts';

/** What the workflow goes on with: the run, and where the list of its buckets lies. */
export type Planned = {
  readonly runId: string;
  readonly reportBucket: string;
  readonly targetsKey: string;
  readonly targets: number;
};

/**
 * Plans a run: packs checked, buckets listed, both saved. Asked again by a retry it answers the same, since the run's
 * id comes from its execution. Throws AuditError when another run is under way or nothing can be audited.
 */
export async function planStage(
  environment: StageEnvironment,
  sfn: SFNClient,
  event: unknown,
): Promise<Planned> {
  const asked = parseEvent(planEvent, event);
  await assertOnlyRun(sfn, asked);
  const { variables, reportBucket, aws, region } = environment;
  const names = asked.rules ?? (variables['RULES'] ?? 'baseline.yml').split(',').map((name) => name.trim());
  const packs = await loadRulePacks(
    names.map((name) => join(variables['RULES_FOLDER'] ?? 'rules', name)),
    asked.execution.startTime.slice(0, 10),
  );
  await assertReportBucket(aws.s3(region), reportBucket);
  const runId = asked.runId ?? runIdOf(asked);
  const accounts = accountScopeFrom(variables);
  const context = contextOf(environment, runStoreOf(environment, runId), packs, {
    bucketGlobs: asked.buckets ?? [],
    ...(accounts === undefined ? {} : { accounts }),
    ...runOptions(variables),
    reportBucket,
  });
  const { targets } = await withRequestsTold(context, 'plan', async (metered) => plan(metered, runId));
  await workStoreOf(environment, runId).write('targets.json', toJson(targets), 'application/json');
  return { runId, reportBucket, targetsKey: `${workPrefix(runId)}targets.json`, targets: targets.length };
}

/** The id of a run that nobody named: from when its execution started, and which one that is. */
function runIdOf({ execution }: PlanEvent): string {
  const digest = createHash('sha256').update(execution.id).digest();
  return newRunId(new Date(execution.startTime), () => digest.readUInt32BE() / 2 ** 32);
}
