import { CLOCK_SKEW } from '../census/seal-reuse.ts';
import { whyNotRecording, whyNotVouching } from '../checks/change-coverage.ts';
import { readInPlaceChanges } from '../ledger/in-place-changes.ts';
import type { InPlaceRecord } from '../ledger/in-place-changes.ts';
import { AuditError } from '../model/errors.ts';
import type { BucketEvidence } from '../model/evidence.ts';
import { groupBy } from '../model/group-by.ts';
import { describeReason, valueOf } from '../model/observed.ts';
import type { RunConfiguration } from '../model/run.ts';
import type { RegionTrails, TrailEvidence } from '../model/trail.ts';
import type { AuditContext } from './context.ts';
import { openEarlierRun } from './earlier-run.ts';
import type { EarlierRun } from './earlier-run.ts';
import { folderStore } from './folder-store.ts';
import { readJson, requireJson, toJson } from './json-files.ts';
import { takeTrails, trailsFile } from './ledger-stage.ts';
import { openTrail } from './open-trail.ts';
import type { OpenTrail } from './open-trail.ts';
import type { Plan } from './plan.ts';
import { RUN_FILES } from './run-store.ts';
import { scopeOf } from './scope.ts';

/** The run that seals are taken over from, as this one remembers it. */
export type SinceRun = Pick<EarlierRun, 'runId' | 'startedAt' | 'manifestSha256'> & {
  readonly location: string;
};

/** What is known of UpdateObjectEncryption in a Region since the earlier run. */
export type RegionChanges = {
  readonly region: string;
  /** ISO 8601 UTC: changes are looked for from here on. */
  readonly from: string;
  /** ARN of the trail whose log files prove it; null where none does. */
  readonly trail: string | null;
  readonly record: InPlaceRecord;
  /** Buckets whose objects the trail does not record, and why. */
  readonly unrecorded: Readonly<Record<string, string>>;
};

/** Whoever takes over keeps as well, so that the next run can. */
export const keepsSeals = ({ keepSeals, sinceRun }: RunConfiguration): boolean =>
  keepSeals === true || sinceRun !== undefined;

/**
 * Between the facts and the census. Reads what trails record before the first object is asked, so that a later run can
 * tell that it was the same all along; and from the log files since the earlier run which objects were sealed anew in
 * place. Skips what is already there. Throws AuditError for an earlier run that cannot be trusted.
 */
export async function prepareReuse(
  context: AuditContext,
  planned: Plan,
  buckets: readonly BucketEvidence[],
): Promise<void> {
  const { configuration, packs, progress, store } = context;
  if (!keepsSeals(configuration)) return;
  const counted = buckets.filter((bucket) => scopeOf(packs, bucket).concerned);
  const regions = groupBy(counted, ({ region }) => valueOf(region) ?? '');
  regions.delete('');
  progress.stage('census', 'reading which seals could have changed in place');
  const places = [...regions.keys()].map((region) => ({ region, accounts: [planned.caller.accountId] }));
  await takeTrails(context, planned, places);
  const earlier = await sinceRunOf(context, planned);
  if (!earlier) return;
  const trail =
    configuration.trail === undefined ? null : await openTrail(context.aws, configuration.trail, undefined);
  for (const [region, own] of regions) {
    if (await store.has(RUN_FILES.changes(region))) continue;
    const changes = await changesIn(context, planned, earlier, { region, buckets: own, trail });
    await store.write(RUN_FILES.changes(region), toJson(changes));
  }
}

const opened = new WeakMap<AuditContext, Promise<EarlierRun | null>>();

/** The earlier run, opened and checked once a run; the first time it is noted which one it was. Null without one. */
export async function sinceRunOf(context: AuditContext, planned: Plan): Promise<EarlierRun | null> {
  const before = opened.get(context);
  if (before) return before;
  const opening = openSinceRun(context, planned);
  opened.set(context, opening);
  return opening;
}

