import { createHash } from 'node:crypto';
import type { Census } from '../model/census.ts';
import { AuditError } from '../model/errors.ts';
import type { BucketEvidence, KeyEvidence } from '../model/evidence.ts';
import type { DecryptLedger } from '../model/ledger.ts';
import type { OrganizationEvidence } from '../model/organization.ts';
import type { RulePack } from '../model/requirement.ts';
import type { RunInfo } from '../model/run.ts';
import type { RequestCounts } from '../model/spent.ts';
import type { RegionTrails } from '../model/trail.ts';
import { formatProblems } from '../rules/problems.ts';
import { parseRulePacks } from '../rules/parse.ts';
import { readJson, requireJson } from './json-files.ts';
import { savedLedger } from './ledger-stage.ts';
import type { Plan } from './plan.ts';
import { RUN_FILES } from './run-store.ts';
import type { RunStore } from './run-store.ts';
import { readRequests } from './spent.ts';

/** Everything that was collected, as `judge` reads it back: now, or years later. */
export type CollectedEvidence = {
  readonly plan: Plan;
  readonly run: RunInfo;
  readonly packs: readonly RulePack[];
  readonly buckets: readonly BucketEvidence[];
  /** By bucket name; a bucket that no requirement is about has none. */
  readonly censuses: ReadonlyMap<string, Census>;
  readonly keys: readonly KeyEvidence[];
  /** Null when no requirement asks who may decrypt. */
  readonly ledger: DecryptLedger | null;
  readonly earlierLedger: DecryptLedger | null;
  readonly trails: readonly RegionTrails[];
  /** What all stages asked of AWS, by service; null when none of them told. */
  readonly requests: RequestCounts | null;
  /** Null where the organization was not to be read. */
  readonly organization: OrganizationEvidence | null;
};

/** Reads a run's evidence. Throws AuditError RUN_INVALID when part of it is missing or was changed. */
export async function readEvidence(store: RunStore): Promise<CollectedEvidence> {
  const plan = await requireJson<Plan>(store, RUN_FILES.plan);
  const run = await requireJson<RunInfo>(store, RUN_FILES.run);
  const packs = await readPacks(store, plan);
  const buckets: BucketEvidence[] = [];
  const censuses = new Map<string, Census>();
  for (const { name } of plan.targets) {
    buckets.push(await requireJson<BucketEvidence>(store, RUN_FILES.bucket(name)));
    const census = await readJson<Census>(store, RUN_FILES.census(name));
    if (census) censuses.set(name, census);
  }
  const keys: KeyEvidence[] = [];
  for (const path of await store.list(RUN_FILES.keyFolder))
    keys.push(await requireJson<KeyEvidence>(store, path));
  return {
    plan,
    run,
    packs,
    buckets,
    censuses,
    keys,
    organization: await readJson<OrganizationEvidence>(store, RUN_FILES.organization),
    requests: await readRequests(store),
    ...(await savedLedger(store)),
  };
}

/** The packs the run was planned with, byte for byte: a finding must never be judged by other rules than it names. */
export async function readPacks(store: RunStore, plan: Plan): Promise<readonly RulePack[]> {
  const files = [];
  for (const { pack, file, digest } of plan.rulePacks) {
    const bytes = await store.read(RUN_FILES.rules(pack));
    if (!bytes || sha256(bytes) !== digest) {
      throw new AuditError('RUN_INVALID', `The rule pack ${pack} of this run is missing or was changed.`);
    }
    files.push({ file, text: new TextDecoder().decode(bytes), digest });
  }
  const parsed = parseRulePacks(files, plan.startedAt.slice(0, 10));
  if (!parsed.ok) {
    throw new AuditError(
      'RUN_INVALID',
      `A rule pack of this run is not valid:\n${formatProblems(parsed.problems)}`,
    );
  }
  return parsed.packs;
}

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
