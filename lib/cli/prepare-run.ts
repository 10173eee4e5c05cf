import { join } from 'node:path';
import { newRunId, SAMPLE } from '../audit/defaults.ts';
import { folderStore } from '../audit/folder-store.ts';
import { requireJson } from '../audit/json-files.ts';
import type { Plan } from '../audit/plan.ts';
import { loadRulePacks } from '../audit/rule-files.ts';
import type { LoadedPacks } from '../audit/rule-files.ts';
import { RUN_FILES } from '../audit/run-store.ts';
import { AuditError } from '../model/errors.ts';
import type { RunConfiguration } from '../model/run.ts';
import type { Signer } from '../seal/signer.ts';
import { athenaConfiguration } from './athena-options.ts';
import { accountScope } from './account-options.ts';
import type { AuditOptions } from './audit-options.ts';
import type { CliIo } from './io.ts';
import { factOptions } from './fact-options.ts';
import { decryptOptions } from './ledger-window.ts';
import { assertFresh } from './run-context.ts';

/** Where runs go that nobody named a folder for. */
export const RUNS_FOLDER = 'sealcheck-runs';

/** A run that can start: where it goes, by which rules, under which id. */
export type PreparedRun = {
  readonly runId: string;
  readonly folder: string;
  readonly packs: LoadedPacks;
  readonly configuration: RunConfiguration;
  readonly signer?: Signer | null;
};

/** A new run as the options ask for it. Throws AuditError USAGE or RULES_INVALID. */
export async function freshRun(io: CliIo, options: AuditOptions): Promise<PreparedRun> {
  if (!options.rules)
    throw new AuditError('USAGE', 'Name at least one rule pack with --rules, such as rules/hipaa.yml.');
  const { reportBucket = null, reportKmsKey = null, reportLockDays = null } = options;
  if (reportBucket === null && (reportKmsKey !== null || reportLockDays !== null))
    throw new AuditError(
      'USAGE',
      '--report-kms-key and --report-lock-days say how --report-bucket is written; name it.',
    );
  const accounts = accountScope(options);
  const facts = factOptions(options, io.clock());
  const runId = newRunId(io.clock(), io.random);
  const folder = options.out ?? join(RUNS_FOLDER, runId);
  await assertFresh(folder);
  return {
    runId,
    folder,
    packs: await loadRulePacks(options.rules, io.clock().toISOString().slice(0, 10)),
    configuration: {
      bucketGlobs: options.bucket ?? [],
      ...(accounts === undefined ? {} : { accounts }),
      source: options.source,
      reportBucket,
      ...athenaConfiguration(options),
      ...decryptOptions(options),
      ...reuseOptions(options),
      ...(options.securityHub ? { securityHub: true } : {}),
      ...(reportKmsKey === null && reportLockDays === null
        ? {}
        : { report: { kmsKey: reportKmsKey, lockDays: reportLockDays } }),
      objectReads: facts === undefined && options.objectReads,
      ...(facts && { facts }),
      ...(options.source === 'sample'
        ? { sample: { size: options.sampleSize ?? SAMPLE.size, seed: options.sampleSeed ?? runId } }
        : {}),
      ...topUpSample(options, runId),
    },
  };
}

/** What a run leaves to a later one, and takes over from an earlier one. */
function reuseOptions({
  keepSeals,
  sinceRun,
  maxSealAge,
}: AuditOptions): Pick<RunConfiguration, 'keepSeals' | 'sinceRun' | 'maxSealAge'> {
  if (maxSealAge !== undefined && sinceRun === undefined)
    throw new AuditError(
      'USAGE',
      '--max-seal-age says how long seals of --since-run are taken over; name that.',
    );
  return {
    ...(keepSeals ? { keepSeals } : {}),
    ...(sinceRun === undefined ? {} : { sinceRun }),
    ...(maxSealAge === undefined ? {} : { maxSealAge }),
  };
}

/** A sample of what an inventory leaves open means nothing where no inventory is read or nothing may be asked. */
function topUpSample(options: AuditOptions, runId: string): Pick<RunConfiguration, 'topUpSample'> {
  const { topUpSample: size, sampleSeed, source, objectReads } = options;
  if (size === undefined) return {};
  if (source === 'live' || source === 'sample' || !objectReads)
    throw new AuditError(
      'USAGE',
      '--top-up-sample asks objects for what an inventory does not tell: it goes with --source auto or inventory, and not with --no-object-reads.',
    );
  return { topUpSample: { size, seed: sampleSeed ?? runId } };
}

/** What is no choice of the run, and what commander fills in by itself. */
const GOES_WITH_RESUME = new Set(['resume', 'signingKey', 'json', 'plan', 'source', 'objectReads']);

/** A resumed run keeps the rules and the choices it began with. */
export async function resumedRun(folder: string, options: AuditOptions): Promise<PreparedRun> {
  if (Object.keys(options).some((name) => !GOES_WITH_RESUME.has(name))) {
    throw new AuditError(
      'USAGE',
      '--resume takes rules, buckets and folders from the run it finishes; give it alone, or with --signing-key.',
    );
  }
  const plan = await requireJson<Plan>(folderStore(folder), RUN_FILES.plan);
  const files = plan.rulePacks.map(({ pack }) => join(folder, RUN_FILES.rules(pack)));
  const packs = await loadRulePacks(files, plan.startedAt.slice(0, 10));
  return { runId: plan.runId, folder, packs, configuration: plan.configuration };
}
