import { objectOperation, requireWritable } from './define.ts';
import { findVersion, versionHeader } from './find-version.ts';
import { noContent, ok, xmlResponse } from './respond.ts';
import { readTagSet, tagSet } from './tag-documents.ts';

/** `GET /key?tagging`. */
export const getObjectTagging = objectOperation(
  { name: 'GetObjectTagging', action: 's3:GetObjectTagging', method: 'GET', query: ['tagging'] },
  ({ bucket, key, request }) => {
    const version = findVersion(bucket, key, request);
    return xmlResponse('Tagging', tagSet(Object.entries(version.tags)), versionHeader(bucket, version));
  },
);

/** `PUT /key?tagging`. */
export const putObjectTagging = objectOperation(
  { name: 'PutObjectTagging', action: 's3:PutObjectTagging', method: 'PUT', query: ['tagging'] },
  ({ bucket, key, request }) => {
    requireWritable(bucket);
    const version = findVersion(bucket, key, request);
    version.tags = Object.fromEntries(readTagSet(request, 10));
    return ok(versionHeader(bucket, version));
  },
);

/** `DELETE /key?tagging`. */
export const deleteObjectTagging = objectOperation(
  { name: 'DeleteObjectTagging', action: 's3:DeleteObjectTagging', method: 'DELETE', query: ['tagging'] },
  ({ bucket, key, request }) => {
    requireWritable(bucket);
    const version = findVersion(bucket, key, request);
    version.tags = {};
    return noContent(versionHeader(bucket, version));
  },
);
