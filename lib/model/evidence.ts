import type { Observed } from './observed.ts';

/** Everything read about one bucket: plain JSON, saved in the run's evidence folder. */
export type BucketEvidence = {
  readonly name: string;
  readonly arn: string;
  readonly accountId: string;
  readonly region: Observed<string>;
  readonly createdAt: string | null;
  readonly tags: Observed<Readonly<Record<string, string>>>;
  readonly defaultEncryption: Observed<DefaultEncryption>;
  /** The policy document, byte for byte as S3 returned it. */
  readonly policy: Observed<string>;
  readonly versioning: Observed<'Enabled' | 'Suspended' | 'Off'>;
  readonly publicAccessBlock: Observed<PublicAccessBlock>;
  readonly ownership: Observed<string>;
  readonly logging: Observed<{ readonly targetBucket: string; readonly targetPrefix: string }>;
  readonly replication: Observed<readonly ReplicationRule[]>;
  readonly objectLock: Observed<{
    readonly mode: string | null;
    readonly days: number | null;
    readonly years: number | null;
  }>;
  readonly inventories: Observed<readonly InventoryConfiguration[]>;
  readonly metadataTable: Observed<MetadataTableConfiguration>;
  /** When AWS Config captured these facts, ISO 8601 UTC; left out when they were read from S3 itself. */
  readonly capturedAt?: string;
};

/**
 * S3 Metadata of a bucket, as far as its objects can be counted from it (FACTS §3). V2 has a live inventory table,
 * which these names are of; V1 a journal alone. Null is what S3 did not say.
 */
export type MetadataTableConfiguration = {
  readonly version: 'V1' | 'V2';
  readonly tableArn: string | null;
  readonly tableBucketArn: string | null;
  readonly namespace: string | null;
  readonly tableName: string | null;
  /** `ACTIVE`, `BACKFILLING`, `CREATING`, `FAILED`; `DISABLED` where there is no inventory table. */
  readonly status: string | null;
  /** S3's own words on why the table failed. */
  readonly error: string | null;
};

/** GetBucketEncryption's one rule. `algorithm` keeps AWS's spelling, as new values appear (FACTS §1.1). */
export type DefaultEncryption = {
  readonly algorithm: string;
  /** Key id, ARN or alias as configured; null with aws:kms means the AWS managed key aws/s3. */
  readonly kmsKey: string | null;
  readonly bucketKey: boolean;
  /** BlockedEncryptionTypes; null when S3 did not report the element. */
  readonly blocked: readonly string[] | null;
};

/** The four switches of S3 Block Public Access. */
export type PublicAccessBlock = {
  readonly blockPublicAcls: boolean;
  readonly ignorePublicAcls: boolean;
  readonly blockPublicPolicy: boolean;
  readonly restrictPublicBuckets: boolean;
};

/** One replication rule, as far as encryption of the replica is concerned. */
export type ReplicationRule = {
  readonly id: string;
  readonly status: string;
  readonly destinationBucket: string;
  readonly replicaKmsKey: string | null;
  readonly replicatesKms: boolean;
};

/** One S3 Inventory configuration. */
export type InventoryConfiguration = {
  readonly id: string;
  readonly enabled: boolean;
  readonly format: string;
  readonly destinationBucket: string;
  readonly destinationPrefix: string;
  readonly frequency: string;
  readonly includedVersions: string;
  /** Only objects under this prefix are in it; null is all of them. */
  readonly filterPrefix: string | null;
  readonly optionalFields: readonly string[];
};

/**
 * Everything read about one KMS key. `reference` is how it was met: a full ARN on an object, or an id, ARN or
 * alias in a bucket's default encryption, to be resolved in `region`.
 */
export type KeyEvidence = {
  readonly reference: string;
  readonly region: string;
  /** The account it was asked for in, where a run is about several; ids and aliases resolve there. */
  readonly accountId?: string;
  readonly metadata: Observed<KeyMetadata>;
  readonly rotation: Observed<KeyRotation>;
  readonly policy: Observed<string>;
  readonly aliases: Observed<readonly string[]>;
};

/** DescribeKey, as far as an audit needs it (FACTS §7). Dates are ISO 8601 UTC. */
export type KeyMetadata = {
  readonly arn: string;
  readonly accountId: string;
  readonly manager: 'AWS' | 'CUSTOMER';
  readonly state: string;
  readonly origin: string;
  readonly multiRegion: boolean;
  readonly deletionDate: string | null;
  readonly validTo: string | null;
};

/** GetKeyRotationStatus. */
export type KeyRotation = {
  readonly enabled: boolean;
  readonly periodInDays: number | null;
  readonly nextRotation: string | null;
};
