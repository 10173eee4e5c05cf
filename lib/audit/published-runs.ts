import type { S3Client } from '@aws-sdk/client-s3';
import { listPages } from '../collectors/list-pages.ts';

const RUNS = 'runs/';

/** Ids of everything that lies where runs lie in the report bucket, newest first; ids sort by time. */
export async function publishedRunIds(s3: S3Client, bucket: string): Promise<readonly string[]> {
  const ids: string[] = [];
  for await (const page of listPages(s3, bucket, RUNS, '/')) {
    for (const { Prefix } of page.CommonPrefixes ?? []) {
      if (Prefix) ids.push(Prefix.slice(RUNS.length, -1));
    }
  }
  return ids.sort().reverse();
}
