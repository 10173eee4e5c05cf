import { listBuckets, readBucketRegion } from '../collectors/buckets.ts';
import type { BucketList } from '../collectors/buckets.ts';
import { readCaller } from '../collectors/caller.ts';
import { AuditError } from '../model/errors.ts';
import { describeReason } from '../model/observed.ts';
import type { RunInfo } from '../model/run.ts';
import { refuseAuditedResults } from './athena-results.ts';
import type { AuditContext } from './context.ts';
import { readJson, toJson } from './json-files.ts';
import { bucketsOfAccounts } from './plan-accounts.ts';
import type { PlannedAccounts, Target } from './plan-accounts.ts';
import { chooseRecorded } from './plan-recorded.ts';
import { RUN_FILES } from './run-store.ts';
import { whyExcluded } from './selection.ts';
import type { Selection } from './selection.ts';

/** What a run will look at, decided once at its start. */
export type Plan = Omit<RunInfo, 'finishedAt' | 'regions'> &
  Selection & {
    /** Left out where the caller's own account alone was asked for. */
    readonly accounts?: PlannedAccounts;
    readonly rulePacks: readonly { readonly pack: string; readonly file: string; readonly digest: string }[];
  };

/**
 * Stage 1. Finds the caller and the buckets, and saves both with the rule packs. A run that has a plan keeps it.
 * Throws AuditError when nothing can be audited at all.
 */
export async function plan(context: AuditContext, runId: string): Promise<Plan> {
  const { aws, store, configuration, progress } = context;
  const saved = await readJson<Plan>(store, RUN_FILES.plan);
  if (saved) return saved;
  progress.stage('plan', 'finding out who we are and which buckets there are');
  const startedAt = context.clock().toISOString();
  const caller = await readCaller(aws);
  const scope = configuration.accounts;
  const found = scope === undefined ? null : await bucketsOfAccounts(context, scope);
  const chosen = context.facts
    ? await chooseRecorded(context, context.facts, caller)
    : await choose(
        context,
        found === null ? await listBuckets(aws) : { buckets: found.buckets, incomplete: null },
        found?.accounts ?? null,
      );
  refuseAuditedResults(configuration, chosen.targets);
  const planned: Plan = {
    runId,
    tool: { name: 'sealcheck', version: context.toolVersion },
    startedAt,
    caller: { arn: caller.arn, accountId: caller.accountId },
    partition: caller.partition,
    endpoint: aws.options.endpoint,
    configuration,
    ...(found === null ? {} : { accounts: found.accounts }),
    ...chosen,
    rulePacks: context.packs.map(({ pack, file, digest }) => ({ pack, file, digest })),
  };
  for (const [pack, text] of context.packTexts) await store.write(RUN_FILES.rules(pack), text);
  await store.write(RUN_FILES.plan, toJson(planned));
  return planned;
}

async function choose(
  { aws, configuration }: AuditContext,
  listing: Omit<BucketList, 'buckets'> & { readonly buckets: readonly Target[] },
  accounts: PlannedAccounts | null,
): Promise<Selection> {
  const { bucketGlobs } = configuration;
  const listed = new Map(listing.buckets.map((bucket) => [bucket.name, bucket]));
  // What an account keeps to itself may be what was asked for; the coverage tells of the account.
  const mayBeElsewhere = accounts !== null && accounts.refused.length > 0;
  const where = accounts === null ? 'this account' : 'these accounts';
  for (const name of mayBeElsewhere ? [] : bucketGlobs.filter((glob) => !/[*?]/.test(glob))) {
    if (listed.has(name)) continue;
    // Without a whole list, a bucket that was asked for by name can still be looked at.
    const region = listing.incomplete ? await readBucketRegion(aws, name) : null;
    if (region?.state !== 'known')
      throw new AuditError('NOT_FOUND', `There is no bucket ${name} in ${where}.`);
    listed.set(name, { name, region: region.value, createdAt: null });
  }
  if (listing.incomplete && listed.size === 0) {
    const why = describeReason(listing.incomplete);
    throw new AuditError('ACCESS_DENIED', `The buckets cannot be listed (${why}); name them with --bucket.`);
  }
  const excluded: Record<string, number> = {};
  const targets: Target[] = [];
  for (const bucket of listed.values()) {
    const reason = whyExcluded(bucket.name, configuration);
    if (reason === null) targets.push(bucket);
    else excluded[reason] = (excluded[reason] ?? 0) + 1;
  }
  if (targets.length === 0 && bucketGlobs.length > 0 && !mayBeElsewhere) {
    throw new AuditError('NOT_FOUND', `No bucket of ${where} matches ${bucketGlobs.join(' or ')}.`);
  }
  targets.sort((a, b) => (a.name < b.name ? -1 : 1));
  return { population: listed.size, excluded, incomplete: listing.incomplete, targets };
}
