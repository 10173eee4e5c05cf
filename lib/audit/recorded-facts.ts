import type { BucketEvidence, KeyEvidence } from '../model/evidence.ts';
import type { UnknownReason } from '../model/observed.ts';

/** Facts out of a record instead of from S3 and KMS as they are now. Stages are given it, and know no more of it. */
export type RecordedFacts = {
  /** Every bucket with what is recorded of it. `leftOut` says why a name is not part of the run; null: it is. */
  readonly buckets: (
    about: RecordedAbout,
    leftOut: (name: string) => string | null,
  ) => Promise<RecordedBuckets>;
  /** A key as it was recorded; null leaves keys to KMS. */
  readonly key: ((reference: string, region: string, callerAccount: string) => Promise<KeyEvidence>) | null;
};

export type RecordedAbout = {
  readonly accountId: string;
  readonly partition: string;
  readonly signal?: AbortSignal | undefined;
};

export type RecordedBuckets = {
  readonly buckets: readonly BucketEvidence[];
  /** Buckets left out, by reason. */
  readonly excluded: Readonly<Record<string, number>>;
  /** Set when there may be buckets that nobody told of. */
  readonly incomplete: UnknownReason | null;
  /** Plain sentences: where the facts come from, and what that cannot tell. */
  readonly notes: readonly string[];
};
