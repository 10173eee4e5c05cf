import { HeadBucketCommand, ListBucketsCommand } from '@aws-sdk/client-s3';
import type { Observed, UnknownReason } from '../model/observed.ts';
import { known, unknown } from '../model/observed.ts';
import type { AwsClients } from './clients.ts';
import { reasonOf } from './observe.ts';

/** A bucket as ListBuckets tells of it; Region unknown where the endpoint does not say. */
export type ListedBucket = {
  readonly name: string;
  readonly region: string | null;
  readonly createdAt: string | null;
};

/** `incomplete` is set when a page could not be read: the list is then a lower bound. */
export type BucketList = {
  readonly buckets: readonly ListedBucket[];
  readonly incomplete: UnknownReason | null;
};

/**
 * Every bucket of the account, page by page. MaxBuckets is always sent: without any parameter S3 leaves out
 * BucketRegion, and refuses accounts with more than 10,000 buckets (FACTS §4).
 */
export async function listBuckets(aws: AwsClients): Promise<BucketList> {
  const buckets: ListedBucket[] = [];
  let token: string | undefined;
  try {
    do {
      const page = await aws.s3(aws.options.region).send(
        new ListBucketsCommand({
          MaxBuckets: 1000,
          ...(token === undefined ? {} : { ContinuationToken: token }),
        }),
      );
      for (const bucket of page.Buckets ?? []) {
        if (!bucket.Name) continue;
        buckets.push({
          name: bucket.Name,
          region: bucket.BucketRegion ?? null,
          createdAt: bucket.CreationDate?.toISOString() ?? null,
        });
      }
      token = page.ContinuationToken;
    } while (token);
    return { buckets, incomplete: null };
  } catch (error) {
    return { buckets, incomplete: reasonOf('s3:ListAllMyBuckets', error) };
  }
}

/** The Region of a bucket by HeadBucket: S3 names it in a header even when it refuses or redirects the call. */
export async function readBucketRegion(aws: AwsClients, bucket: string): Promise<Observed<string>> {
  try {
    const head = await aws.s3(aws.options.region).send(new HeadBucketCommand({ Bucket: bucket }));
    return known(head.BucketRegion ?? aws.options.region);
  } catch (error) {
    const headers = (error as { $response?: { headers?: Record<string, string> } }).$response?.headers;
    const region = headers?.['x-amz-bucket-region'];
    const reason = reasonOf('s3:HeadBucket', error);
    return region && reason.code !== 'NOT_FOUND' ? known(region) : unknown(reason);
  }
}
