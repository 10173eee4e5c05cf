import { ListObjectsV2Command } from '@aws-sdk/client-s3';
import type { S3Client } from '@aws-sdk/client-s3';

const RUNS = 'runs/';

/** Ids of everything that lies where runs lie in the report bucket, newest first; ids sort by time. */
export async function publishedRunIds(s3: S3Client, bucket: string): Promise<readonly string[]> {
  const ids: string[] = [];
  let token: string | undefined;
  do {
    const page = await s3.send(
      new ListObjectsV2Command({
        Bucket: bucket,
        Prefix: RUNS,
        Delimiter: '/',
        ...(token === undefined ? {} : { ContinuationToken: token }),
      }),
    );
    for (const { Prefix } of page.CommonPrefixes ?? []) {
      if (Prefix) ids.push(Prefix.slice(RUNS.length, -1));
    }
    token = page.IsTruncated ? page.NextContinuationToken : undefined;
  } while (token !== undefined);
  return ids.sort().reverse();
}
