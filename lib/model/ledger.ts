/** How a Decrypt call reached KMS: from S3 for a reader, from another AWS service, or from the caller itself. */
export type DecryptVia = 's3' | 'service' | 'direct';

/** `account`: KMS tells the key owner only the account of a foreign caller. `service`: AWS acted by itself. */
export type PrincipalKind = 'role' | 'user' | 'root' | 'federated' | 'account' | 'service' | 'unidentified';

/**
 * What S3 let us know about what was opened. `bucket`: a bucket key was on, so no object is named. `folded`: the
 * objects were known and too many to keep one by one. `none`: the call was not for S3, or was refused unexplained.
 */
export type Precision = 'object' | 'bucket' | 'folded' | 'none';

/** Who × key × bucket or object × day. Attempts add up: `count + denied + failed`. */
export type LedgerEntry = {
  /** Role, user or root ARN; service name; account id; a session's role is here and the session in `sessions`. */
  readonly principal: string;
  readonly principalKind: PrincipalKind;
  readonly principalAccount: string | null;
  readonly via: DecryptVia;
  /** What the call was for when it was not for S3: `SSM Parameter Store`, or the context keys it came with. */
  readonly purpose: string | null;
  /** Null where CloudTrail did not say, as with some refusals. */
  readonly keyArn: string | null;
  readonly bucket: string | null;
  readonly object: string | null;
  readonly precision: Precision;
  /** YYYY-MM-DD, UTC. */
  readonly day: string;
  /** Decrypts that KMS carried out. */
  readonly count: number;
  /** Refused for want of permission. */
  readonly denied: number;
  /** Refused for another reason, such as a disabled key. */
  readonly failed: number;
  /** Of all attempts; ISO 8601 UTC, whole seconds. */
  readonly first: string;
  readonly last: string;
  /** Session names of an assumed role, sorted; `moreSessions` says that there were others. */
  readonly sessions: readonly string[];
  readonly moreSessions: boolean;
  /** A few CloudTrail event ids, to look the events up. */
  readonly eventIds: readonly string[];
  /** Objects that this principal read in this bucket about that day by S3 data events; null where none are at hand. */
  readonly objectsRead: readonly ObjectReads[] | null;
};

/** Reads of one object by S3 data events: they name what a bucket key hides. */
export type ObjectReads = {
  readonly object: string;
  readonly reads: number;
  readonly refused: number;
  readonly first: string;
  readonly last: string;
};

export const GAP_KINDS = [
  'LOG_CHANGED',
  'LOG_REMOVED',
  'LOG_ADDED',
  'DIGEST_INVALID',
  'DIGEST_REMOVED',
  'NOT_READ',
  'TRUNCATED',
  'NOT_A_LOG',
  'BAD_EVENT',
  'NO_LOGS',
  'WINDOW_CUT',
  'LATE_EVENT',
  'UNVALIDATED',
  'UNIDENTIFIED',
  'IGNORED_FILE',
  'TOO_MANY_OBJECTS',
] as const;
export type GapKind = (typeof GAP_KINDS)[number];

/**
 * Something that the ledger could not take in. `integrity`: the logs are not what CloudTrail wrote. `events`:
 * Decrypt events may be missing. `detail`: every event counts, something about some of them is not known.
 */
export type LedgerGap = {
  readonly kind: GapKind;
  readonly loses: 'integrity' | 'events' | 'detail';
  /** File, folder, Region or event. */
  readonly where: string;
  readonly count: number;
  /** A plain sentence without its full stop. */
  readonly message: string;
};

/** What was read of one account in one Region. */
export type ScannedRegion = {
  readonly accountId: string;
  readonly region: string;
  /** Log files, or pages of LookupEvents. */
  readonly files: number;
  /** CloudTrail records of every kind. */
  readonly records: number;
};

/** What the digests proved about the log files. */
export type LogValidation = {
  readonly status: 'intact' | 'broken' | 'unproven';
  readonly digests: number;
  /** Digests whose signature was checked against a public key of CloudTrail. */
  readonly signed: number;
  readonly logFiles: number;
  readonly from: string | null;
  readonly to: string | null;
};

/** Every kms:Decrypt that could be found, each once: `events = Σ count + denied + failed` over the entries. */
export type DecryptLedger = {
  readonly schemaVersion: 1;
  readonly source: 'lookup-events' | 'trail-logs' | 'athena';
  /** Where the events came from, for people. */
  readonly location: string;
  /** ISO 8601 UTC; `to` is not part of it. */
  readonly window: LedgerWindow;
  readonly events: number;
  readonly fromS3: number;
  /** Copies of events that were counted already. */
  readonly copies: number;
  /** Decrypt events before or after the window, not counted. */
  readonly outside: number;
  readonly scanned: readonly ScannedRegion[];
  readonly entries: readonly LedgerEntry[];
  readonly gaps: readonly LedgerGap[];
  /** Null where the source has nothing to validate. */
  readonly validation: LogValidation | null;
};

export type LedgerWindow = { readonly from: string; readonly to: string };
