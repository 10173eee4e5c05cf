import type { S3Operation } from '../operation.ts';
import { abortMultipartUpload } from './abort-multipart-upload.ts';
import { getBucketAcl, putBucketAcl } from './bucket-acl.ts';
import { deleteBucketEncryption, getBucketEncryption, putBucketEncryption } from './bucket-encryption.ts';
import { lifecycleOperations } from './bucket-lifecycle.ts';
import { getBucketLocation } from './bucket-location.ts';
import { getBucketLogging, putBucketLogging } from './bucket-logging.ts';
import { deleteBucketPolicy, getBucketPolicy, putBucketPolicy } from './bucket-policy.ts';
import { replicationOperations } from './bucket-replication.ts';
import { deleteBucketTagging, getBucketTagging, putBucketTagging } from './bucket-tagging.ts';
import { getBucketVersioning, putBucketVersioning } from './bucket-versioning.ts';
import { completeMultipartUpload } from './complete-multipart-upload.ts';
import { copyObject } from './copy-object.ts';
import { createBucket } from './create-bucket.ts';
import { createMultipartUpload } from './create-multipart-upload.ts';
import { deleteBucket } from './delete-bucket.ts';
import { deleteObject } from './delete-object.ts';
import { deleteObjects } from './delete-objects.ts';
import { getObjectAttributes } from './get-object-attributes.ts';
import { headBucket } from './head-bucket.ts';
import {
  deleteBucketInventoryConfiguration,
  getBucketInventoryConfiguration,
  listBucketInventoryConfigurations,
  putBucketInventoryConfiguration,
} from './inventory-configuration.ts';
import { listBuckets } from './list-buckets.ts';
import { listMultipartUploads } from './list-multipart-uploads.ts';
import { listObjectVersions } from './list-object-versions.ts';
import { listObjectsV1 } from './list-objects-operation.ts';
import { listObjectsV2 } from './list-objects-v2-operation.ts';
import { listParts } from './list-parts.ts';
import {
  createBucketMetadataConfiguration,
  createBucketMetadataTableConfiguration,
  deleteBucketMetadataConfiguration,
  getBucketMetadataConfiguration,
  getBucketMetadataTableConfiguration,
} from './metadata-configuration.ts';
import { getObjectLockConfiguration, putObjectLockConfiguration } from './object-lock-configuration.ts';
import {
  getObjectLegalHold,
  getObjectRetention,
  putObjectLegalHold,
  putObjectRetention,
} from './object-retention.ts';
import { deleteObjectTagging, getObjectTagging, putObjectTagging } from './object-tagging.ts';
import {
  deleteBucketOwnershipControls,
  getBucketOwnershipControls,
  putBucketOwnershipControls,
} from './ownership-controls.ts';
import {
  deletePublicAccessBlock,
  getPublicAccessBlock,
  putPublicAccessBlock,
} from './public-access-block.ts';
import { putObject } from './put-object.ts';
import { getObject, headObject } from './read-object.ts';
import { updateObjectEncryption } from './update-object-encryption.ts';
import { uploadPart, uploadPartCopy } from './upload-part.ts';

/** Every Amazon S3 operation of the sandbox. */
export const s3Operations: readonly S3Operation[] = [
  abortMultipartUpload,
  completeMultipartUpload,
  copyObject,
  createBucket,
  createBucketMetadataConfiguration,
  createBucketMetadataTableConfiguration,
  createMultipartUpload,
  deleteBucket,
  deleteBucketEncryption,
  deleteBucketInventoryConfiguration,
  deleteBucketMetadataConfiguration,
  deleteBucketOwnershipControls,
  deleteBucketPolicy,
  deleteBucketTagging,
  deleteObject,
  deleteObjectTagging,
  deleteObjects,
  deletePublicAccessBlock,
  getBucketAcl,
  getBucketEncryption,
  getBucketInventoryConfiguration,
  getBucketLocation,
  getBucketLogging,
  getBucketMetadataConfiguration,
  getBucketMetadataTableConfiguration,
  getBucketOwnershipControls,
  getBucketPolicy,
  getBucketTagging,
  getBucketVersioning,
  getObject,
  getObjectAttributes,
  getObjectLegalHold,
  getObjectLockConfiguration,
  getObjectRetention,
  getObjectTagging,
  getPublicAccessBlock,
  headBucket,
  headObject,
  ...lifecycleOperations,
  listBucketInventoryConfigurations,
  listBuckets,
  listMultipartUploads,
  listObjectVersions,
  listObjectsV1,
  listObjectsV2,
  listParts,
  putBucketAcl,
  putBucketEncryption,
  putBucketInventoryConfiguration,
  putBucketLogging,
  putBucketOwnershipControls,
  putBucketPolicy,
  putBucketTagging,
  putBucketVersioning,
  putObject,
  putObjectLegalHold,
  putObjectLockConfiguration,
  putObjectRetention,
  putObjectTagging,
  putPublicAccessBlock,
  ...replicationOperations,
  updateObjectEncryption,
  uploadPart,
  uploadPartCopy,
];
