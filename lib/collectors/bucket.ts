import {
  GetBucketEncryptionCommand,
  GetBucketLoggingCommand,
  GetBucketOwnershipControlsCommand,
  GetBucketPolicyCommand,
  GetBucketReplicationCommand,
  GetBucketTaggingCommand,
  GetBucketVersioningCommand,
  GetObjectLockConfigurationCommand,
  GetPublicAccessBlockCommand,
  ListBucketInventoryConfigurationsCommand,
} from '@aws-sdk/client-s3';
import type { InventoryConfiguration as SdkInventory, S3Client } from '@aws-sdk/client-s3';
import { bucketArn } from '../model/arn.ts';
import type {
  BucketEvidence,
  DefaultEncryption,
  InventoryConfiguration,
  ReplicationRule,
} from '../model/evidence.ts';
import type { Observed, UnknownReason } from '../model/observed.ts';
import { unknown } from '../model/observed.ts';
import type { ListedBucket } from './buckets.ts';
import { readBucketRegion } from './buckets.ts';
import type { AwsClients } from './clients.ts';
import { readMetadataTable } from './metadata-table.ts';
import { MalformedAnswer, observe } from './observe.ts';

type BucketFacts = Omit<BucketEvidence, 'name' | 'arn' | 'accountId' | 'region' | 'createdAt'>;

/** Every fact about one bucket. One refused read leaves the others standing; nothing here throws for one. */
export async function readBucket(
  aws: AwsClients,
  listed: ListedBucket,
  owner: { readonly accountId: string; readonly partition: string },
): Promise<BucketEvidence> {
  const region: Observed<string> = listed.region
    ? { state: 'known', value: listed.region }
    : await readBucketRegion(aws, listed.name);
  const facts =
    region.state === 'known'
      ? await readFacts(aws.s3(region.value), listed.name, owner.accountId)
      : unreadFacts(region.state === 'unknown' ? region.reason.message : 'the Region is not known');
  return {
    name: listed.name,
    arn: bucketArn(listed.name, owner.partition),
    accountId: owner.accountId,
    region,
    createdAt: listed.createdAt,
    ...facts,
  };
}

async function readFacts(s3: S3Client, bucket: string, accountId: string): Promise<BucketFacts> {
  // Should the bucket be deleted and its name taken by a stranger meanwhile, S3 refuses instead of misleading us.
  const at = { Bucket: bucket, ExpectedBucketOwner: accountId };
  const [
    tags,
    defaultEncryption,
    policy,
    versioning,
    publicAccessBlock,
    ownership,
    logging,
    replication,
    objectLock,
    inventories,
    metadataTable,
  ] = await Promise.all([
    observe('s3:GetBucketTagging', async () => readTags(s3, at), ['NoSuchTagSet', 'NoSuchTagSetError']),
    observeDefaultEncryption(s3, at),
    observe(
      's3:GetBucketPolicy',
      async () => (await s3.send(new GetBucketPolicyCommand(at))).Policy ?? null,
      ['NoSuchBucketPolicy'],
    ),
    observe('s3:GetBucketVersioning', async () => {
      const { Status } = await s3.send(new GetBucketVersioningCommand(at));
      return Status ?? ('Off' as const);
    }),
    observe(
      's3:GetBucketPublicAccessBlock',
      async () => {
        const { PublicAccessBlockConfiguration: pab } = await s3.send(new GetPublicAccessBlockCommand(at));
        return {
          blockPublicAcls: pab?.BlockPublicAcls ?? false,
          ignorePublicAcls: pab?.IgnorePublicAcls ?? false,
          blockPublicPolicy: pab?.BlockPublicPolicy ?? false,
          restrictPublicBuckets: pab?.RestrictPublicBuckets ?? false,
        };
      },
      ['NoSuchPublicAccessBlockConfiguration'],
    ),
    observe(
      's3:GetBucketOwnershipControls',
      async () =>
        (await s3.send(new GetBucketOwnershipControlsCommand(at))).OwnershipControls?.Rules?.[0]
          ?.ObjectOwnership ?? null,
      ['OwnershipControlsNotFoundError'],
    ),
    observe('s3:GetBucketLogging', async () => {
      const { LoggingEnabled: to } = await s3.send(new GetBucketLoggingCommand(at));
      return to?.TargetBucket ? { targetBucket: to.TargetBucket, targetPrefix: to.TargetPrefix ?? '' } : null;
    }),
    observe('s3:GetReplicationConfiguration', async () => readReplication(s3, at), [
      'ReplicationConfigurationNotFoundError',
    ]),
    observe(
      's3:GetBucketObjectLockConfiguration',
      async () => {
        const { ObjectLockConfiguration: lock } = await s3.send(new GetObjectLockConfigurationCommand(at));
        if (lock?.ObjectLockEnabled !== 'Enabled') return null;
        const retention = lock.Rule?.DefaultRetention;
        return {
          mode: retention?.Mode ?? null,
          days: retention?.Days ?? null,
          years: retention?.Years ?? null,
        };
      },
      ['ObjectLockConfigurationNotFoundError'],
    ),
    observe('s3:GetInventoryConfiguration', async () => readInventories(s3, at)),
    readMetadataTable(s3, at),
  ]);
  return {
    tags,
    defaultEncryption,
    policy,
    versioning,
    publicAccessBlock,
    ownership,
    logging,
    replication,
    objectLock,
    inventories,
    metadataTable,
  };
}

