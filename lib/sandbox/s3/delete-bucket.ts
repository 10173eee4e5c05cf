import { AwsFault } from '../operation.ts';
import { keyIndex } from '../objects.ts';
import { bucketOperation } from './define.ts';
import { noContent } from './respond.ts';

/** `DELETE /bucket`: only an empty one, and unfinished uploads count as content. */
export const deleteBucket = bucketOperation(
  { name: 'DeleteBucket', action: 's3:DeleteBucket', method: 'DELETE' },
  ({ state, bucket }) => {
    if (keyIndex(bucket).count > 0 || bucket.uploads.size > 0) {
      throw new AwsFault('BucketNotEmpty', 409, 'The bucket you tried to delete is not empty', {
        fields: { BucketName: bucket.name },
      });
    }
    state.buckets.delete(bucket.name);
    return noContent();
  },
);
