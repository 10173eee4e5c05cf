import { key } from './key.ts';
import type { KeyTerms } from './key.ts';

/** The three headers that decide how an object is sealed, as condition keys. */
export const SSE = 's3:x-amz-server-side-encryption';
export const SSE_KEY_ID = 's3:x-amz-server-side-encryption-aws-kms-key-id';
export const SSE_C = 's3:x-amz-server-side-encryption-customer-algorithm';
/** False for CreateMultipartUpload, where an upload's encryption is settled; true for PutObject. */
export const OBJECT_CREATION = 's3:objectcreationoperation';

const CANNED_ACLS = [
  'bucket-owner-full-control',
  'private',
  'public-read',
  'public-read-write',
  'aws-exec-read',
  'authenticated-read',
  'bucket-owner-read',
  'log-delivery-write',
];
const never = { presence: 'never' } as const;

/** Keys of Amazon S3. Those of other actions are never there on a write. */
export const S3_KEYS: readonly KeyTerms[] = [
  key(SSE),
  key(SSE_KEY_ID, 'arn'),
  key(SSE_C),
  key('s3:TlsVersion', 'numeric', { callers: ['client', 'anonymous'] }),
  key('s3:ObjectCreationOperation', 'bool'),
  key('s3:x-amz-acl', 'string', { values: CANNED_ACLS }),
  key('s3:x-amz-grant-full-control'),
  key('s3:x-amz-grant-read'),
  key('s3:x-amz-grant-read-acp'),
  key('s3:x-amz-grant-write'),
  key('s3:x-amz-grant-write-acp'),
  key('s3:x-amz-copy-source', 'string', { example: 'source/key' }),
  key('s3:x-amz-metadata-directive', 'string', { values: ['COPY', 'REPLACE'] }),
  key('s3:x-amz-storage-class', 'string', { example: 'STANDARD' }),
  key('s3:x-amz-website-redirect-location'),
  key('s3:x-amz-content-sha256'),
  key('s3:object-lock-mode', 'string', { values: ['GOVERNANCE', 'COMPLIANCE'] }),
  key('s3:object-lock-retain-until-date', 'date'),
  key('s3:object-lock-remaining-retention-days', 'numeric'),
  key('s3:object-lock-legal-hold', 'string', { values: ['OFF', 'ON'] }),
  key('s3:RequestObjectTag/'),
  key('s3:RequestObjectTagKeys', 'string', { multi: true }),
  key('s3:if-match'),
  key('s3:if-none-match', 'string', { values: ['*'] }),
  key('s3:signatureversion', 'string', { values: ['AWS4-HMAC-SHA256', 'AWS'] }),
  key('s3:signatureAge', 'numeric'),
  key('s3:authType', 'string', { values: ['REST-HEADER', 'REST-QUERY-STRING', 'POST'] }),
  key('s3:ResourceAccount', 'string', { presence: 'always' }),
  key('s3:DataAccessPointAccount'),
  key('s3:DataAccessPointArn', 'arn'),
  key('s3:AccessPointNetworkOrigin', 'string', { values: ['VPC', 'Internet'] }),
  key('s3:AccessGrantsInstanceArn', 'arn'),
  key('s3:BucketTag/'),
  key('s3:ExistingObjectTag/', 'string', never),
  key('s3:prefix', 'string', never),
  key('s3:delimiter', 'string', never),
  key('s3:max-keys', 'numeric', never),
  key('s3:VersionId', 'string', never),
  key('s3:LocationConstraint', 'string', never),
  key('s3:InventoryAccessibleOptionalFields', 'string', { ...never, multi: true }),
];
