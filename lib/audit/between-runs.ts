import type { Finding } from '../model/finding.ts';
import { CHANGES } from '../model/history.ts';
import type {
  Change,
  FindingChange,
  FindingOutcome,
  PastFinding,
  PastRun,
  RunHistory,
  TrendPoint,
} from '../model/history.ts';
import { absent, known } from '../model/observed.ts';
import type { Observed } from '../model/observed.ts';
import type { Coverage, RunInfo } from '../model/run.ts';
import { outcomeOf, tally } from '../../reports/outcome.ts';

/** Runs that a trend looks back over, this one among them. */
const TREND = 30;

/** What became of one finding; see `CHANGES` for the words. Null stands for a run that does not have it. */
export function changeOf(before: PastFinding | null, now: PastFinding | null): Change {
  switch (now?.outcome) {
    case undefined:
      return 'gone';
    case 'WAIVED':
      return 'waived';
    case 'COMPLIANT':
    case 'NOT_APPLICABLE':
      return before?.outcome === 'NON_COMPLIANT' || before?.outcome === 'WAIVED' ? 'resolved' : 'unchanged';
    case 'NON_COMPLIANT':
      if (before?.outcome === 'WAIVED') return 'waiverExpired';
      return before?.outcome === 'NON_COMPLIANT' ? 'stillOpen' : 'new';
    case 'INSUFFICIENT_DATA':
      if (before?.outcome === 'WAIVED' && now.waiver === 'expired') return 'waiverExpired';
      return before?.outcome === 'INSUFFICIENT_DATA' ? 'stillUnreadable' : 'newlyUnreadable';
  }
}

/** What changed between two runs, most pressing first. The counts are of every finding that either run has. */
export function compareFindings(
  before: readonly PastFinding[],
  now: readonly PastFinding[],
): { readonly counts: Readonly<Record<Change, number>>; readonly changes: readonly FindingChange[] } {
  const past = new Map(before.map((finding) => [finding.id, finding]));
  const present = new Map(now.map((finding) => [finding.id, finding]));
  const counts = Object.fromEntries(CHANGES.map((change) => [change, 0])) as Record<Change, number>;
  const changes: FindingChange[] = [];
  for (const id of new Set([...past.keys(), ...present.keys()])) {
    const [was, is] = [past.get(id) ?? null, present.get(id) ?? null];
    const told = is ?? was;
    if (told === null) continue;
    const change = changeOf(was, is);
    counts[change] += 1;
    if (change === 'unchanged') continue;
    const { pack, requirement, title, severity, check, bucket, accountId, region, resource } = told;
    changes.push({
      ...{ id, change, pack, requirement, title, severity, check, bucket, accountId, region, resource },
      before: was?.outcome ?? null,
      now: is?.outcome ?? null,
      // What is no longer open keeps since when it was: that is how long it took.
      since: is?.since ?? was?.since ?? null,
    });
  }
  return { counts, changes: changes.sort(byUrgency) };
}

function byUrgency(a: FindingChange, b: FindingChange): number {
  const rank = (one: FindingChange): number => CHANGES.indexOf(one.change);
  return rank(a) - rank(b) || (a.id < b.id ? -1 : 1);
}

/** A finding as the next run will remember it. `known` tells since when it was open before. */
function remember(finding: Finding, startedAt: string, before: PastFinding | undefined): PastFinding {
  const { id, pack, requirement, title, severity, check, bucket, accountId, region, resource } = finding;
  const outcome = outcomeOf(finding);
  return {
    ...{ id, pack, requirement, title, severity, check, bucket, accountId, region, resource, outcome },
    waiver: finding.waiver?.state ?? null,
    since: isOpen(outcome) ? (before?.since ?? startedAt) : null,
  };
}

const isOpen = (outcome: FindingOutcome): boolean =>
  outcome === 'NON_COMPLIANT' || outcome === 'INSUFFICIENT_DATA' || outcome === 'WAIVED';

/** This run beside the one before it. Pure, so that a replay tells the same. */
export function historyOf(
  previous: Observed<PastRun>,
  { run, findings, coverage }: { run: RunInfo; findings: readonly Finding[]; coverage: Coverage },
): RunHistory {
  const past = previous.state === 'known' ? previous.value : null;
  const before = new Map((past?.findings ?? []).map((finding) => [finding.id, finding]));
  const now = findings.map((finding) => remember(finding, run.startedAt, before.get(finding.id)));
  const { population, assessed } = coverage.objects;
  const point: TrendPoint = {
    runId: run.runId,
    startedAt: run.startedAt,
    outcomes: tally(findings),
    objects: { population, assessed },
  };
  return {
    baseline: baselineOf(previous),
    ...(past ? compareFindings(past.findings, now) : { counts: null, changes: [] }),
    openSince: Object.fromEntries(
      now
        .flatMap(({ id, since }) => (since === null ? [] : [[id, since] as const]))
        .sort(([a], [b]) => (a < b ? -1 : 1)),
    ),
    trend: [...(past?.trend ?? []), point].slice(-TREND),
  };
}

function baselineOf(previous: Observed<PastRun>): RunHistory['baseline'] {
  if (previous.state === 'unknown') return previous;
  if (previous.state === 'absent') return absent;
  const { runId, startedAt, manifestSha256 } = previous.value;
  return known({ runId, startedAt, manifestSha256 });
}
