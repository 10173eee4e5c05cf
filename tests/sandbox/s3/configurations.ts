import { expect } from '@jest/globals';
import {
  CreateBucketMetadataConfigurationCommand,
  CreateBucketMetadataTableConfigurationCommand,
  DeleteBucketEncryptionCommand,
  DeleteBucketInventoryConfigurationCommand,
  DeleteBucketLifecycleCommand,
  DeleteBucketMetadataConfigurationCommand,
  DeleteBucketOwnershipControlsCommand,
  DeleteBucketPolicyCommand,
  DeleteBucketReplicationCommand,
  DeleteBucketTaggingCommand,
  DeletePublicAccessBlockCommand,
  GetBucketEncryptionCommand,
  GetBucketInventoryConfigurationCommand,
  GetBucketLifecycleConfigurationCommand,
  GetBucketLoggingCommand,
  GetBucketMetadataConfigurationCommand,
  GetBucketMetadataTableConfigurationCommand,
  GetBucketOwnershipControlsCommand,
  GetBucketPolicyCommand,
  GetBucketReplicationCommand,
  GetBucketTaggingCommand,
  GetBucketVersioningCommand,
  GetPublicAccessBlockCommand,
  PutBucketEncryptionCommand,
  PutBucketInventoryConfigurationCommand,
  PutBucketLifecycleConfigurationCommand,
  PutBucketLoggingCommand,
  PutBucketOwnershipControlsCommand,
  PutBucketPolicyCommand,
  PutBucketReplicationCommand,
  PutBucketTaggingCommand,
  PutBucketVersioningCommand,
  PutPublicAccessBlockCommand,
} from '@aws-sdk/client-s3';
import type { InventoryConfiguration, S3Client } from '@aws-sdk/client-s3';
import { ACCOUNT, REGION } from '../sdk.ts';

/** A daily CSV inventory with the encryption of each object. */
export const inventory = (Id: string): InventoryConfiguration => ({
  Id,
  IsEnabled: true,
  IncludedObjectVersions: 'All',
  Schedule: { Frequency: 'Daily' },
  OptionalFields: ['EncryptionStatus', 'BucketKeyStatus'],
  Filter: { Prefix: 'a&b/' },
  Destination: {
    S3BucketDestination: { Bucket: 'arn:aws:s3:::reports', Format: 'CSV', AccountId: ACCOUNT, Prefix: 'inv' },
  },
});

const POLICY =
  '{ "Version": "2012-10-17",\n  "Statement": [{"Effect":"Deny","Principal":"*","Action":"s3:*","Resource":"*"}] }';
export const ENCRYPTION = {
  Rules: [
    {
      ApplyServerSideEncryptionByDefault: {
        SSEAlgorithm: 'aws:kms' as const,
        KMSMasterKeyID: 'alias/of-nobody',
      },
      BucketKeyEnabled: true,
      BlockedEncryptionTypes: { EncryptionType: ['SSE-C' as const] },
    },
  ],
};
const PUBLIC_ACCESS = {
  BlockPublicAcls: true,
  IgnorePublicAcls: false,
  BlockPublicPolicy: true,
  RestrictPublicBuckets: false,
};
const LIFECYCLE = [
  { ID: 'expire', Status: 'Enabled' as const, Filter: { Prefix: 'tmp/' }, Expiration: { Days: 3 } },
];
const REPLICATION = {
  Role: `arn:aws:iam::${ACCOUNT}:role/replication`,
  Rules: [
    {
      ID: 'all',
      Priority: 1,
      Status: 'Enabled' as const,
      Filter: { Prefix: '' },
      DeleteMarkerReplication: { Status: 'Disabled' as const },
      SourceSelectionCriteria: { SseKmsEncryptedObjects: { Status: 'Enabled' as const } },
      Destination: {
        Bucket: 'arn:aws:s3:::replica',
        EncryptionConfiguration: { ReplicaKmsKeyID: `arn:aws:kms:${REGION}:${ACCOUNT}:key/k` },
      },
    },
  ],
};

/** One kind of bucket configuration, as the SDK puts, gets and removes it. */
export type Configuration = {
  readonly name: string;
  readonly put: (Bucket: string) => Promise<unknown>;
  readonly get: (Bucket: string) => Promise<{ $metadata: unknown }>;
  /** What GET answers once it is put. */
  readonly answer: object;
  /** Takes it away again; null where S3 has no such call. */
  readonly remove: ((Bucket: string) => Promise<unknown>) | null;
  /** What GET answers where there is none: an error code with its status, or an answer. */
  readonly missing: readonly [status: number, code: string] | object;
  /** Where a new bucket has one already. */
  readonly preset?: boolean;
};

