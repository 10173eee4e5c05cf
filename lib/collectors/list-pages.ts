import { ListObjectsV2Command } from '@aws-sdk/client-s3';
import type { ListObjectsV2CommandOutput, S3Client } from '@aws-sdk/client-s3';
import { MalformedAnswer } from './observe.ts';

/**
 * The pages of one listing in a bucket of our own or one that logs and inventories are delivered to; audited buckets
 * are listed by `object-listing.ts`. Throws what the SDK throws, and MalformedAnswer for a truncated page that names
 * no next one: taken for the end, it would hide the rest.
 */
export async function* listPages(
  s3: S3Client,
  bucket: string,
  prefix: string,
  delimiter?: string,
): AsyncGenerator<ListObjectsV2CommandOutput> {
  let token: string | undefined;
  do {
    const page = await s3.send(
      new ListObjectsV2Command({
        Bucket: bucket,
        Prefix: prefix,
        ...(delimiter === undefined ? {} : { Delimiter: delimiter }),
        ...(token === undefined ? {} : { ContinuationToken: token }),
      }),
    );
    yield page;
    const next = page.IsTruncated ? page.NextContinuationToken : undefined;
    if (page.IsTruncated && (next === undefined || next === token)) {
      throw new MalformedAnswer('the listing is truncated but names no next page');
    }
    token = next;
  } while (token !== undefined);
}
