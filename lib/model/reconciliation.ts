/** What two sources say differently about one object version, and why that may be. */
export const DIFFERENCES = {
  RESEALED:
    'encrypted again in place since (UpdateObjectEncryption leaves size and LastModified as they were)',
  REWRITTEN: 'written again since under the same key',
  FINER: 'the same encryption, told more exactly by one of them (the key, or the bucket key)',
  NOT_ASSESSABLE: 'the encryption could be read in one of them at most',
  NEW: 'written since',
  DELETED: 'deleted since',
  NOT_COVERED: 'a noncurrent version, which the other does not list',
  UNEXPLAINED: 'nothing explains it',
} as const;
export type Difference = keyof typeof DIFFERENCES;

/** One version as both tell it; null where a source does not have it. */
export type DifferenceExample = {
  readonly key: string;
  readonly versionId: string | null;
  readonly told: readonly [string | null, string | null];
};

export type DifferenceCounts = Readonly<Partial<Record<Difference, number>>>;

/** Two sources of one bucket, the older one first. For each: `versions = same + Σ differing + Σ onlyIn`. */
export type Reconciliation = {
  readonly bucket: string;
  readonly sources: readonly [ReconciledSource, ReconciledSource];
  readonly same: number;
  readonly differing: DifferenceCounts;
  readonly examples: Readonly<Partial<Record<Difference, readonly DifferenceExample[]>>>;
};

export type ReconciledSource = {
  readonly name: 'live' | 'inventory' | 'metadata';
  readonly location: string;
  /** ISO 8601 UTC. */
  readonly asOf: string;
  readonly versions: number;
  readonly incompleteReason: string | null;
  /** Versions that the other source does not have, by why. */
  readonly onlyIn: DifferenceCounts;
};

/** Whether all differences are explained, some are not, or part of a source is missing. */
export function reconciled({
  sources,
  differing,
}: Reconciliation): 'explained' | 'unexplained' | 'incomplete' {
  if (sources.some(({ incompleteReason }) => incompleteReason !== null)) return 'incomplete';
  const unexplained = [differing, ...sources.map(({ onlyIn }) => onlyIn)].some(
    (counts) => (counts.UNEXPLAINED ?? 0) > 0,
  );
  return unexplained ? 'unexplained' : 'explained';
}
