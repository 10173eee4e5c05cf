import type { Census } from '../model/census.ts';
import type { BucketEvidence } from '../model/evidence.ts';
import type { Finding } from '../model/finding.ts';
import { describeReason } from '../model/observed.ts';
import type { Coverage, CoverageCount } from '../model/run.ts';
import { addSpent } from '../model/spent.ts';
import { dollarsSpent } from './cost.ts';
import type { CollectedEvidence } from './evidence-files.ts';
import { ledgerLimitations } from './ledger-limits.ts';
import type { PlannedAccounts } from './plan-accounts.ts';
import { scopeOf } from './scope.ts';

/** The run's account of itself: what was looked at, what was left out, what could not be read. */
export function coverageOf(evidence: CollectedEvidence, findings: readonly Finding[]): Coverage {
  const { accounts } = evidence.plan;
  return {
    ...(accounts === undefined ? {} : { accounts: accountCoverage(accounts) }),
    buckets: bucketCoverage(evidence),
    objects: objectCoverage([...evidence.censuses.values()]),
    findings: countFindings(findings),
    complete: evidence.plan.incomplete === null && (accounts?.refused.length ?? 0) === 0,
    limitations: limitations(evidence, findings),
    ...spentOf(evidence),
  };
}

/** Nothing where no census says: it is of a run from before this was counted. */
function spentOf({ censuses, requests }: CollectedEvidence): Pick<Coverage, 'spent'> {
  const told = [...censuses.values()].flatMap(({ spent }) => spent ?? []);
  if (told.length === 0 && requests === null) return {};
  const counting = addSpent(told);
  return {
    spent: {
      counting,
      dollars: dollarsSpent(counting),
      untold: censuses.size - told.length,
      requests,
    },
  };
}

function accountCoverage({ population, listed, excluded, refused }: PlannedAccounts): CoverageCount {
  const notAssessable = new Map<string, number>();
  for (const { reason } of refused) bump(notAssessable, reason.code);
  return { population, assessed: listed.length, excluded, notAssessable: toRecord(notAssessable) };
}

/** Where facts come from a record no object can be counted: a bucket then counts by its configuration. */
function bucketCoverage({ plan, packs, buckets, censuses }: CollectedEvidence): CoverageCount {
  const counted = plan.configuration.facts === undefined;
  const excluded = new Map(Object.entries(plan.excluded));
  const notAssessable = new Map<string, number>();
  let assessed = 0;
  for (const bucket of buckets) {
    if (!scopeOf(packs, bucket).concerned) bump(excluded, 'NO_REQUIREMENT_APPLIES');
    else {
      const obstacle = obstacleOf(bucket, counted ? (censuses.get(bucket.name) ?? null) : undefined);
      if (obstacle === null) assessed += 1;
      else bump(notAssessable, obstacle);
    }
  }
  return {
    population: plan.population,
    assessed,
    excluded: toRecord(excluded),
    notAssessable: toRecord(notAssessable),
  };
}

/**
 * Why a bucket does not count as assessed: its Region, its listing or its default could not be read. Null stands for a
 * census that is missing, undefined for one that was not to be taken.
 */
function obstacleOf(bucket: BucketEvidence, census: Census | null | undefined): string | null {
  if (bucket.region.state === 'unknown') return bucket.region.reason.code;
  if (census === null) return 'NOT_READ';
  if (census?.complete === false) return codeOf(census.incompleteReason);
  if (bucket.defaultEncryption.state === 'unknown') return bucket.defaultEncryption.reason.code;
  return null;
}

/** Reasons of a census begin with their code. */
const codeOf = (reason: string | null): string => /^[A-Z_]+/.exec(reason ?? '')?.[0] ?? 'NOT_READ';

function objectCoverage(censuses: readonly Census[]): CoverageCount {
  const excluded = new Map<string, number>();
  const notAssessable = new Map<string, number>();
  let population = 0;
  let assessed = 0;
  for (const census of censuses) {
    population += census.population;
    assessed += census.assessed;
    for (const [reason, count] of Object.entries(census.excluded)) bump(excluded, reason, count);
    for (const { reason, objects } of census.unassessed) bump(notAssessable, reason, objects);
  }
  return { population, assessed, excluded: toRecord(excluded), notAssessable: toRecord(notAssessable) };
}

function countFindings(findings: readonly Finding[]): Coverage['findings'] {
  const counts = { NON_COMPLIANT: 0, INSUFFICIENT_DATA: 0, COMPLIANT: 0, NOT_APPLICABLE: 0, waived: 0 };
  for (const { status, waiver } of findings) {
    counts[status] += 1;
    if (waiver?.state === 'active' && (status === 'NON_COMPLIANT' || status === 'INSUFFICIENT_DATA'))
      counts.waived += 1;
  }
  return counts;
}

