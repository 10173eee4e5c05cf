import { observeDefaultEncryption } from '../collectors/bucket.ts';
import type { AwsClients } from '../collectors/clients.ts';
import type { BucketEvidence, DefaultEncryption } from '../model/evidence.ts';
import { valueOf } from '../model/observed.ts';

/**
 * Evidence out of an AWS Config item, with what no item holds read from S3 itself: blocked encryption types, and a
 * default that an old item leaves out. Where S3 already tells of another default than the item, the item is behind
 * and another is on its way; its own default then stands, with the block not known.
 */
export async function completed(aws: AwsClients, item: BucketEvidence): Promise<BucketEvidence> {
  const region = valueOf(item.region);
  if (region === undefined) return item;
  const at = { Bucket: item.name, ExpectedBucketOwner: item.accountId };
  const now = await observeDefaultEncryption(aws.s3(region), at);
  const recorded = valueOf(item.defaultEncryption);
  if (recorded === undefined) return { ...item, defaultEncryption: now };
  const current = valueOf(now);
  return current && sameDefault(current, recorded) ? { ...item, defaultEncryption: now } : item;
}

const sameDefault = (a: DefaultEncryption, b: DefaultEncryption): boolean =>
  a.algorithm === b.algorithm && a.kmsKey === b.kmsKey && a.bucketKey === b.bucketKey;
