import type { FactSource } from '../model/fact-source.ts';

/** Whom the policy is for, and what it may do. */
export type AuditorGrant = {
  /** Whether audited objects may be asked (HEAD): the live census, and key ids beyond an inventory. */
  readonly objectReads: boolean;
  /** Buckets that receive S3 Inventory deliveries, which are read whole. */
  readonly inventoryBuckets: readonly string[];
  /** Athena, which reads S3 Metadata tables: in one workgroup or any, its results in one bucket or its own. */
  readonly athena?: { readonly workgroup: string | null; readonly resultBucket: string | null } | undefined;
  /** The bucket of CloudTrail log files, read with `--trail`, and of the trail's digests. */
  readonly trailBucket?: string | undefined;
  /** ARN of the KMS key that runs are signed with. */
  readonly signingKey?: string | undefined;
  /** ARN of the KMS key that reports are sealed with. */
  readonly reportKey?: string | undefined;
  /** The one bucket that is written to; null when reports stay on disk. */
  readonly reportBucket: string | null;
  /** `aws`, `aws-cn` or `aws-us-gov`. */
  readonly partition: string;
};

export type IamPolicy = { readonly Version: '2012-10-17'; readonly Statement: readonly IamStatement[] };
type IamStatement = {
  readonly Sid: string;
  readonly Effect: 'Allow';
  readonly Action: readonly string[];
  readonly Resource: readonly string[];
};

/** What is read of every bucket, whichever way its objects are counted. */
const BUCKET_FACTS = [
  's3:GetBucketLogging',
  's3:GetBucketMetadataTableConfiguration',
  's3:GetBucketObjectLockConfiguration',
  's3:GetBucketOwnershipControls',
  's3:GetBucketPolicy',
  's3:GetBucketPublicAccessBlock',
  's3:GetBucketTagging',
  's3:GetBucketVersioning',
  's3:GetEncryptionConfiguration',
  's3:GetInventoryConfiguration',
  's3:GetReplicationConfiguration',
  's3:ListBucket',
  's3:ListBucketMultipartUploads',
];

const KEY_FACTS = ['kms:DescribeKey', 'kms:GetKeyPolicy', 'kms:GetKeyRotationStatus', 'kms:ListAliases'];

/** Who decrypted, and what the trails record; asked where a requirement says who may. */
const DECRYPT_FACTS = [
  'cloudtrail:DescribeTrails',
  'cloudtrail:GetEventSelectors',
  'cloudtrail:GetTrailStatus',
  'cloudtrail:LookupEvents',
];

/**
 * The least an auditor needs: every action is one that some call of an audit is authorised by, and none of them
 * writes to what is audited (`tests/audit/iam-policy.test.ts` holds a whole run against it).
 */
export function auditorPolicy(grant: AuditorGrant): IamPolicy {
  const { objectReads, inventoryBuckets, reportBucket, partition } = grant;
  const bucket = (name: string): string => `arn:${partition}:s3:::${name}`;
  const objects = (name: string): string => `${bucket(name)}/*`;
  const statements: IamStatement[] = [
    allow('FindBuckets', ['s3:ListAllMyBuckets'], ['*']),
    allow('ReadBucketFacts', objectReads ? [...BUCKET_FACTS, 's3:ListBucketVersions'] : BUCKET_FACTS, [
      bucket('*'),
    ]),
    allow('ReadKeyFacts', KEY_FACTS, ['*']),
    allow('ReadDecrypts', DECRYPT_FACTS, ['*']),
  ];
  // HEAD is authorised as a read of the object; only its headers are ever asked for.
  if (objectReads)
    statements.push(allow('AskObjects', ['s3:GetObject', 's3:GetObjectVersion'], [objects('*')]));
  if (inventoryBuckets.length > 0)
    statements.push(allow('ReadInventories', ['s3:GetObject'], inventoryBuckets.map(objects).sort()));
  if (grant.athena !== undefined) statements.push(...metadataStatements(grant.athena, partition));
  if (grant.trailBucket !== undefined) {
    statements.push(
      allow('ReadTrailKeys', ['cloudtrail:ListPublicKeys'], ['*']),
      allow('ListTrail', ['s3:ListBucket'], [bucket(grant.trailBucket)]),
      allow('ReadTrail', ['s3:GetObject'], [objects(grant.trailBucket)]),
    );
  }
  if (reportBucket !== null)
    statements.push(allow('WriteReports', ['s3:GetObject', 's3:PutObject'], [objects(reportBucket)]));
  if (grant.reportKey !== undefined)
    statements.push(allow('SealReports', ['kms:Decrypt', 'kms:GenerateDataKey'], [grant.reportKey]));
  if (grant.signingKey !== undefined)
    statements.push(allow('SignRuns', ['kms:GetPublicKey', 'kms:Sign'], [grant.signingKey]));
  return { Version: '2012-10-17', Statement: statements };
}

