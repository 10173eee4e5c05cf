import { bucketOperation } from './define.ts';
import { ok } from './respond.ts';

/** `HEAD /bucket`: whether it is there and may be listed, and its Region. */
export const headBucket = bucketOperation(
  { name: 'HeadBucket', action: 's3:ListBucket', method: 'HEAD' },
  ({ bucket }) => ok({ 'x-amz-bucket-region': bucket.region, 'content-type': 'application/xml' }),
);
