import type { Proof, WritePath } from './proof.ts';
import type { Severity, Waiver } from './requirement.ts';

export const CHECK_IDS = ['stored', 'default', 'enforced', 'keys', 'opened'] as const;
export type CheckId = (typeof CHECK_IDS)[number];

/** AWS Config's words. */
export const STATUSES = ['NON_COMPLIANT', 'INSUFFICIENT_DATA', 'COMPLIANT', 'NOT_APPLICABLE'] as const;
export type Status = (typeof STATUSES)[number];

/** What a check answers; the judge adds which requirement and resource it is about. */
export type Verdict = {
  readonly status: Status;
  /** One or more plain sentences; the first can stand alone. */
  readonly reasons: readonly string[];
  /** Numbers behind a verdict over many objects. */
  readonly counts?: VerdictCounts;
  readonly remediation: string | null;
  readonly proofs?: Readonly<Partial<Record<WritePath, Proof>>>;
};

/** Objects of the requirement's data class in this bucket. */
export type VerdictCounts = {
  readonly compliant: number;
  readonly nonCompliant: number;
  readonly undetermined: number;
  readonly bytesNonCompliant: number;
};

/** Requirement × check × resource → status. `id` is the same in every run: a hash of those three. */
export type Finding = {
  readonly id: string;
  readonly pack: string;
  readonly requirement: string;
  readonly title: string;
  readonly dataClass: string;
  readonly severity: Severity;
  readonly check: CheckId;
  readonly resource: string;
  readonly bucket: string;
  readonly accountId: string;
  readonly region: string | null;
  readonly status: Status;
  readonly reasons: readonly string[];
  readonly counts: VerdictCounts | null;
  readonly remediation: string | null;
  readonly proofs: Readonly<Partial<Record<WritePath, Proof>>> | null;
  readonly controls: Readonly<Record<string, readonly string[]>>;
  /** Paths inside the run folder that hold what this was judged from. */
  readonly evidence: readonly string[];
  readonly waiver: AppliedWaiver | null;
};

/** `active` takes the finding out of the verdict and keeps it in the report; `expired` changes nothing but says so. */
export type AppliedWaiver = Waiver & { readonly state: 'active' | 'expired' };
