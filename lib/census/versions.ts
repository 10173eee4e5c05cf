import type { ServerSideEncryption } from '../model/object-encryption.ts';

/** One object version and how a source says that it is encrypted. */
export type SealedVersion = {
  readonly key: string;
  /** Null where the bucket is not versioned, or the source does not tell. */
  readonly versionId: string | null;
  readonly isLatest: boolean;
  readonly size: number;
  /** ISO 8601 UTC. */
  readonly lastModified: string | null;
  /** Null when the source could not tell; `unreadable` then says why. */
  readonly seal: ServerSideEncryption | null;
  readonly unreadable: string | null;
};

/** Anything that tells all versions of a bucket, without delete markers, with their seals. */
export type VersionSource = {
  readonly name: 'live' | 'inventory' | 'metadata';
  readonly location: string;
  /** ISO 8601 UTC: the population is that of this time. */
  readonly asOf: string;
  /** Whether it leaves out noncurrent versions, and ids of versions with them; known once it was read. */
  readonly currentOnly: () => boolean;
  /** Hands over every version once, in any order; answers why it could not hand over all, null when it could. */
  readonly read: (take: (versions: readonly SealedVersion[]) => Promise<void>) => Promise<string | null>;
};
