import type { Observed } from './observed.ts';

/** Everything read about one CloudTrail trail: plain JSON, saved in the run's evidence folder. */
export type TrailEvidence = {
  readonly name: string;
  readonly arn: string;
  readonly accountId: string;
  readonly homeRegion: string;
  readonly multiRegion: boolean;
  readonly organization: boolean;
  readonly validation: boolean;
  readonly bucket: string;
  readonly prefix: string | null;
  readonly kmsKey: string | null;
  readonly status: Observed<TrailStatus>;
  readonly selectors: Observed<TrailSelectors>;
};

/** The trails that one Region sees. */
export type RegionTrails = {
  readonly region: string;
  /** The account that sees them, where a run is about several. */
  readonly accountId?: string;
  readonly trails: Observed<readonly TrailEvidence[]>;
};

/** GetTrailStatus, as it is now; what it was before is not told. Dates are ISO 8601 UTC. */
export type TrailStatus = {
  readonly logging: boolean;
  readonly latestDelivery: string | null;
  readonly latestDeliveryError: string | null;
  /** The last time logging was started, and stopped. */
  readonly started: string | null;
  readonly stopped: string | null;
  readonly latestDigest: string | null;
};

/** GetEventSelectors: a trail has classic selectors or advanced ones. */
export type TrailSelectors =
  | { readonly kind: 'classic'; readonly selectors: readonly ClassicSelector[] }
  | { readonly kind: 'advanced'; readonly selectors: readonly AdvancedSelector[] };

export type ClassicSelector = {
  /** `All`, `ReadOnly`, `WriteOnly`. */
  readonly readWrite: string;
  readonly managementEvents: boolean;
  /** ExcludeManagementEventSources. */
  readonly excluded: readonly string[];
  readonly dataResources: readonly { readonly type: string; readonly values: readonly string[] }[];
};

/** Its field selectors hold all at once. */
export type AdvancedSelector = { readonly name: string | null; readonly fields: readonly FieldSelector[] };

/** Each list that is not empty must hold: one of the positive values, none of the negative ones. */
export type FieldSelector = {
  readonly field: string;
  readonly equals: readonly string[];
  readonly startsWith: readonly string[];
  readonly endsWith: readonly string[];
  readonly notEquals: readonly string[];
  readonly notStartsWith: readonly string[];
  readonly notEndsWith: readonly string[];
};
