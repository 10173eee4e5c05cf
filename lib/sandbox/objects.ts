import { createHash, randomBytes } from 'node:crypto';
import { compareKeys, firstIndex } from './key-order.ts';
import type { Bucket, ObjectVersion, Seal } from './state-s3.ts';

/** The seals, as S3 would record them. */
export const sealSseS3: Seal = {
  algorithm: 'AES256',
  kmsKeyId: null,
  bucketKey: false,
  customerKeyMd5: null,
};
/** An object from before January 2023 that was never encrypted. */
export const sealNone: Seal = { algorithm: null, kmsKeyId: null, bucketKey: false, customerKeyMd5: null };
export const sealKms = (keyArn: string, bucketKey = false): Seal => ({
  algorithm: 'aws:kms',
  kmsKeyId: keyArn,
  bucketKey,
  customerKeyMd5: null,
});
export const sealDsse = (keyArn: string): Seal => ({
  algorithm: 'aws:kms:dsse',
  kmsKeyId: keyArn,
  bucketKey: false,
  customerKeyMd5: null,
});
/** SSE-C under a key whose base64 MD5 this is. */
export const sealCustomer = (keyMd5: string): Seal => ({
  algorithm: null,
  kmsKeyId: null,
  bucketKey: false,
  customerKeyMd5: keyMd5,
});

type BucketParts = Partial<Bucket> & Pick<Bucket, 'name' | 'region' | 'accountId' | 'createdAt'>;

/** A bucket as S3 makes them since April 2026: SSE-S3 by default, SSE-C blocked, public access blocked, no ACLs. */
export const newBucket = (parts: BucketParts): Bucket => ({
  strictRegion: false,
  tags: new Map(),
  policy: null,
  encryption: { algorithm: 'AES256', kmsKey: null, bucketKey: false, blocked: ['SSE-C'] },
  versioning: 'Off',
  ownership: 'BucketOwnerEnforced',
  publicAccessBlock: {
    blockPublicAcls: true,
    ignorePublicAcls: true,
    blockPublicPolicy: true,
    restrictPublicBuckets: true,
  },
  logging: null,
  replication: null,
  lifecycle: null,
  acl: null,
  inventories: new Map(),
  metadataTable: null,
  objectLock: null,
  objects: new Map(),
  sortedKeys: null,
  generated: null,
  uploads: new Map(),
  ...parts,
});

/** An object version with everything unsaid at its plainest: SSE-S3, STANDARD, no metadata, made-up body. */
export const newObject = (
  parts: Partial<ObjectVersion> & Pick<ObjectVersion, 'size' | 'lastModified'>,
): ObjectVersion => ({
  versionId: null,
  deleteMarker: false,
  etag: parts.etag ?? md5Hex(parts.body ?? `${parts.size}/${parts.lastModified}`),
  storageClass: 'STANDARD',
  contentType: 'binary/octet-stream',
  metadata: {},
  systemHeaders: {},
  tags: {},
  seal: sealSseS3,
  checksum: null,
  partSizes: null,
  retention: null,
  legalHold: false,
  body: null,
  ...parts,
});

/** A delete marker; its version id as with objects. */
export const newDeleteMarker = (lastModified: number, versionId: string | null): ObjectVersion =>
  newObject({ deleteMarker: true, size: 0, lastModified, versionId, etag: '' });

/** A version id of the form S3 uses: 32 URL-safe characters. */
export const newVersionId = (): string => randomBytes(24).toString('base64url');

/** Versions of a key, newest first; empty when there are none. */
export function versionsOf(bucket: Bucket, key: string): readonly ObjectVersion[] {
  if (!bucket.generated) return bucket.objects.get(key) ?? [];
  const index = bucket.generated.indexOf(key);
  return index < 0 ? [] : [bucket.generated.versionAt(index)];
}

/**
 * Makes `version` the newest of its key. A version without an id replaces the one without an id, as S3 does while
 * versioning is off or suspended.
 */
export function addVersion(bucket: Bucket, key: string, version: ObjectVersion): void {
  const versions = bucket.objects.get(key);
  if (!versions) {
    bucket.objects.set(key, [version]);
    insertKey(bucket, key);
    return;
  }
  if (version.versionId === null) {
    const old = versions.findIndex((candidate) => candidate.versionId === null);
    if (old >= 0) versions.splice(old, 1);
  }
  versions.unshift(version);
}

/** Takes one version away for good, and the key with its last version. */
export function removeVersion(bucket: Bucket, key: string, version: ObjectVersion): void {
  const versions = bucket.objects.get(key);
  const index = versions?.indexOf(version) ?? -1;
  if (!versions || index < 0) return;
  versions.splice(index, 1);
  if (versions.length > 0) return;
  bucket.objects.delete(key);
  bucket.sortedKeys = null;
}

/** The keys of a bucket in listing order, without copying them. */
export type KeyIndex = {
  readonly count: number;
  readonly keyAt: (index: number) => string;
  readonly versionsAt: (index: number) => readonly ObjectVersion[];
};

/** Keys in UTF-8 order, stored or generated. */
export function keyIndex(bucket: Bucket): KeyIndex {
  const generated = bucket.generated;
  if (generated) {
    return {
      count: generated.count,
      keyAt: generated.keyAt,
      versionsAt: (index) => [generated.versionAt(index)],
    };
  }
  const keys = sortedKeys(bucket);
  return {
    count: keys.length,
    keyAt: (index) => keys[index] ?? '',
    versionsAt: (index) => bucket.objects.get(keys[index] ?? '') ?? [],
  };
}

function sortedKeys(bucket: Bucket): readonly string[] {
  if (bucket.sortedKeys?.length !== bucket.objects.size) {
    bucket.sortedKeys = [...bucket.objects.keys()].sort(compareKeys);
  }
  return bucket.sortedKeys;
}

function insertKey(bucket: Bucket, key: string): void {
  const keys = bucket.sortedKeys;
  if (!keys) return;
  keys.splice(
    firstIndex(keys.length, (index) => compareKeys(keys[index] ?? '', key) >= 0),
    0,
    key,
  );
}

/** Lower-case hex MD5, the ETag of plain uploads. */
export const md5Hex = (data: string | Uint8Array): string => createHash('md5').update(data).digest('hex');