type At = { readonly Bucket: string; readonly ExpectedBucketOwner: string };

async function readTags(s3: S3Client, at: At): Promise<Record<string, string>> {
  const { TagSet } = await s3.send(new GetBucketTaggingCommand(at));
  const pairs = (TagSet ?? []).map((tag) => [tag.Key ?? '', tag.Value ?? ''] as const);
  return Object.fromEntries(pairs.sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** The bucket's default encryption as it is now. */
export const observeDefaultEncryption = async (
  s3: S3Client,
  at: { readonly Bucket: string; readonly ExpectedBucketOwner: string },
): Promise<Observed<DefaultEncryption>> =>
  observe('s3:GetEncryptionConfiguration', async () => readDefaultEncryption(s3, at), [
    'ServerSideEncryptionConfigurationNotFoundError',
  ]);

/** S3 allows exactly one rule; anything else is an answer we cannot read (FACTS §1.3). */
async function readDefaultEncryption(s3: S3Client, at: At): Promise<DefaultEncryption> {
  const { ServerSideEncryptionConfiguration: config } = await s3.send(new GetBucketEncryptionCommand(at));
  const rules = config?.Rules ?? [];
  const rule = rules[0];
  if (!rule || rules.length !== 1)
    throw new MalformedAnswer(`expected one encryption rule, got ${rules.length}`);
  const byDefault = rule.ApplyServerSideEncryptionByDefault;
  const blocked = rule.BlockedEncryptionTypes?.EncryptionType;
  return {
    // A rule may hold only the SSE-C block: the default itself is then S3's own, SSE-S3.
    algorithm: byDefault?.SSEAlgorithm ?? 'AES256',
    kmsKey: byDefault?.KMSMasterKeyID ?? null,
    bucketKey: rule.BucketKeyEnabled ?? false,
    blocked: blocked ? [...blocked].sort() : null,
  };
}

async function readReplication(s3: S3Client, at: At): Promise<readonly ReplicationRule[]> {
  const { ReplicationConfiguration: config } = await s3.send(new GetBucketReplicationCommand(at));
  return (config?.Rules ?? []).map((rule) => ({
    id: rule.ID ?? '',
    status: rule.Status ?? 'Unknown',
    destinationBucket: rule.Destination?.Bucket ?? '',
    replicaKmsKey: rule.Destination?.EncryptionConfiguration?.ReplicaKmsKeyID ?? null,
    replicatesKms: rule.SourceSelectionCriteria?.SseKmsEncryptedObjects?.Status === 'Enabled',
  }));
}

async function readInventories(s3: S3Client, at: At): Promise<readonly InventoryConfiguration[] | null> {
  const found: InventoryConfiguration[] = [];
  let token: string | undefined;
  do {
    const page = await s3.send(
      new ListBucketInventoryConfigurationsCommand({ ...at, ...(token ? { ContinuationToken: token } : {}) }),
    );
    found.push(...(page.InventoryConfigurationList ?? []).map(toInventory));
    token = page.IsTruncated ? page.NextContinuationToken : undefined;
  } while (token);
  return found.length === 0 ? null : found.sort((a, b) => (a.id < b.id ? -1 : 1));
}

function toInventory(config: SdkInventory): InventoryConfiguration {
  const destination = config.Destination?.S3BucketDestination;
  return {
    id: config.Id ?? '',
    enabled: config.IsEnabled ?? false,
    format: destination?.Format ?? '',
    destinationBucket: destination?.Bucket ?? '',
    destinationPrefix: destination?.Prefix ?? '',
    frequency: config.Schedule?.Frequency ?? '',
    includedVersions: config.IncludedObjectVersions ?? '',
    filterPrefix: config.Filter?.Prefix ?? null,
    optionalFields: [...(config.OptionalFields ?? [])].sort(),
  };
}

/** A bucket that nothing could be read of, for the same reason throughout. */
export const unreadBucket = (
  { name, region, createdAt }: ListedBucket,
  owner: { readonly accountId: string; readonly partition: string },
  why: string | UnknownReason,
): BucketEvidence => ({
  name,
  arn: bucketArn(name, owner.partition),
  accountId: owner.accountId,
  region: region ? { state: 'known', value: region } : unread(why, 's3:HeadBucket'),
  createdAt,
  ...unreadFacts(why),
});

/** A sentence is the same for every call that was not made; a reason stands as it is. */
const unread = (why: string | UnknownReason, operation: string): Observed<never> =>
  unknown(typeof why === 'string' ? { code: 'NOT_READ', operation, message: why } : why);

/** Where the Region is unknown no call can be sent, and every fact says so. */
function unreadFacts(why: string | UnknownReason): BucketFacts {
  return {
    tags: unread(why, 's3:GetBucketTagging'),
    defaultEncryption: unread(why, 's3:GetEncryptionConfiguration'),
    policy: unread(why, 's3:GetBucketPolicy'),
    versioning: unread(why, 's3:GetBucketVersioning'),
    publicAccessBlock: unread(why, 's3:GetBucketPublicAccessBlock'),
    ownership: unread(why, 's3:GetBucketOwnershipControls'),
    logging: unread(why, 's3:GetBucketLogging'),
    replication: unread(why, 's3:GetReplicationConfiguration'),
    objectLock: unread(why, 's3:GetBucketObjectLockConfiguration'),
    inventories: unread(why, 's3:GetInventoryConfiguration'),
    metadataTable: unread(why, 's3:GetBucketMetadataTableConfiguration'),
  };
}
