import { AwsFault } from '../operation.ts';
import { child, childText } from '../xml-parse.ts';
import { OWNERSHIPS } from './create-bucket.ts';
import { bucketOperation } from './define.ts';
import { malformedXml } from './faults.ts';
import { parseBody } from './parse-body.ts';
import { noContent, ok, xmlResponse } from './respond.ts';

/** `GET /?ownershipControls`. */
export const getBucketOwnershipControls = bucketOperation(
  {
    name: 'GetBucketOwnershipControls',
    action: 's3:GetBucketOwnershipControls',
    method: 'GET',
    query: ['ownershipControls'],
  },
  ({ bucket }) => {
    if (bucket.ownership === null) {
      throw new AwsFault(
        'OwnershipControlsNotFoundError',
        404,
        'The bucket ownership controls were not found',
        {
          fields: { BucketName: bucket.name },
        },
      );
    }
    return xmlResponse('OwnershipControls', { Rule: { ObjectOwnership: bucket.ownership } });
  },
);

/** `PUT /?ownershipControls`. */
export const putBucketOwnershipControls = bucketOperation(
  {
    name: 'PutBucketOwnershipControls',
    action: 's3:PutBucketOwnershipControls',
    method: 'PUT',
    query: ['ownershipControls'],
  },
  ({ bucket, request }) => {
    const ownership = childText(child(parseBody(request, 'OwnershipControls'), 'Rule'), 'ObjectOwnership');
    if (ownership === null || !OWNERSHIPS.includes(ownership)) throw malformedXml();
    bucket.ownership = ownership;
    return ok();
  },
);

/** `DELETE /?ownershipControls`. */
export const deleteBucketOwnershipControls = bucketOperation(
  {
    name: 'DeleteBucketOwnershipControls',
    action: 's3:PutBucketOwnershipControls',
    method: 'DELETE',
    query: ['ownershipControls'],
  },
  ({ bucket }) => {
    bucket.ownership = null;
    return noContent();
  },
);
