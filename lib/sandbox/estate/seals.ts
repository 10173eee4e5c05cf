import { createHash } from 'node:crypto';
import { awsS3Key } from '../services/kms/managed-key.ts';
import type { Seal } from '../state-s3.ts';
import { keyArnOf } from './place.ts';
import type { Placing } from './place.ts';
import { nextRotation } from './rotation.ts';
import type { EstateBucket } from './schema.ts';

/** The bucket that something is put into. */
export type Home = {
  readonly bucket: string;
  readonly accountId: string;
  readonly region: string;
  readonly versioning: EstateBucket['versioning'];
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
};

/** A named seal as it is on objects of a bucket: `aws/s3` is that of the bucket's account and Region. */
export function sealNamed(placing: Placing, name: string, home: Home): Seal {
  const given = placing.estate.seals[name];
  const keyName = given?.key;
  return {
    algorithm: given?.algorithm ?? null,
    kmsKeyId:
      keyName === undefined
        ? null
        : keyName === 'aws/s3'
          ? awsManagedKey(placing, home)
          : keyArnOf(placing, keyName),
    bucketKey: given?.['bucket-key'] ?? false,
    customerKeyMd5: given?.['customer-key'] ? customerKeyMd5(name) : null,
  };
}

/** AWS makes the key on first use: at the latest when the oldest bucket came whose objects are under it. */
function awsManagedKey({ state, now }: Placing, { accountId, region, createdAt }: Home): string {
  const key = awsS3Key(state, accountId, region);
  key.createdAt = Math.min(key.createdAt, createdAt);
  key.rotation = { ...key.rotation, nextRotation: nextRotation(key.createdAt, 365, now) };
  return key.arn;
}

/** The customer-provided AES-256 key of a seal, for whoever wants to read such an object of an estate. */
export const customerKey = (sealName: string): Buffer =>
  createHash('sha256').update(`customer-provided key ${sealName}`).digest();

const customerKeyMd5 = (sealName: string): string =>
  createHash('md5').update(customerKey(sealName)).digest('base64');
