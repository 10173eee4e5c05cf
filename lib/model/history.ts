import type { CheckId, Status } from './finding.ts';
import type { Observed } from './observed.ts';
import type { Severity } from './requirement.ts';

/**
 * What became of a finding since the run before. Every finding of either run has exactly one:
 * `new` fails now and did not; `stillOpen` failed before; `resolved` failed or was waived and passes now; `waived` is
 * under an active waiver now; `waiverExpired` fails, or is unreadable, because its waiver ran out or was withdrawn;
 * `newlyUnreadable` and `stillUnreadable` cannot be decided; `gone` is not asked any more, which is no pass;
 * `unchanged` passes, or does not apply, and did not fail before.
 */
export const CHANGES = [
  'new',
  'waiverExpired',
  'newlyUnreadable',
  'stillOpen',
  'stillUnreadable',
  'waived',
  'gone',
  'resolved',
  'unchanged',
] as const;
export type Change = (typeof CHANGES)[number];

/** A status, or `WAIVED` while an active waiver takes the finding out of the verdict. */
export type FindingOutcome = Status | 'WAIVED';

/** As much of a finding as the next run needs to tell what changed. */
export type PastFinding = {
  readonly id: string;
  readonly pack: string;
  readonly requirement: string;
  readonly title: string;
  readonly severity: Severity;
  readonly check: CheckId;
  readonly bucket: string;
  readonly accountId: string;
  readonly region: string | null;
  readonly resource: string;
  readonly outcome: FindingOutcome;
  readonly waiver: 'active' | 'expired' | null;
  /** Since when it has not been a pass, ISO 8601: the start of the first run in an unbroken row; null for a pass. */
  readonly since: string | null;
};

/** One run as a point of a trend. */
export type TrendPoint = {
  readonly runId: string;
  readonly startedAt: string;
  readonly outcomes: Readonly<Record<FindingOutcome, number>>;
  readonly objects: { readonly population: number; readonly assessed: number };
};

/** A finished run as the next one remembers it. `manifestSha256` is null for a run that was never sealed. */
export type PastRun = {
  readonly runId: string;
  readonly startedAt: string;
  readonly manifestSha256: string | null;
  readonly findings: readonly PastFinding[];
  /** Oldest first, that run last. */
  readonly trend: readonly TrendPoint[];
};

/** One finding that is not `unchanged`. `before` and `now` are null in the run that does not have it. */
export type FindingChange = Omit<PastFinding, 'outcome' | 'waiver'> & {
  readonly change: Change;
  readonly before: FindingOutcome | null;
  readonly now: FindingOutcome | null;
};

/** This run beside the ones before it. */
export type RunHistory = {
  /** The run it is compared with; absent for the first of a chain, unknown where that run could not be read. */
  readonly baseline: Observed<Pick<PastRun, 'runId' | 'startedAt' | 'manifestSha256'>>;
  /** How many findings changed how; null without a baseline. */
  readonly counts: Readonly<Record<Change, number>> | null;
  readonly changes: readonly FindingChange[];
  /** Finding id → since when it has not been a pass, ISO 8601; passes are not in it. */
  readonly openSince: Readonly<Record<string, string>>;
  /** Oldest first, this run last. */
  readonly trend: readonly TrendPoint[];
};