/** Every kind of bucket configuration that the sandbox keeps. */
export const configurationsOf = (client: () => S3Client): readonly Configuration[] => [
  {
    name: 'encryption',
    put: (Bucket) =>
      client().send(
        new PutBucketEncryptionCommand({ Bucket, ServerSideEncryptionConfiguration: ENCRYPTION }),
      ),
    get: (Bucket) => client().send(new GetBucketEncryptionCommand({ Bucket })),
    answer: { ServerSideEncryptionConfiguration: ENCRYPTION },
    remove: (Bucket) => client().send(new DeleteBucketEncryptionCommand({ Bucket })),
    // Never missing since 2023 (FACTS §1.3); new buckets block SSE-C (§1.4).
    missing: {
      ServerSideEncryptionConfiguration: {
        Rules: [
          {
            ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' },
            BucketKeyEnabled: false,
            BlockedEncryptionTypes: { EncryptionType: ['SSE-C'] },
          },
        ],
      },
    },
  },
  {
    name: 'policy, byte for byte',
    put: (Bucket) => client().send(new PutBucketPolicyCommand({ Bucket, Policy: POLICY })),
    get: (Bucket) => client().send(new GetBucketPolicyCommand({ Bucket })),
    answer: { Policy: POLICY },
    remove: (Bucket) => client().send(new DeleteBucketPolicyCommand({ Bucket })),
    missing: [404, 'NoSuchBucketPolicy'],
  },
  {
    name: 'tags',
    put: (Bucket) =>
      client().send(
        new PutBucketTaggingCommand({
          Bucket,
          Tagging: { TagSet: [{ Key: ' data-class', Value: 'phi & <pii>' }] },
        }),
      ),
    get: (Bucket) => client().send(new GetBucketTaggingCommand({ Bucket })),
    answer: { TagSet: [{ Key: ' data-class', Value: 'phi & <pii>' }] },
    remove: (Bucket) => client().send(new DeleteBucketTaggingCommand({ Bucket })),
    missing: [404, 'NoSuchTagSet'],
  },
  {
    name: 'public access block',
    put: (Bucket) =>
      client().send(
        new PutPublicAccessBlockCommand({ Bucket, PublicAccessBlockConfiguration: PUBLIC_ACCESS }),
      ),
    get: (Bucket) => client().send(new GetPublicAccessBlockCommand({ Bucket })),
    answer: { PublicAccessBlockConfiguration: PUBLIC_ACCESS },
    remove: (Bucket) => client().send(new DeletePublicAccessBlockCommand({ Bucket })),
    missing: [404, 'NoSuchPublicAccessBlockConfiguration'],
    preset: true,
  },
  {
    name: 'ownership controls',
    put: (Bucket) =>
      client().send(
        new PutBucketOwnershipControlsCommand({
          Bucket,
          OwnershipControls: { Rules: [{ ObjectOwnership: 'ObjectWriter' }] },
        }),
      ),
    get: (Bucket) => client().send(new GetBucketOwnershipControlsCommand({ Bucket })),
    answer: { OwnershipControls: { Rules: [{ ObjectOwnership: 'ObjectWriter' }] } },
    remove: (Bucket) => client().send(new DeleteBucketOwnershipControlsCommand({ Bucket })),
    missing: [404, 'OwnershipControlsNotFoundError'],
    preset: true,
  },
  {
    name: 'versioning',
    put: (Bucket) =>
      client().send(
        new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: 'Suspended' } }),
      ),
    get: (Bucket) => client().send(new GetBucketVersioningCommand({ Bucket })),
    answer: { Status: 'Suspended' },
    remove: null,
    missing: {},
  },
  {
    name: 'logging',
    put: (Bucket) =>
      client().send(
        new PutBucketLoggingCommand({
          Bucket,
          BucketLoggingStatus: { LoggingEnabled: { TargetBucket: 'logs', TargetPrefix: 'l/' } },
        }),
      ),
    get: (Bucket) => client().send(new GetBucketLoggingCommand({ Bucket })),
    answer: { LoggingEnabled: { TargetBucket: 'logs', TargetPrefix: 'l/' } },
    remove: (Bucket) => client().send(new PutBucketLoggingCommand({ Bucket, BucketLoggingStatus: {} })),
    missing: {},
  },
  {
    name: 'lifecycle',
    put: (Bucket) =>
      client().send(
        new PutBucketLifecycleConfigurationCommand({ Bucket, LifecycleConfiguration: { Rules: LIFECYCLE } }),
      ),
    get: (Bucket) => client().send(new GetBucketLifecycleConfigurationCommand({ Bucket })),
    answer: { Rules: LIFECYCLE },
    remove: (Bucket) => client().send(new DeleteBucketLifecycleCommand({ Bucket })),
    missing: [404, 'NoSuchLifecycleConfiguration'],
  },
  {
    name: 'replication',
    put: (Bucket) =>
      client().send(new PutBucketReplicationCommand({ Bucket, ReplicationConfiguration: REPLICATION })),
    get: (Bucket) => client().send(new GetBucketReplicationCommand({ Bucket })),
    answer: { ReplicationConfiguration: REPLICATION },
    remove: (Bucket) => client().send(new DeleteBucketReplicationCommand({ Bucket })),
    missing: [404, 'ReplicationConfigurationNotFoundError'],
  },
  {
    name: 'one inventory',
    put: (Bucket) =>
      client().send(
        new PutBucketInventoryConfigurationCommand({
          Bucket,
          Id: 'i-1',
          InventoryConfiguration: inventory('i-1'),
        }),
      ),
    get: (Bucket) => client().send(new GetBucketInventoryConfigurationCommand({ Bucket, Id: 'i-1' })),
    answer: { InventoryConfiguration: inventory('i-1') },
    remove: (Bucket) => client().send(new DeleteBucketInventoryConfigurationCommand({ Bucket, Id: 'i-1' })),
    missing: [404, 'NoSuchConfiguration'],
  },
  {
    name: 'metadata tables (V2)',
    put: (Bucket) =>
      client().send(
        new CreateBucketMetadataConfigurationCommand({
          Bucket,
          MetadataConfiguration: {
            JournalTableConfiguration: { RecordExpiration: { Expiration: 'DISABLED' } },
            InventoryTableConfiguration: { ConfigurationState: 'DISABLED' },
          },
        }),
      ),
    get: (Bucket) => client().send(new GetBucketMetadataConfigurationCommand({ Bucket })),
    answer: {
      GetBucketMetadataConfigurationResult: {
        MetadataConfigurationResult: {
          DestinationResult: {
            TableBucketType: 'aws',
            TableBucketArn: `arn:aws:s3tables:${REGION}:${ACCOUNT}:bucket/aws-s3`,
            TableNamespace: expect.stringMatching(/^b_test-bucket-/),
          },
          JournalTableConfigurationResult: {
            TableStatus: 'ACTIVE',
            TableName: 'journal',
            TableArn: expect.stringContaining('/table/'),
            RecordExpiration: { Expiration: 'DISABLED' },
          },
          InventoryTableConfigurationResult: { ConfigurationState: 'DISABLED' },
        },
      },
    },
    remove: (Bucket) => client().send(new DeleteBucketMetadataConfigurationCommand({ Bucket })),
    missing: [404, 'MetadataConfigurationNotFound'],
  },
  {
    name: 'metadata table (V1)',
    put: (Bucket) =>
      client().send(
        new CreateBucketMetadataTableConfigurationCommand({
          Bucket,
          MetadataTableConfiguration: {
            S3TablesDestination: {
              TableBucketArn: 'arn:aws:s3tables:eu-west-1:1:bucket/own',
              TableName: 'meta',
            },
          },
        }),
      ),
    get: (Bucket) => client().send(new GetBucketMetadataTableConfigurationCommand({ Bucket })),
    answer: {
      GetBucketMetadataTableConfigurationResult: {
        MetadataTableConfigurationResult: {
          S3TablesDestinationResult: {
            TableBucketArn: 'arn:aws:s3tables:eu-west-1:1:bucket/own',
            TableName: 'meta',
            TableArn: 'arn:aws:s3tables:eu-west-1:1:bucket/own/table/meta',
            TableNamespace: 'aws_s3_metadata',
          },
        },
        Status: 'ACTIVE',
      },
    },
    remove: null,
    missing: [404, 'MetadataConfigurationNotFound'],
  },
];
