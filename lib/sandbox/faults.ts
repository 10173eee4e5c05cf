/** Which requests a fault strikes; every part that is given must match, `*` and `?` are wildcards. */
export type FaultMatch = {
  /** `s3`, `kms`, `cloudtrail`, `config`, `organizations`, `sts`. */
  readonly service?: string;
  /** Operation name such as `GetBucketPolicy`, or `Get*`. */
  readonly operation?: string;
  readonly bucket?: string;
  readonly key?: string;
};

/** When a fault strikes, counted over the requests that match; every part that is given must hold. */
export type FaultSchedule = {
  /** Let this many matching requests through first. */
  readonly after?: number;
  /** Then strike at most this many times. */
  readonly times?: number;
  /** Strike every n-th (1 = all). */
  readonly every?: number;
  /** Strike with this probability, 0…1, from a generator seeded with `seed`: the same sequence in every run. */
  readonly rate?: number;
  readonly seed?: number;
};

/** What happens to a request that is struck. */
export type FaultEffect =
  | { readonly type: 'deny'; readonly message?: string }
  | { readonly type: 'internalError' }
  | { readonly type: 'slowDown' }
  | { readonly type: 'expiredToken' }
  | { readonly type: 'redirect'; readonly region: string }
  /** Any other error. */
  | { readonly type: 'error'; readonly code: string; readonly status: number; readonly message: string }
  /** Close the connection: before answering, or after that many bytes of the answer's body. */
  | { readonly type: 'drop'; readonly afterBytes?: number }
  /** Answer after this many milliseconds; the request itself succeeds. */
  | { readonly type: 'delay'; readonly ms: number }
  /** Cut the answer's body in half and send it as if it were whole. */
  | { readonly type: 'malformed' }
  /** After a listing is answered, delete every object it named. */
  | { readonly type: 'deleteListedObjects' }
  /** After the answer, delete this bucket: gone between one call of a client and its next. */
  | { readonly type: 'deleteBucket'; readonly bucket: string };

/** One rule. `seen` and `struck` are its counters; make rules with `fault()`. */
export type Fault = {
  readonly match: FaultMatch;
  readonly effect: FaultEffect;
  readonly when: FaultSchedule;
  seen: number;
  struck: number;
  /** State of the seeded generator. */
  random: number;
};

/** A rule to push onto `state.faults`. */
export const fault = (match: FaultMatch, effect: FaultEffect, when: FaultSchedule = {}): Fault => ({
  match,
  effect,
  when,
  seen: 0,
  struck: 0,
  random: when.seed ?? 1,
});
