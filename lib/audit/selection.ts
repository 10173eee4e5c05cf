import { matchesGlob } from '../model/glob.ts';
import type { UnknownReason } from '../model/observed.ts';
import type { RunConfiguration } from '../model/run.ts';
import type { Target } from './plan-accounts.ts';

/** The buckets of a run: `population` is its targets and whatever is excluded. */
export type Selection = {
  /** Buckets the accounts have, as far as they could be listed. */
  readonly population: number;
  readonly excluded: Readonly<Record<string, number>>;
  /** Set when the list of buckets broke off. */
  readonly incomplete: UnknownReason | null;
  /** Plain sentences on where recorded facts come from; left out when everything was read from S3 itself. */
  readonly notes?: readonly string[];
  readonly targets: readonly Target[];
};

/**
 * Why a bucket is not part of a run, null when it is. The report bucket is written by the run itself, so it cannot be
 * among what the run only reads.
 */
export function whyExcluded(
  name: string,
  { bucketGlobs, reportBucket }: Pick<RunConfiguration, 'bucketGlobs' | 'reportBucket'>,
): string | null {
  if (name === reportBucket) return 'REPORT_BUCKET';
  return bucketGlobs.length === 0 || bucketGlobs.some((glob) => matchesGlob(glob, name))
    ? null
    : 'NOT_SELECTED';
}