function limitations(evidence: CollectedEvidence, findings: readonly Finding[]): readonly string[] {
  const { plan, censuses } = evidence;
  const all = [...censuses.values()];
  // Inventories and tables name SSE-C; only where HEAD is all there is, it is inferred.
  const infersSseC = all
    .filter(({ source }) => source === 'live' || source === 'sample')
    .some(({ groups }) => groups.some((group) => group.encryption.serverSide.type === 'SSE-C'));
  const claimed = all.some(({ groups }) =>
    groups.some((group) => group.encryption.clientSide.kind === 'claimed'),
  );
  const recorded = plan.configuration.facts !== undefined;
  const cutShort = all.filter((census) => !recorded && !census.complete).map((census) => census.bucket);
  const uploads = all.some((census) => census.uploads.length > 0);
  const lines: (string | false)[] = [
    plan.incomplete !== null &&
      `The list of buckets is incomplete (${describeReason(plan.incomplete)}): there may be buckets this run knows nothing of.`,
    refusal(plan.accounts),
    ...(plan.notes ?? []),
    ...capturedLines(evidence.buckets),
    cutShort.length > 0 &&
      `${cutShort.length} of ${all.length} buckets could not be listed to the end, so their objects are counted short: ${cutShort.slice(0, 10).join(', ')}${cutShort.length > 10 ? ' and others' : ''}.`,
    infersSseC &&
      'SSE-C is inferred: S3 refuses to describe such an object without its key (HTTP 400), and the bucket answered the same credentials right after. Their metadata could not be read either.',
    claimed &&
      'Client-side encryption is a claim in the metadata of an object; whoever may write the object may forge it, and the object itself was not opened.',
    uploads && 'S3 does not report how the parts of unfinished multipart uploads are encrypted.',
    findings.some(({ check, status }) => check === 'enforced' && status === 'INSUFFICIENT_DATA') &&
      'Some bucket policies were not decided, so future uploads there may or may not keep the requirement.',
    findings.some(({ check, status }) => check === 'opened' && status === 'INSUFFICIENT_DATA') &&
      'Who decrypted was not established for the buckets whose "opened" finding says so.',
    ...ledgerLimitations(evidence),
    ...originLines(all),
    !recorded &&
      'Objects written, changed or deleted while the run was listing may be missing or counted in their earlier state.',
  ];
  return lines.filter((line) => line !== false);
}

/** Accounts told one by one. */
const MAX_ACCOUNTS = 10;

/** Accounts that kept their buckets to themselves. */
function refusal(accounts: PlannedAccounts | undefined): string | false {
  if (accounts === undefined || accounts.refused.length === 0) return false;
  const { refused, listed } = accounts;
  const told = refused
    .slice(0, MAX_ACCOUNTS)
    .map(({ accountId, reason }) => `${accountId} (${describeReason(reason)})`);
  const more = refused.length > MAX_ACCOUNTS ? [`${refused.length - MAX_ACCOUNTS} more`] : [];
  return `The buckets of ${refused.length} of ${refused.length + listed.length} accounts could not be listed, so there may be buckets this run knows nothing of: ${[...told, ...more].join('; ')}.`;
}

/** How old recorded facts are. */
function capturedLines(buckets: readonly BucketEvidence[]): readonly string[] {
  const times = buckets.flatMap(({ name, capturedAt }) =>
    capturedAt === undefined ? [] : [{ name, capturedAt }],
  );
  const sorted = times.sort((a, b) => (a.capturedAt < b.capturedAt ? -1 : 1));
  const [oldest, newest] = [sorted[0], sorted.at(-1)];
  if (!oldest || !newest) return [];
  return [
    `AWS Config captured the configuration of ${times.length} buckets between ${oldest.capturedAt} (${oldest.name}) and ${newest.capturedAt} (${newest.name}): what it did not see change since is taken to have stayed.`,
  ];
}

/** Buckets whose origin lines are told one by one. */
const MAX_ORIGINS = 20;

/** Where the figures of a bucket come from, when not from its listing alone. */
function originLines(censuses: readonly Census[]): readonly string[] {
  const told = censuses.filter(({ origin }) => origin !== undefined);
  const lines = told
    .slice(0, MAX_ORIGINS)
    .map(
      ({ bucket, source, origin }) => `${bucket}, counted from ${source}: ${(origin?.notes ?? []).join(' ')}`,
    );
  return told.length > MAX_ORIGINS
    ? [...lines, `${told.length - MAX_ORIGINS} more buckets say in their census where it comes from.`]
    : lines;
}

const bump = (counts: Map<string, number>, reason: string, by = 1): void => {
  counts.set(reason, (counts.get(reason) ?? 0) + by);
};

const toRecord = (counts: ReadonlyMap<string, number>): Record<string, number> =>
  Object.fromEntries([...counts].sort(([a], [b]) => (a < b ? -1 : 1)));
