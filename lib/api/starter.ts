/** What a run may be narrowed to; null takes what is deployed. */
export type RunRequest = {
  readonly rules: readonly string[] | null;
  readonly buckets: readonly string[] | null;
};

/** A run that is under way or ended without a report. */
export type RunState =
  { readonly status: 'running' } | { readonly status: 'failed'; readonly reason: string };

/** Starts runs, and knows those that have no report yet. */
export type RunStarter = {
  /** The id of the new run, or of the run that is under way instead. */
  readonly start: (
    runId: string,
    request: RunRequest,
  ) => Promise<{ readonly started: boolean; readonly runId: string }>;
  /** Null: nothing of that id was ever started here. */
  readonly state: (runId: string) => Promise<RunState | null>;
  readonly running: () => Promise<readonly string[]>;
};
