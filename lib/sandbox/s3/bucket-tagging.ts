import { AwsFault } from '../operation.ts';
import { bucketOperation } from './define.ts';
import { noContent, xmlResponse } from './respond.ts';
import { MAX_BUCKET_TAGS, readTagSet, tagSet } from './tag-documents.ts';

/** `GET /?tagging`. */
export const getBucketTagging = bucketOperation(
  { name: 'GetBucketTagging', action: 's3:GetBucketTagging', method: 'GET', query: ['tagging'] },
  ({ bucket }) => {
    if (bucket.tags.size === 0) {
      throw new AwsFault('NoSuchTagSet', 404, 'The TagSet does not exist', {
        fields: { BucketName: bucket.name },
      });
    }
    return xmlResponse('Tagging', tagSet(bucket.tags));
  },
);

/** `PUT /?tagging`: replaces all of them, at most 50. */
export const putBucketTagging = bucketOperation(
  { name: 'PutBucketTagging', action: 's3:PutBucketTagging', method: 'PUT', query: ['tagging'] },
  ({ bucket, request }) => {
    bucket.tags = readTagSet(request, MAX_BUCKET_TAGS);
    return noContent();
  },
);

/** `DELETE /?tagging`. */
export const deleteBucketTagging = bucketOperation(
  { name: 'DeleteBucketTagging', action: 's3:PutBucketTagging', method: 'DELETE', query: ['tagging'] },
  ({ bucket }) => {
    bucket.tags = new Map();
    return noContent();
  },
);