/** What this program calls of Athena. */
const ATHENA_CALLS = [
  'athena:GetQueryExecution',
  'athena:GetQueryResults',
  'athena:GetWorkGroup',
  'athena:StartQueryExecution',
  'athena:StopQueryExecution',
];

/**
 * What reading S3 Metadata tables takes: our calls, and what Athena does in the caller's name. The S3 Tables actions
 * are those of the S3 user guide, those of Glue and Lake Formation UNVERIFIED (docs/census.md).
 */
function metadataStatements(
  { workgroup, resultBucket }: NonNullable<AuditorGrant['athena']>,
  partition: string,
): readonly IamStatement[] {
  const glue = (path: string): string => `arn:${partition}:glue:*:*:${path}`;
  const results = `arn:${partition}:s3:::${resultBucket ?? ''}`;
  return [
    allow('AskAthena', ATHENA_CALLS, [`arn:${partition}:athena:*:*:workgroup/${workgroup ?? '*'}`]),
    allow(
      'ReadMetadataTables',
      ['s3tables:GetTable', 's3tables:GetTableData', 's3tables:GetTableMetadataLocation'],
      ['', '/table/*'].map((path) => `arn:${partition}:s3tables:*:*:bucket/aws-s3${path}`),
    ),
    allow(
      'FindMetadataTables',
      ['glue:GetCatalog', 'glue:GetDatabase', 'glue:GetTable'],
      ['catalog', 'catalog/s3tablescatalog*', 'database/*', 'table/*'].map(glue),
    ),
    allow('ReadThroughLakeFormation', ['lakeformation:GetDataAccess'], ['*']),
    ...(resultBucket === null
      ? []
      : [
          allow('FindResults', ['s3:GetBucketLocation'], [results]),
          allow(
            'WriteResults',
            ['s3:AbortMultipartUpload', 's3:GetObject', 's3:ListMultipartUploadParts', 's3:PutObject'],
            [`${results}/*`],
          ),
        ]),
  ];
}

/** What is read of AWS Config for the facts of a past moment. */
const CONFIG_HISTORY = [
  'config:DescribeConfigurationRecorderStatus',
  'config:DescribeConfigurationRecorders',
  'config:DescribeRetentionConfigurations',
  'config:GetResourceConfigHistory',
  'config:ListDiscoveredResources',
];

/** What is read of AWS Config for the facts of today, of an account or through an aggregator. */
const CONFIG_QUERY = [
  'config:DescribeConfigurationAggregatorSourcesStatus',
  'config:DescribeConfigurationRecorderStatus',
  'config:DescribeConfigurationRecorders',
  'config:DescribeRetentionConfigurations',
  'config:SelectAggregateResourceConfig',
  'config:SelectResourceConfig',
];

/**
 * The least that an audit over AWS Config needs: no right to any bucket, but for the list of them that a past moment
 * is held against, and a report bucket, which only the present may have.
 */
export function configAuditorPolicy(
  kind: FactSource['kind'],
  { reportBucket, partition }: Pick<AuditorGrant, 'reportBucket' | 'partition'>,
): IamPolicy {
  const statements: IamStatement[] =
    kind === 'config-history'
      ? [
          // HeadBucket, where the list does not name a bucket's Region.
          allow('FindBuckets', ['s3:ListAllMyBuckets', 's3:ListBucket'], ['*']),
          allow('ReadConfig', CONFIG_HISTORY, ['*']),
          allow('ReadDecrypts', ['cloudtrail:LookupEvents'], ['*']),
        ]
      : [
          allow('ReadConfig', CONFIG_QUERY, ['*']),
          allow('ReadKeyFacts', KEY_FACTS, ['*']),
          allow('ReadDecrypts', DECRYPT_FACTS, ['*']),
          ...(reportBucket === null ? [] : writeReports(reportBucket, partition)),
        ];
  return { Version: '2012-10-17', Statement: statements };
}

const writeReports = (name: string, partition: string): IamStatement[] => [
  allow('FindReportBucket', ['s3:ListBucket'], [`arn:${partition}:s3:::${name}`]),
  allow('WriteReports', ['s3:GetObject', 's3:PutObject'], [`arn:${partition}:s3:::${name}/*`]),
];

const allow = (Sid: string, Action: readonly string[], Resource: readonly string[]): IamStatement => ({
  Sid,
  Effect: 'Allow',
  Action: [...Action].sort(),
  Resource,
});
