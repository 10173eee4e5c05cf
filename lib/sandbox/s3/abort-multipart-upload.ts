import { objectOperation } from './define.ts';
import { findUpload } from './find-upload.ts';
import { noContent } from './respond.ts';

/** `DELETE /key?uploadId=…`. */
export const abortMultipartUpload = objectOperation(
  { name: 'AbortMultipartUpload', action: 's3:AbortMultipartUpload', method: 'DELETE', query: ['uploadId'] },
  ({ bucket, key, request }) => {
    bucket.uploads.delete(findUpload(bucket, key, request).uploadId);
    return noContent();
  },
);
