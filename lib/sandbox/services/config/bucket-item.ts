import { canonicalUserId } from '../../s3/respond.ts';
import type { Bucket } from '../../state-s3.ts';
import type { ConfigItem } from '../../state-services.ts';

/**
 * The AWS::S3::Bucket configuration item of a bucket, as GetResourceConfigHistory encodes it: `configuration` and
 * every supplementary value are JSON text, and AccessControlList is encoded twice. Blocked encryption types are in
 * no item seen so far, and therefore not in this one.
 */
export function bucketConfigItem(bucket: Bucket, captureTime: number, partition = 'aws'): ConfigItem {
  const owner = { displayName: null, id: canonicalUserId(bucket.accountId) };
  const captured = new Date(captureTime).toISOString();
  const created = new Date(bucket.createdAt).toISOString();
  const tags = Object.fromEntries(bucket.tags);
  const acl = JSON.stringify({ grantSet: null, grantList: [], owner, isRequesterCharged: false });
  const supplementary: Record<string, unknown> = {
    AccessControlList: acl,
    BucketPolicy: { policyText: bucket.policy },
    ...(bucket.tags.size === 0 ? {} : { BucketTaggingConfiguration: { tagSets: [{ tags }] } }),
    BucketVersioningConfiguration: { status: bucket.versioning, isMfaDeleteEnabled: null },
    ...(bucket.logging === null
      ? {}
      : {
          BucketLoggingConfiguration: {
            destinationBucketName: bucket.logging.targetBucket,
            logFilePrefix: bucket.logging.targetPrefix,
          },
        }),
    ...(bucket.publicAccessBlock === null
      ? {}
      : { PublicAccessBlockConfiguration: bucket.publicAccessBlock }),
    ServerSideEncryptionConfiguration: {
      rules: [
        {
          applyServerSideEncryptionByDefault: {
            sseAlgorithm: bucket.encryption.algorithm,
            kmsMasterKeyID: bucket.encryption.kmsKey,
          },
          bucketKeyEnabled: bucket.encryption.bucketKey,
        },
      ],
    },
    IsRequesterPaysEnabled: false,
  };
  return {
    accountId: bucket.accountId,
    region: bucket.region,
    resourceType: 'AWS::S3::Bucket',
    resourceId: bucket.name,
    captureTime,
    item: {
      version: '1.3',
      accountId: bucket.accountId,
      configurationItemCaptureTime: captured,
      configurationItemStatus: 'OK',
      configurationStateId: String(captureTime),
      configurationItemMD5Hash: '',
      arn: `arn:${partition}:s3:::${bucket.name}`,
      resourceType: 'AWS::S3::Bucket',
      resourceId: bucket.name,
      resourceName: bucket.name,
      awsRegion: bucket.region,
      availabilityZone: 'Regional',
      resourceCreationTime: created,
      tags,
      relatedEvents: [],
      relationships: [],
      configuration: JSON.stringify({ name: bucket.name, owner, creationDate: created }),
      supplementaryConfiguration: Object.fromEntries(
        Object.entries(supplementary).map(([name, value]) => [name, JSON.stringify(value)]),
      ),
    },
  };
}
