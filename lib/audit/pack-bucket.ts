import { GetObjectCommand } from '@aws-sdk/client-s3';
import type { S3Client } from '@aws-sdk/client-s3';
import { readBucketRegion } from '../collectors/buckets.ts';
import type { AwsClients } from '../collectors/clients.ts';
import { listPages } from '../collectors/list-pages.ts';
import { AuditError } from '../model/errors.ts';
import { describeReason } from '../model/observed.ts';
import type { PackItem, PackReader } from '../seal/pack.ts';
import { bucketDenied } from './bucket-store.ts';
import { packFolder } from './pack-folder.ts';

/**
 * A pack to verify, by the folder it lies in or by `s3://bucket/runs/RUN/`. Throws AuditError NOT_FOUND or
 * REPORT_BUCKET_DENIED for a bucket that cannot be read.
 */
export async function openPack(aws: AwsClients, location: string): Promise<PackReader> {
  const address = /^s3:\/\/([^/]+)\/?(.*)$/.exec(location);
  if (!address) return packFolder(location);
  const [, bucket = '', path = ''] = address;
  const region = await readBucketRegion(aws, bucket);
  if (region.state !== 'known') {
    const why = region.state === 'unknown' ? `: ${describeReason(region.reason)}` : '';
    throw new AuditError('NOT_FOUND', `The bucket ${bucket} cannot be read${why}.`);
  }
  const prefix = path === '' || path.endsWith('/') ? path : `${path}/`;
  return packBucket(aws.s3(region.value), bucket, prefix);
}

function packBucket(s3: S3Client, bucket: string, prefix: string): PackReader {
  const location = `s3://${bucket}/${prefix}`;
  return {
    location,
    list: async () => {
      const items = await listItems(s3, bucket, prefix);
      if (items.length === 0) throw new AuditError('RUN_INVALID', `There is nothing at ${location}.`);
      return items;
    },
    open: async function* (path) {
      try {
        const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: prefix + path }));
        if (Body) yield* Body as AsyncIterable<Uint8Array>;
      } catch (error) {
        throw bucketDenied(bucket, 'read', 's3:GetObject', error);
      }
    },
  };
}

async function listItems(s3: S3Client, bucket: string, prefix: string): Promise<PackItem[]> {
  const items: PackItem[] = [];
  try {
    for await (const page of listPages(s3, bucket, prefix))
      for (const { Key = '', Size = 0 } of page.Contents ?? [])
        items.push({ path: Key.slice(prefix.length), bytes: Size, file: true });
  } catch (error) {
    throw bucketDenied(bucket, 'listed', 's3:ListBucket', error);
  }
  return items;
}
