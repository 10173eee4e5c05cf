import type { BucketEncryption } from '../state-s3.ts';
import { child, childrenNamed, childText } from '../xml-parse.ts';
import type { XmlElement } from '../xml-parse.ts';
import { bucketOperation } from './define.ts';
import { invalidArgument, malformedXml } from './faults.ts';
import { parseBody } from './parse-body.ts';
import { noContent, ok, xmlResponse } from './respond.ts';

const ALGORITHMS = ['AES256', 'aws:kms', 'aws:kms:dsse'];
const BLOCKABLE = ['SSE-C', 'NONE'];

/** `GET /?encryption`: always answered, since every bucket has a default (FACTS §1.3). */
export const getBucketEncryption = bucketOperation(
  {
    name: 'GetBucketEncryption',
    action: 's3:GetEncryptionConfiguration',
    method: 'GET',
    query: ['encryption'],
  },
  ({ bucket: { encryption } }) =>
    xmlResponse('ServerSideEncryptionConfiguration', {
      Rule: {
        ApplyServerSideEncryptionByDefault: {
          SSEAlgorithm: encryption.algorithm,
          KMSMasterKeyID: encryption.kmsKey,
        },
        BucketKeyEnabled: encryption.bucketKey,
        BlockedEncryptionTypes: encryption.blocked && { EncryptionType: encryption.blocked },
      },
    }),
);

/** `PUT /?encryption`: exactly one rule. The key is taken as it is: S3 does not look whether it exists. */
export const putBucketEncryption = bucketOperation(
  {
    name: 'PutBucketEncryption',
    action: 's3:PutEncryptionConfiguration',
    method: 'PUT',
    query: ['encryption'],
  },
  ({ bucket, request }) => {
    const rules = childrenNamed(parseBody(request, 'ServerSideEncryptionConfiguration'), 'Rule');
    const [rule] = rules;
    if (!rule || rules.length !== 1) throw malformedXml();
    bucket.encryption = readRule(rule, bucket.encryption);
    return ok();
  },
);

/** `DELETE /?encryption`: back to SSE-S3. Whether AWS lifts the SSE-C block too is not documented; this keeps it. */
export const deleteBucketEncryption = bucketOperation(
  {
    name: 'DeleteBucketEncryption',
    action: 's3:PutEncryptionConfiguration',
    method: 'DELETE',
    query: ['encryption'],
  },
  ({ bucket }) => {
    bucket.encryption = {
      algorithm: 'AES256',
      kmsKey: null,
      bucketKey: false,
      blocked: bucket.encryption.blocked,
    };
    return noContent();
  },
);

/** A rule may name only what it blocks; a rule that names nothing to block leaves the block as it was. */
function readRule(rule: XmlElement, before: BucketEncryption): BucketEncryption {
  const byDefault = child(rule, 'ApplyServerSideEncryptionByDefault');
  const algorithm = childText(byDefault, 'SSEAlgorithm') ?? 'AES256';
  const kmsKey = childText(byDefault, 'KMSMasterKeyID');
  if (!ALGORITHMS.includes(algorithm)) throw malformedXml();
  if (kmsKey !== null && algorithm === 'AES256') {
    throw invalidArgument(
      'ApplyServerSideEncryptionByDefault',
      algorithm,
      'a KMSMasterKeyID is not applicable if the default sse algorithm is not aws:kms or aws:kms:dsse',
    );
  }
  const blockedTypes = child(rule, 'BlockedEncryptionTypes');
  const blocked = blockedTypes
    ? childrenNamed(blockedTypes, 'EncryptionType').map((element) => element.text.trim())
    : before.blocked;
  if (blocked?.some((type) => !BLOCKABLE.includes(type))) throw malformedXml();
  return { algorithm, kmsKey, bucketKey: childText(rule, 'BucketKeyEnabled') === 'true', blocked };
}
