/** One S3 Batch Operations job that somebody may run; Sealcheck never does. */
export type FixJob = {
  readonly bucket: string;
  readonly bucketArn: string;
  readonly accountId: string;
  /** `pack/requirement`. */
  readonly requirement: string;
  readonly method: 'update' | 'copy';
  readonly keyArn: string | null;
  readonly bucketKey: boolean;
  readonly kms: boolean;
  /** Whether the manifest names versions. */
  readonly versioned: boolean;
  readonly objects: number;
  readonly bytes: number;
};

/** What stands where only the person who runs a job knows the value. */
const FILL_IN = {
  key: 'FILL IN: full ARN of the KMS key',
  manifest: 'FILL IN: ARN of this manifest once uploaded, arn:aws:s3:::BUCKET/KEY',
  etag: 'FILL IN: ETag of the uploaded manifest',
  role: 'FILL IN: ARN of the role that runs the job',
  report: 'FILL IN: ARN of the bucket for the completion report',
} as const;

/** The input of `aws s3control create-job --cli-input-json`, ending with a line feed; it asks before it runs. */
export function fixJobJson(job: FixJob): string {
  const { accountId, bucket, requirement, method, objects, versioned } = job;
  const input = {
    AccountId: accountId,
    ConfirmationRequired: true,
    Description: `Sealcheck: ${objects} object versions of ${bucket} that ${requirement} does not pass`.slice(
      0,
      256,
    ),
    Operation: method === 'update' ? updateOperation(job) : copyOperation(job),
    Manifest: {
      Spec: {
        Format: 'S3BatchOperations_CSV_20180820',
        Fields: versioned ? ['Bucket', 'Key', 'VersionId'] : ['Bucket', 'Key'],
      },
      Location: { ObjectArn: FILL_IN.manifest, ETag: FILL_IN.etag },
    },
    Report: {
      Enabled: true,
      Bucket: FILL_IN.report,
      Format: 'Report_CSV_20180820',
      Prefix: 'sealcheck',
      ReportScope: 'AllTasks',
    },
    Priority: 10,
    RoleArn: FILL_IN.role,
  };
  return `${JSON.stringify(input, null, 2)}\n`;
}

const updateOperation = ({ keyArn, bucketKey }: FixJob): unknown => ({
  S3UpdateObjectEncryption: {
    ObjectEncryption: { SSEKMS: { KMSKeyArn: keyArn ?? FILL_IN.key, BucketKeyEnabled: bucketKey } },
  },
});

const copyOperation = ({ bucketArn, kms, keyArn, bucketKey }: FixJob): unknown => ({
  S3PutObjectCopy: {
    TargetResource: bucketArn,
    MetadataDirective: 'COPY',
    NewObjectMetadata: { SSEAlgorithm: kms ? 'KMS' : 'AES256' },
    ...(kms ? { SSEAwsKmsKeyId: keyArn ?? FILL_IN.key, BucketKeyEnabled: bucketKey } : {}),
  },
});

/** One line of a Batch Operations manifest: the key is URL-encoded, as S3 asks for. */
export function fixManifestRow(
  bucket: string,
  key: string,
  versionId: string | null,
  versioned: boolean,
): string {
  const encoded = encodeURIComponent(key).replaceAll('%2F', '/');
  return `${versioned ? [bucket, encoded, versionId ?? 'null'].join(',') : `${bucket},${encoded}`}\n`;
}
