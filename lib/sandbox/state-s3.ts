/** One general purpose bucket. Change `objects` only through lib/sandbox/objects.ts, which keeps the key order. */
export type Bucket = {
  name: string;
  region: string;
  /** 12-digit account of the owner. */
  accountId: string;
  /** Milliseconds since the epoch, as every time in the state. */
  createdAt: number;
  /** True: a request signed for another Region is answered 301 PermanentRedirect, as AWS does. */
  strictRegion: boolean;
  tags: Map<string, string>;
  /** Policy document byte for byte, or null. */
  policy: string | null;
  encryption: BucketEncryption;
  versioning: 'Off' | 'Enabled' | 'Suspended';
  /** `BucketOwnerEnforced`, `BucketOwnerPreferred`, `ObjectWriter`, or null for OwnershipControlsNotFoundError. */
  ownership: string | null;
  publicAccessBlock: PublicAccessBlockSwitches | null;
  logging: { targetBucket: string; targetPrefix: string } | null;
  /** The `<ReplicationConfiguration>` document, or null. */
  replication: string | null;
  /** The `<LifecycleConfiguration>` document, or null. */
  lifecycle: string | null;
  /** The `<AccessControlPolicy>` document, or null for the owner-only default. */
  acl: string | null;
  /** Inventory configuration id → its `<InventoryConfiguration>` document. */
  inventories: Map<string, string>;
  metadataTable: MetadataTable | null;
  /** Null: Object Lock was never enabled. */
  objectLock: { mode: string | null; days: number | null; years: number | null } | null;
  /** Key → versions, newest first. */
  objects: Map<string, ObjectVersion[]>;
  /** Keys of `objects` in UTF-8 order; null or of another length when it has to be made again. */
  sortedKeys: string[] | null;
  /** When set, the bucket's objects are these and it is read-only; `objects` is then not used. */
  generated: GeneratedObjects | null;
  /** By upload id. */
  uploads: Map<string, MultipartUpload>;
};

/** GetBucketEncryption's one rule. */
export type BucketEncryption = {
  /** `AES256`, `aws:kms` or `aws:kms:dsse`. */
  algorithm: string;
  /** Id, ARN or alias as configured; null with aws:kms means aws/s3. */
  kmsKey: string | null;
  bucketKey: boolean;
  /** BlockedEncryptionTypes (`SSE-C`, `NONE`); null leaves the element out. */
  blocked: string[] | null;
};

/** The four switches of S3 Block Public Access. */
type PublicAccessBlockSwitches = {
  blockPublicAcls: boolean;
  ignorePublicAcls: boolean;
  blockPublicPolicy: boolean;
  restrictPublicBuckets: boolean;
};

/** S3 Metadata: V2 has a journal and an inventory table in the AWS managed table bucket, V1 one table of the customer's. */
export type MetadataTable = {
  version: 'V1' | 'V2';
  tableBucketArn: string;
  namespace: string;
  /** V1: the table's name and ARN. V2: of the journal table. */
  tableName: string;
  tableArn: string;
  /** V2 only: the live inventory table, or null when it is switched off. */
  inventoryTable: { name: string; arn: string } | null;
  /** CREATING, ACTIVE, FAILED or BACKFILLING. */
  status: string;
};

/** How one object version is encrypted at rest, in the words of S3's response headers. */
export type Seal = {
  /** `AES256`, `aws:kms`, `aws:kms:dsse`; null for SSE-C and for objects from before 2023 without encryption. */
  readonly algorithm: string | null;
  /** Full key ARN, or null. */
  readonly kmsKeyId: string | null;
  readonly bucketKey: boolean;
  /** Base64 MD5 of the customer's key; not null means SSE-C. */
  readonly customerKeyMd5: string | null;
};

/** One version of an object, or a delete marker. */
export type ObjectVersion = {
  /** Null is shown as `null`: written while versioning was off or suspended. */
  versionId: string | null;
  deleteMarker: boolean;
  lastModified: number;
  size: number;
  /** Without quotes. */
  etag: string;
  storageClass: string;
  contentType: string;
  /** User metadata: lower-case names without `x-amz-meta-`. */
  metadata: Readonly<Record<string, string>>;
  /** Stored system headers: cache-control, content-encoding, content-disposition, content-language, expires. */
  systemHeaders: Readonly<Record<string, string>>;
  tags: Readonly<Record<string, string>>;
  seal: Seal;
  /** `header` is the response header, such as `x-amz-checksum-crc32`. */
  checksum: { header: string; value: string; type: 'FULL_OBJECT' | 'COMPOSITE' } | null;
  /** Sizes of the parts of a multipart upload, or null. */
  partSizes: readonly number[] | null;
  retention: { mode: string; until: number } | null;
  legalHold: boolean;
  /** Null: `size` bytes made up from the key when read. */
  body: Uint8Array | null;
};

/** Objects that are computed when asked for, so that a bucket of millions needs no memory. */
export type GeneratedObjects = {
  readonly count: number;
  /** The key at this index, `0 ≤ index < count`; keys ascend in UTF-8 order. */
  readonly keyAt: (index: number) => string;
  /** The index of a key, or -1. */
  readonly indexOf: (key: string) => number;
  readonly versionAt: (index: number) => ObjectVersion;
};

/** A multipart upload that was neither completed nor aborted. */
export type MultipartUpload = {
  readonly uploadId: string;
  readonly key: string;
  readonly initiated: number;
  /** What the object will get when completed: seal, metadata, storage class and so on; its body is null. */
  readonly template: ObjectVersion;
  readonly initiatorArn: string;
  readonly checksumAlgorithm: string | null;
  readonly checksumType: 'FULL_OBJECT' | 'COMPOSITE' | null;
  parts: Map<number, UploadedPart>;
};

/** One uploaded part. */
export type UploadedPart = {
  readonly number: number;
  readonly size: number;
  readonly etag: string;
  readonly lastModified: number;
  readonly checksum: { header: string; value: string } | null;
  /** Null: made up, as with objects. */
  readonly body: Uint8Array | null;
};
