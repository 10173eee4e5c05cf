import { AwsFault } from '../operation.ts';
import type { CallContext, S3Operation, S3Request, S3Response } from '../operation.ts';
import type { SandboxState } from '../state.ts';
import type { Bucket } from '../state-s3.ts';
import { accessDenied, noSuchBucket } from './faults.ts';

/** What the handler of a bucket operation gets; the bucket exists, is the expected owner's and in this Region. */
export type BucketCall = {
  readonly state: SandboxState;
  readonly bucket: Bucket;
  readonly request: S3Request;
  readonly context: CallContext;
};

/** The same for an object operation. */
export type ObjectCall = BucketCall & { readonly key: string };

type Definition = Pick<S3Operation, 'name' | 'action' | 'method' | 'query' | 'header'>;

/** An operation on a bucket. `anyRegion` ones are answered wherever the bucket is, as GetBucketLocation. */
export const bucketOperation = (
  definition: Definition & { readonly anyRegion?: boolean },
  handle: (call: BucketCall) => S3Response,
): S3Operation => ({
  ...definition,
  target: 'bucket',
  handle: (state, request, context) =>
    handle({ state, bucket: requireBucket(state, request, context, definition.anyRegion), request, context }),
});

/** An operation on an object. */
export const objectOperation = (
  definition: Definition,
  handle: (call: ObjectCall) => S3Response,
): S3Operation => ({
  ...definition,
  target: 'object',
  handle: (state, request, context) =>
    handle({
      state,
      bucket: requireBucket(state, request, context),
      key: request.key ?? '',
      request,
      context,
    }),
});

/** Refuses changes to a generated bucket, which has nowhere to keep them. */
export function requireWritable(bucket: Bucket): void {
  if (bucket.generated) throw accessDenied('This bucket is generated and cannot be written to.');
}

function requireBucket(
  state: SandboxState,
  request: S3Request,
  context: CallContext,
  anyRegion = false,
): Bucket {
  const name = request.bucket ?? '';
  const bucket = state.buckets.get(name);
  if (!bucket) throw noSuchBucket(name);
  if (bucket.strictRegion && !anyRegion && context.region !== bucket.region)
    throw wrongRegion(name, bucket.region);
  const expected = request.headers['x-amz-expected-bucket-owner'];
  if (expected !== undefined && expected !== bucket.accountId) throw accessDenied();
  return bucket;
}

/** 301: the bucket is in another Region, named in `x-amz-bucket-region`. */
export const wrongRegion = (bucket: string, region: string): AwsFault =>
  new AwsFault(
    'PermanentRedirect',
    301,
    'The bucket you are attempting to access must be addressed using the specified endpoint. ' +
      'Please send all future requests to this endpoint.',
    {
      headers: { 'x-amz-bucket-region': region },
      fields: { Endpoint: `${bucket}.s3.${region}.amazonaws.com`, Bucket: bucket },
    },
  );
