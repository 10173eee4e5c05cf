import { addVersion, newDeleteMarker, newVersionId, removeVersion } from '../objects.ts';
import type { CallContext, S3Request } from '../operation.ts';
import type { Bucket } from '../state-s3.ts';
import { checkDeleteCondition } from './conditions.ts';
import { objectOperation, requireWritable } from './define.ts';
import { findAny, readVersionId } from './find-version.ts';
import { requireUnlocked } from './object-lock.ts';
import { noContent } from './respond.ts';
import { wholeSecond } from './store-object.ts';

/** `DELETE /key`: deleting what is not there succeeds. */
export const deleteObject = objectOperation(
  { name: 'DeleteObject', action: 's3:DeleteObject', method: 'DELETE' },
  ({ bucket, key, request, context }) => {
    requireWritable(bucket);
    const condition = request.headers['if-match'] ?? null;
    const deleted = deleteKey(
      bucket,
      key,
      { versionId: readVersionId(request), condition },
      request,
      context,
    );
    const headers: Record<string, string> = {};
    if (deleted.deleteMarker) headers['x-amz-delete-marker'] = 'true';
    if (deleted.versionId !== null) headers['x-amz-version-id'] = deleted.versionId;
    return noContent(headers);
  },
);

/** What a deletion did: the marker it made, or the version (perhaps a marker) that it took away. */
export type Deleted = { readonly deleteMarker: boolean; readonly versionId: string | null };

/** Which version, and the ETag that the current one must have (null: any or none). */
export type Deletion = { readonly versionId: string | undefined; readonly condition: string | null };

/**
 * Deletes one version for good when `versionId` is given or versioning is off, and hides the key behind a delete
 * marker otherwise.
 * @throws AwsFault 403 when Object Lock protects the version, 412 when the condition does not hold
 */
export function deleteKey(
  bucket: Bucket,
  key: string,
  { versionId, condition }: Deletion,
  request: Pick<S3Request, 'headers'>,
  context: CallContext,
): Deleted {
  checkDeleteCondition(condition, bucket, key);
  if (versionId !== undefined || bucket.versioning === 'Off') {
    const version = findAny(bucket, key, versionId);
    if (!version) return { deleteMarker: false, versionId: versionId ?? null };
    requireUnlocked(version, request.headers, context.now);
    removeVersion(bucket, key, version);
    return {
      deleteMarker: version.deleteMarker,
      versionId: bucket.versioning === 'Off' ? null : (version.versionId ?? 'null'),
    };
  }
  const id = bucket.versioning === 'Enabled' ? newVersionId() : null;
  addVersion(bucket, key, newDeleteMarker(wholeSecond(context.now), id));
  return { deleteMarker: true, versionId: id ?? 'null' };
}
