/** Where the facts about buckets come from when it is not S3 itself, as it is now. Either way no object is counted. */
export type FactSource =
  /** AWS Config's history: every bucket as it was at `asOf`, ISO 8601 UTC. */
  | {
      readonly kind: 'config-history';
      readonly asOf: string;
      /** Regions that are asked for deleted buckets, besides those that hold a bucket today. */
      readonly regions: readonly string[];
    }
  /** An advanced query of AWS Config: every bucket as it was recorded last. */
  | {
      readonly kind: 'config-query';
      /** Null asks the account itself, Region by Region. */
      readonly aggregator: string | null;
      readonly regions: readonly string[];
    };

/** The moment that a run judges by, ISO 8601 UTC: the past one it was asked about, else when it started. */
export const judgedAt = (run: {
  readonly startedAt: string;
  readonly configuration: { readonly facts?: FactSource };
}): string => asOfMoment(run.configuration.facts) ?? run.startedAt;

/** The past moment that a run is about; null when it is about the present. */
export const asOfMoment = (facts: FactSource | undefined): string | null =>
  facts?.kind === 'config-history' ? facts.asOf : null;
