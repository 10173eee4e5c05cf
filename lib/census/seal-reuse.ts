import type { ListedVersion } from '../collectors/object-listing.ts';
import type { AskReason, SealReuse } from '../model/census.ts';
import type { ObjectEncryption } from '../model/object-encryption.ts';

/** A version as an earlier run listed it, and what HEAD said of it then. */
export type PastSeal = Pick<ListedVersion, 'key' | 'versionId'> & {
  readonly etag: string;
  /** Milliseconds since the epoch, as every time here. */
  readonly lastModified: number;
  readonly size: number;
  readonly encryption: ObjectEncryption;
  /** When the run began that asked it last: it was asked at this time or later. */
  readonly asked: number;
};

/** The seals of an earlier run, in key order. */
export type PastSeals = {
  /** Reads on from the first key after this one. */
  readonly after: (key: string | null) => SealCursor;
};

/** Moves forward only. */
export type SealCursor = {
  /** What is known of the versions of this key; the keys asked for must ascend. */
  readonly of: (key: string) => readonly PastSeal[] | Promise<readonly PastSeal[]>;
  readonly close: () => Promise<void>;
};

/** What is known of UpdateObjectEncryption since the earlier run. */
export type InPlaceChanges =
  { readonly kind: 'unproven' } | { readonly kind: 'proven'; readonly touched: (key: string) => boolean };

/** By what a seal is taken over or asked again. */
export type ReuseRule = {
  /** When this run began. */
  readonly now: number;
  /** Milliseconds after which a version is asked again, whatever is known of it. */
  readonly maxAge: number;
  readonly changes: InPlaceChanges;
};

/**
 * S3 refuses requests of a clock that is further off than this (RequestTimeTooSkewed), so an object that was written
 * after it had been asked cannot be dated earlier than this before.
 */
export const CLOCK_SKEW = 15 * 60 * 1000;

/** The seal that can be taken over, or why the version has to be asked. */
export function reuseOf(
  entry: ListedVersion,
  past: readonly PastSeal[],
  { now, maxAge, changes }: ReuseRule,
): PastSeal | AskReason {
  const before = past.find(({ versionId }) => idOf(versionId) === idOf(entry.versionId));
  if (!before) return 'NEW';
  if (!isSame(entry, before)) return 'CHANGED';
  if (before.lastModified >= before.asked - CLOCK_SKEW) return 'RECENT';
  if (isDue(before, now, maxAge)) return 'DUE';
  switch (before.encryption.serverSide.type) {
    // UpdateObjectEncryption refuses these as a source, and nothing else changes a seal in place (FACTS §1.5).
    case 'NONE':
    case 'SSE-C':
    case 'DSSE-KMS':
      return before;
    case 'SSE-S3':
    case 'SSE-KMS':
      if (changes.kind === 'unproven') return 'NO_PROOF';
      return changes.touched(entry.key) ? 'UPDATED' : before;
    case 'OTHER':
      return 'UNKNOWN_SEAL';
  }
}

/** Of a bucket that was never versioned S3 lists no id, and calls the same version `null` once it is. */
const idOf = (versionId: string | null): string => versionId ?? 'null';

export const isNullVersion = ({ versionId }: Pick<ListedVersion, 'versionId'>): boolean =>
  idOf(versionId) === 'null';

const isSame = ({ etag, lastModified, size }: ListedVersion, before: PastSeal): boolean =>
  etag === before.etag &&
  size === before.size &&
  lastModified !== null &&
  Date.parse(lastModified) === before.lastModified;

/**
 * Everything is asked again within `maxAge`, each version when its turn comes: the turns are spread by key, so that
 * of runs at equal distances each asks an equal part.
 */
function isDue({ key, asked }: PastSeal, now: number, maxAge: number): boolean {
  const turn = hashOf(key) / 2 ** 32;
  return now - asked >= maxAge || Math.floor(now / maxAge + turn) > Math.floor(asked / maxAge + turn);
}

/** FNV-1a: spreads, and protects nothing. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i += 1) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  // The last bits of FNV-1a are the better mixed ones; a turn is read from the first.
  hash ^= hash >>> 16;
  return Math.imul(hash, 0x45d9f3b) >>> 0;
}

/** Counts what was asked and why. */
export type ReuseTally = {
  readonly asked: (why: AskReason) => void;
  readonly tookOver: () => void;
  readonly finish: () => SealReuse;
};

export function createReuseTally(): ReuseTally {
  const because = new Map<AskReason, number>();
  let asked = 0;
  let takenOver = 0;
  return {
    asked: (why) => {
      asked += 1;
      because.set(why, (because.get(why) ?? 0) + 1);
    },
    tookOver: () => {
      takenOver += 1;
    },
    finish: () => ({
      asked,
      takenOver,
      because: Object.fromEntries([...because].sort(([a], [b]) => (a < b ? -1 : 1))),
    }),
  };
}
