import { createHash } from 'node:crypto';
import { awsS3Key } from '../services/kms/managed-key.ts';
import type { Seal } from '../state-s3.ts';
import { keyArnOf } from './place.ts';
import type { Placing } from './place.ts';

/** A named seal as it is on objects of a bucket: `aws/s3` is that of the bucket's account and Region. */
export function sealNamed(placing: Placing, name: string, at: { accountId: string; region: string }): Seal {
  const given = placing.estate.seals[name];
  const keyName = given?.key;
  return {
    algorithm: given?.algorithm ?? null,
    kmsKeyId:
      keyName === undefined
        ? null
        : keyName === 'aws/s3'
          ? awsS3Key(placing.state, at.accountId, at.region).arn
          : keyArnOf(placing, keyName),
    bucketKey: given?.['bucket-key'] ?? false,
    customerKeyMd5: given?.['customer-key'] ? customerKeyMd5(name) : null,
  };
}

/** The customer-provided AES-256 key of a seal, for whoever wants to read such an object of an estate. */
export const customerKey = (sealName: string): Buffer =>
  createHash('sha256').update(`customer-provided key ${sealName}`).digest();

const customerKeyMd5 = (sealName: string): string =>
  createHash('md5').update(customerKey(sealName)).digest('base64');
