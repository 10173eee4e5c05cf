/**
 * Where a trail's files lie: a folder or a prefix of a bucket. Paths are relative to it, with forward slashes.
 * Reading throws what the file system or the SDK throws.
 */
export type TrailLogStore = {
  /** For people: a folder path or an s3:// address. */
  readonly location: string;
  /** The bucket; null for a folder, whose files have lost the metadata they had in S3. */
  readonly bucket: string | null;
  /** What S3 calls a file: its path under the prefix. */
  readonly keyOf: (path: string) => string;
  /** Names of the folders directly under `path` (`''` or ending in `/`), sorted. */
  readonly folders: (path: string) => Promise<readonly string[]>;
  /** Paths of the files under `path`, at any depth, sorted; a page at a time. */
  readonly files: (path: string) => AsyncIterable<readonly string[]>;
  readonly read: (path: string) => Promise<TrailFile>;
};

/** One file; `signature` is the x-amz-meta-signature of a digest in S3. */
export type TrailFile = { readonly bytes: Uint8Array; readonly signature: string | null };

/** Compressed files larger than this are not CloudTrail's: they are refused before they fill the memory. */
export const LARGEST_TRAIL_FILE = 128 * 1024 * 1024;
