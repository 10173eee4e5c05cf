import { bucketOperation } from './define.ts';
import { xmlTextResponse } from './respond.ts';

/** `GET /?location`: answered in every Region; us-east-1 is an empty element. */
export const getBucketLocation = bucketOperation(
  {
    name: 'GetBucketLocation',
    action: 's3:GetBucketLocation',
    method: 'GET',
    query: ['location'],
    anyRegion: true,
  },
  ({ bucket }) => xmlTextResponse('LocationConstraint', bucket.region === 'us-east-1' ? '' : bucket.region),
);
