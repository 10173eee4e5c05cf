import type { ObjectEncryption } from './object-encryption.ts';
import type { Spent } from './spent.ts';

/**
 * One kind of seal met in a bucket and how much of it there is. Whether an object meets a requirement depends on
 * its data classes and its seal alone, so a bucket of a billion objects is judged from a handful of these.
 */
export type SealGroup = {
  /** Data classes of these objects as `pack/class`, sorted. */
  readonly dataClasses: readonly string[];
  readonly encryption: ObjectEncryption;
  readonly objects: number;
  readonly bytes: number;
  /** How many of `objects` are noncurrent versions. */
  readonly noncurrent: number;
  /** How many of `objects` are here because a sample drew them, in a census that otherwise counts whole. */
  readonly drawn?: number;
};

/** Objects whose encryption could not be read, by reason. */
export type UnassessedGroup = {
  readonly dataClasses: readonly string[];
  readonly reason: string;
  readonly objects: number;
  readonly bytes: number;
  /** As in a seal group. */
  readonly drawn?: number;
};

/** The reason of objects that a sample left out. */
export const NOT_SAMPLED = 'NOT_SAMPLED';

/** Unfinished multipart uploads: S3 stores their parts, and does not report how they are encrypted. */
export type UploadGroup = {
  readonly dataClasses: readonly string[];
  readonly uploads: number;
  readonly oldestInitiated: string | null;
};

/** Where a census came from, when that is not the live listing alone. */
export type CensusOrigin = {
  /** ISO 8601 UTC: the population is as of this time; null is the time of the run. */
  readonly asOf: string | null;
  /** Where it was read: an s3:// address or a path. */
  readonly location: string;
  /** Plain sentences: which part came from where, and what that cannot tell. */
  readonly notes: readonly string[];
};

/**
 * What a census of one bucket found. Population counts object versions without delete markers:
 * `population = assessed + Σ excluded + Σ unassessed`.
 */
export type Census = {
  readonly bucket: string;
  readonly source: 'live' | 'inventory' | 'metadata' | 'sample';
  /** False when the listing itself was cut short: the population is then a lower bound. */
  readonly complete: boolean;
  /** Why the listing was cut short or could not start; null when complete. */
  readonly incompleteReason: string | null;
  readonly population: number;
  readonly populationBytes: number;
  readonly assessed: number;
  /** In the population but outside the question: `VANISHED` (deleted between LIST and HEAD). */
  readonly excluded: Readonly<Record<string, number>>;
  readonly deleteMarkers: number;
  readonly groups: readonly SealGroup[];
  readonly unassessed: readonly UnassessedGroup[];
  readonly uploads: readonly UploadGroup[];
  /** False when ListMultipartUploads could not be read to its end. */
  readonly uploadsComplete: boolean;
  readonly uploadsIncompleteReason: string | null;
  readonly origin?: CensusOrigin;
  /** What counting took; runs from before this was counted do not say. */
  readonly spent?: Spent;
  /** What a later run of the same bucket took over; left out where no earlier run was named. */
  readonly reuse?: SealReuse;
};

/** How the versions of a census came by their seals: `asked` by HEAD now, and why, or taken over from an earlier run. */
export type SealReuse = {
  readonly asked: number;
  readonly takenOver: number;
  /** By reason; they add up to `asked`. */
  readonly because: Readonly<Partial<Record<AskReason, number>>>;
};

/**
 * Why a version was asked again: it is `NEW`; it is not as it was (`CHANGED`); it was written too shortly before it was
 * last asked (`RECENT`); it may have been sealed anew in place and nothing proves otherwise (`NO_PROOF`), or it was
 * (`UPDATED`); nobody knows whether its kind of seal can be (`UNKNOWN_SEAL`); its turn has come (`DUE`).
 */
export const ASK_REASONS = [
  'NEW',
  'CHANGED',
  'RECENT',
  'UNKNOWN_SEAL',
  'DUE',
  'UPDATED',
  'NO_PROOF',
] as const;
export type AskReason = (typeof ASK_REASONS)[number];

/** One object version that a requirement does not pass, or that could not be read: a line of `objects/*.csv.gz`. */
export type ObjectRecord = {
  readonly bucket: string;
  readonly key: string;
  readonly versionId: string | null;
  readonly isLatest: boolean;
  readonly size: number;
  readonly lastModified: string | null;
  readonly dataClasses: readonly string[];
  /** Null when the encryption could not be read; `unreadable` then says why. */
  readonly encryption: ObjectEncryption | null;
  readonly unreadable: string | null;
};

/**
 * A census that counted nothing: because nobody listed the bucket, with the reason, which begins with its code; or,
 * with null, because it holds nothing.
 */
export function emptyCensus(bucket: string, incompleteReason: string | null): Census {
  return {
    bucket,
    source: 'live',
    complete: incompleteReason === null,
    incompleteReason,
    population: 0,
    populationBytes: 0,
    assessed: 0,
    excluded: {},
    deleteMarkers: 0,
    groups: [],
    unassessed: [],
    uploads: [],
    uploadsComplete: incompleteReason === null,
    uploadsIncompleteReason: incompleteReason,
  };
}
