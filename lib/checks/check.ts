import type { Census } from '../model/census.ts';
import type { BucketEvidence, KeyEvidence } from '../model/evidence.ts';
import type { CheckId, Status, Verdict } from '../model/finding.ts';
import type { DecryptLedger } from '../model/ledger.ts';
import type { Requirement } from '../model/requirement.ts';
import type { RegionTrails } from '../model/trail.ts';
import type { AppliedPolicies } from './organization-policies.ts';

/** One question put to every requirement × bucket. Pure: evidence in, verdict out. */
export type Check = {
  readonly id: CheckId;
  /** The question as a reader of the report sees it. */
  readonly question: string;
  readonly judge: (input: CheckInput) => Verdict;
};

/** Everything a check may look at. `census` is null when the bucket's objects were never listed. */
export type CheckInput = {
  readonly requirement: Requirement;
  readonly bucket: BucketEvidence;
  readonly census: Census | null;
  readonly keyOf: KeyLookup;
  /** Which part of the bucket holds the data class. */
  readonly scope: 'whole-bucket' | 'by-key';
  /** Object keys of the data class begin with one of these; null when the whole bucket holds it. */
  readonly keyPrefixes: readonly string[] | null;
  /** The moment that is judged, ISO 8601 UTC: what a policy lets through before that is past. */
  readonly asOf: string;
  /** RCPs and SCPs; left out when the organization was not to be read. */
  readonly organization?: AppliedPolicies;
  /** Left out when no requirement asked who may decrypt. */
  readonly access?: AccessEvidence;
};

/** Who decrypted, and the trails that recorded it. `ledger` is null when it was not read. */
export type AccessEvidence = {
  readonly ledger: DecryptLedger | null;
  readonly trails: readonly RegionTrails[];
};

/**
 * Evidence on a key by how it was referred to: a full ARN on an object; an ARN, id or alias in a bucket default,
 * resolved in `region`. Undefined when nobody read it.
 */
export type KeyLookup = (reference: string, region: string) => KeyEvidence | undefined;

/** One clause of a verdict. */
export type Judgement = { readonly status: Exclude<Status, 'NOT_APPLICABLE'>; readonly reason: string };

/** A fail outweighs an unknown, and an unknown outweighs a pass. */
export function worst(judgements: readonly Judgement[]): Judgement['status'] {
  if (judgements.some(({ status }) => status === 'NON_COMPLIANT')) return 'NON_COMPLIANT';
  return judgements.some(({ status }) => status === 'INSUFFICIENT_DATA') ? 'INSUFFICIENT_DATA' : 'COMPLIANT';
}

/** The reasons that carry the worst status, fails before unknowns, each once. */
export function reasonsOf(judgements: readonly Judgement[]): string[] {
  const of = (status: Status): string[] => judgements.filter((j) => j.status === status).map((j) => j.reason);
  const telling = [...of('NON_COMPLIANT'), ...of('INSUFFICIENT_DATA')];
  return [...new Set(telling.length > 0 ? telling : of('COMPLIANT'))];
}

export const pass = (reason: string): Judgement => ({ status: 'COMPLIANT', reason });
export const fail = (reason: string): Judgement => ({ status: 'NON_COMPLIANT', reason });
export const dontKnow = (reason: string): Judgement => ({ status: 'INSUFFICIENT_DATA', reason });