async function openSinceRun(
  { configuration, store, signer = null }: AuditContext,
  planned: Plan,
): Promise<EarlierRun | null> {
  if (configuration.sinceRun === undefined) return null;
  const earlier = await openEarlierRun(folderStore(configuration.sinceRun), signer);
  const { runId, startedAt, manifestSha256 } = earlier;
  const before = (await earlier.readJson(RUN_FILES.plan)) as Plan | null;
  const [was, is] = [before, planned].map((plan) =>
    JSON.stringify([plan?.partition, plan?.caller.accountId, plan?.endpoint]),
  );
  if (was !== is || startedAt >= planned.startedAt) {
    const why = was === is ? 'it is not earlier than this one' : 'it was of another account or endpoint';
    throw new AuditError('USAGE', `Seals cannot be taken over from ${configuration.sinceRun}: ${why}.`);
  }
  const saved = await readJson<SinceRun>(store, RUN_FILES.sinceRun);
  if (saved && saved.manifestSha256 !== manifestSha256)
    throw new AuditError('RUN_INVALID', `${configuration.sinceRun} is not the run that this one began with.`);
  const noted: SinceRun = { runId, startedAt, manifestSha256, location: configuration.sinceRun };
  if (!saved) await store.write(RUN_FILES.sinceRun, toJson(noted));
  return earlier;
}

type Question = {
  readonly region: string;
  readonly buckets: readonly BucketEvidence[];
  readonly trail: OpenTrail | null;
};

async function changesIn(
  context: AuditContext,
  planned: Plan,
  earlier: EarlierRun,
  { region, buckets, trail }: Question,
): Promise<RegionChanges> {
  const from = await provenFrom(earlier, region);
  const unproven = (why: string): RegionChanges => ({
    ...{ region, from, trail: null, unrecorded: {} },
    record: { kind: 'unproven', why },
  });
  if (!trail) return unproven('no trail was named with --trail');
  const path = trailsFile(planned, region, planned.caller.accountId);
  const now = await requireJson<RegionTrails>(context.store, path);
  const before = (await earlier.readJson(path)) as RegionTrails | null;
  if (before?.trails.state !== 'known')
    return unproven('the earlier run does not know what the trails recorded then');
  if (now.trails.state !== 'known')
    return unproven(
      now.trails.state === 'unknown' ? describeReason(now.trails.reason) : `no trail records ${region}`,
    );
  const reasons: string[] = [];
  for (const one of now.trails.value) {
    const why = whyUnfit(one, before.trails.value, { region, from, bucket: trail.store.bucket });
    if (why !== null) {
      reasons.push(`the trail ${one.name} ${why}`);
      continue;
    }
    const record = await readInPlaceChanges({
      ...trail,
      trail: one,
      accountId: planned.caller.accountId,
      region,
      buckets: buckets.map(({ name }) => name),
      window: { from, to: context.clock().toISOString() },
      ...(context.signal ? { signal: context.signal } : {}),
    });
    if (record.kind === 'proven')
      return { region, from, trail: one.arn, record, unrecorded: unrecorded(one, planned, buckets) };
    reasons.push(`the trail ${one.name} does not prove it: ${record.why}`);
  }
  return unproven(reasons.length === 0 ? `no trail records ${region}` : reasons.join('; '));
}

/**
 * What the earlier run took over by its trail it knew only up to then; all else it asked after it began, by a clock that
 * may have been ahead of CloudTrail's.
 */
async function provenFrom(earlier: EarlierRun, region: string): Promise<string> {
  const before = (await earlier.readJson(RUN_FILES.changes(region))) as RegionChanges | null;
  const began = Date.parse(earlier.startedAt) - CLOCK_SKEW;
  const until = before?.record.kind === 'proven' ? Date.parse(before.record.until) : began;
  return new Date(Math.min(began, until)).toISOString();
}

function whyUnfit(
  trail: TrailEvidence,
  before: readonly TrailEvidence[],
  {
    region,
    from,
    bucket,
  }: { readonly region: string; readonly from: string; readonly bucket: string | null },
): string | null {
  if (bucket !== null && trail.bucket !== bucket) return `delivers elsewhere than to --trail`;
  const why = whyNotVouching(trail, region, from);
  if (why !== null) return why;
  const then = before.find(({ arn }) => arn === trail.arn);
  if (!then) return 'was not there when the earlier run looked';
  return JSON.stringify(then.selectors) === JSON.stringify(trail.selectors)
    ? null
    : 'had other event selectors when the earlier run looked';
}

function unrecorded(
  trail: TrailEvidence,
  { caller }: Plan,
  buckets: readonly BucketEvidence[],
): Record<string, string> {
  const { selectors } = trail;
  return Object.fromEntries(
    buckets.flatMap(({ name, arn, accountId }) => {
      const why =
        accountId !== caller.accountId || selectors.state !== 'known'
          ? 'was not asked for buckets of another account'
          : whyNotRecording(selectors.value, arn);
      return why === null ? [] : [[name, `the trail ${trail.name} ${why}`]];
    }),
  );
}
