/**
 * A fact read from AWS. `absent` means AWS answered that there is none; `unknown` means nobody knows:
 * a denied, throttled, malformed or failed read. Unknown is never a pass and never a fail.
 */
export type Observed<T> =
  | { readonly state: 'known'; readonly value: T }
  | { readonly state: 'absent' }
  | { readonly state: 'unknown'; readonly reason: UnknownReason };

/** Why a fact could not be read. `operation` is the API call in IAM's spelling, such as `s3:GetBucketPolicy`. */
export type UnknownReason = {
  readonly code: UnknownCode;
  readonly operation: string;
  readonly message: string;
  readonly httpStatus?: number;
};

/** The ways a read fails, as a reader of the report needs them told apart. */
export const UNKNOWN_CODES = [
  'ACCESS_DENIED',
  'THROTTLED',
  'WRONG_REGION',
  'NOT_FOUND',
  'MALFORMED',
  'UNREACHABLE',
  'SERVER_ERROR',
  'UNSUPPORTED',
  'NOT_READ',
  'NOT_RECORDED',
] as const;
export type UnknownCode = (typeof UNKNOWN_CODES)[number];

/** A fact that AWS told. */
export const known = <T>(value: T): Observed<T> => ({ state: 'known', value });

/** AWS answered that there is no such thing. */
export const absent: Observed<never> = { state: 'absent' };

/** A fact nobody knows, with the reason. */
export const unknown = (reason: UnknownReason): Observed<never> => ({ state: 'unknown', reason });

/** The value when known, otherwise undefined: for display, never for a verdict. */
export const valueOf = <T>(observed: Observed<T>): T | undefined =>
  observed.state === 'known' ? observed.value : undefined;

/** One line for a reader: `ACCESS_DENIED on s3:GetBucketPolicy (403): …`. */
export function describeReason(reason: UnknownReason): string {
  const status = reason.httpStatus === undefined ? '' : ` (HTTP ${reason.httpStatus})`;
  // It stands within sentences that have a stop of their own.
  return `${reason.code} on ${reason.operation}${status}: ${reason.message}`.replace(/\.$/, '');
}
