import { sealKms } from '../objects.ts';
import { child, childText } from '../xml-parse.ts';
import { objectOperation, requireWritable } from './define.ts';
import { accessDenied, invalidRequest, malformedXml } from './faults.ts';
import { findVersion, versionHeader } from './find-version.ts';
import { decryptForReading, keyForSealing, recordSealing } from './kms-keys.ts';
import { parseBody } from './parse-body.ts';
import { ok } from './respond.ts';

const KEY_ARN = /^arn:[^:]+:kms:[^:]+:\d{12}:key\/.+$/;

/**
 * `PUT /key?encryption`: seals a version again in place. From SSE-S3 or SSE-KMS to SSE-KMS only, under a key of the
 * bucket owner's account named by its full ARN; refused under Object Lock. Time and ETag stay (FACTS §1.5).
 */
export const updateObjectEncryption = objectOperation(
  {
    name: 'UpdateObjectEncryption',
    action: 's3:UpdateObjectEncryption',
    method: 'PUT',
    query: ['encryption'],
  },
  ({ state, bucket, key, request, context }) => {
    requireWritable(bucket);
    const kms = child(parseBody(request, 'ObjectEncryption'), 'SSE-KMS');
    const arn = childText(kms, 'KMSKeyArn');
    if (kms === undefined || arn === null || arn === '') throw malformedXml();
    const version = findVersion(bucket, key, request);
    const { seal } = version;
    if (seal.algorithm !== 'AES256' && seal.algorithm !== 'aws:kms') {
      throw invalidRequest(
        'Only objects encrypted with SSE-S3 or SSE-KMS can have their encryption updated.',
      );
    }
    if (!KEY_ARN.test(arn)) throw invalidRequest('KMSKeyArn must be the full ARN of a KMS key.');
    if (version.legalHold || (version.retention !== null && version.retention.until > context.now)) {
      throw accessDenied('Access Denied because object protected by object lock.');
    }
    const kmsKey = keyForSealing(state, arn, bucket, context);
    if (kmsKey.accountId !== bucket.accountId)
      throw accessDenied('The KMS key must be owned by the account of the bucket.');
    decryptForReading(state, bucket, key, seal, context);
    version.seal = sealKms(kmsKey.arn, childText(kms, 'BucketKeyEnabled') === 'true');
    recordSealing(state, bucket, key, version.seal, context);
    return ok(versionHeader(bucket, version));
  },
);
