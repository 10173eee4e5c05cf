import { GetObjectCommand } from '@aws-sdk/client-s3';
import type { S3Client } from '@aws-sdk/client-s3';
import { listPages } from './list-pages.ts';
import { LARGEST_TRAIL_FILE } from './trails-log-store.ts';
import type { TrailLogStore } from './trails-log-store.ts';

/** Log files in the bucket a trail delivers to. `prefix` is empty or ends in `/`. */
export function bucketLogs(s3: S3Client, bucket: string, prefix: string): TrailLogStore {
  const pages = (path: string, delimiter?: string): ReturnType<typeof listPages> =>
    listPages(s3, bucket, prefix + path, delimiter);
  return {
    location: `s3://${bucket}/${prefix}`,
    bucket,
    keyOf: (path) => prefix + path,
    folders: async (path) => {
      const names: string[] = [];
      for await (const { CommonPrefixes } of pages(path, '/')) {
        for (const { Prefix } of CommonPrefixes ?? []) {
          if (Prefix !== undefined) names.push(Prefix.slice(prefix.length + path.length, -1));
        }
      }
      return names.sort();
    },
    files: async function* (path) {
      for await (const { Contents } of pages(path)) {
        yield (Contents ?? []).flatMap(({ Key }) =>
          Key === undefined || Key.endsWith('/') ? [] : [Key.slice(prefix.length)],
        );
      }
    },
    read: async (path) => {
      const object = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: prefix + path }));
      if ((object.ContentLength ?? 0) > LARGEST_TRAIL_FILE) {
        throw new RangeError(`it is larger than ${LARGEST_TRAIL_FILE} bytes`);
      }
      const bytes = (await object.Body?.transformToByteArray()) ?? new Uint8Array();
      return { bytes, signature: object.Metadata?.['signature'] ?? null };
    },
  };
}
