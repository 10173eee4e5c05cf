import { compareKeys } from '../key-order.ts';
import type { S3Operation } from '../operation.ts';
import { invalidArgument, invalidRequest } from './faults.ts';
import { readCount } from './page-query.ts';
import { ownerOf, xmlResponse } from './respond.ts';

const MAX_PAGE = 10_000;

/**
 * `GET /`: the caller's buckets by name. BucketRegion is told only when the request has at least one parameter
 * (S3 API ListBuckets); without paging, an account of more than 10,000 buckets is refused.
 */
export const listBuckets: S3Operation = {
  name: 'ListBuckets',
  action: 's3:ListAllMyBuckets',
  method: 'GET',
  target: 'service',
  handle: (state, request, context) => {
    const prefix = request.query.get('prefix');
    const region = request.query.get('bucket-region');
    const token = request.query.get('continuation-token');
    const paged = request.query.has('max-buckets');
    const max = readCount(request, 'max-buckets', MAX_PAGE);
    if (max < 1 || max > MAX_PAGE) {
      throw invalidArgument(
        'max-buckets',
        String(max),
        `Argument max-buckets must be an integer between 1 and ${MAX_PAGE}`,
      );
    }
    const after = token === undefined ? '' : Buffer.from(token, 'base64url').toString();
    const matching = [...state.buckets.values()]
      .filter(
        (bucket) =>
          bucket.accountId === context.accountId &&
          bucket.name.startsWith(prefix ?? '') &&
          (region === undefined || bucket.region === region) &&
          bucket.name > after,
      )
      .sort((a, b) => compareKeys(a.name, b.name));
    if (!paged && matching.length > MAX_PAGE) {
      throw invalidRequest('You have more than 10,000 buckets: use max-buckets to list them in pages.');
    }
    const page = matching.slice(0, max);
    const detailed = [prefix, region, token].some((value) => value !== undefined) || paged;
    return xmlResponse('ListAllMyBucketsResult', {
      Owner: ownerOf(context.accountId),
      Buckets: {
        Bucket: page.map((bucket) => ({
          Name: bucket.name,
          CreationDate: new Date(bucket.createdAt).toISOString(),
          BucketRegion: detailed ? bucket.region : undefined,
        })),
      },
      Prefix: prefix,
      ContinuationToken:
        matching.length > page.length
          ? Buffer.from(page.at(-1)?.name ?? '').toString('base64url')
          : undefined,
    });
  },
};
