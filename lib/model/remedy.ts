/** Stands in a command for a key that nobody has named yet. */
export const KEY_PLACEHOLDER = 'KEY_ARN';

/** One violating set of stored objects: what a batch job would touch, and what is left for hands. */
export type FixSet = {
  /** `pack/requirement`. */
  readonly requirement: string;
  readonly bucket: string;
  readonly method: 'update' | 'copy' | 'by-hand';
  readonly objects: number;
  readonly bytes: number;
  /** Manifest and job of this set, paths in the run folder; null for what no job can do. */
  readonly manifest: string | null;
  readonly job: string | null;
  /** Why, and how many of each. */
  readonly reasons: Readonly<Record<string, number>>;
};

/** What puts one failing requirement right in one bucket, as far as it is known here. */
export type Remedy = {
  /** `pack/requirement`. */
  readonly requirement: string;
  readonly bucket: string;
  /** The `sealcheck policy` line, for a shell; null where the policy is proved already, or no line can be written. */
  readonly policyCommand: string | null;
  readonly fixes: readonly FixSet[];
};
