import { versionsOf } from '../objects.ts';
import type { S3Request } from '../operation.ts';
import type { Bucket, ObjectVersion } from '../state-s3.ts';
import { invalidArgument, methodNotAllowed, noSuchKey, noSuchVersion } from './faults.ts';

/**
 * The version that a request means: `versionId`, or the newest.
 * @throws AwsFault 404 NoSuchKey or NoSuchVersion, and for delete markers 404 (as newest) or 405 (by version id),
 * both with `x-amz-delete-marker: true`
 */
export function findVersion(
  bucket: Bucket,
  key: string,
  request: Pick<S3Request, 'query' | 'method'>,
): ObjectVersion {
  const versionId = readVersionId(request);
  const version = findAny(bucket, key, versionId);
  if (!version) throw versionId === undefined ? noSuchKey(key) : noSuchVersion(key, versionId);
  if (!version.deleteMarker) return version;
  const headers = { 'x-amz-delete-marker': 'true', 'x-amz-version-id': version.versionId ?? 'null' };
  if (versionId === undefined) throw noSuchKey(key, headers);
  throw methodNotAllowed(request.method, 'DeleteMarker', {
    ...headers,
    allow: 'DELETE',
    'last-modified': new Date(version.lastModified).toUTCString(),
  });
}

/**
 * The `versionId` parameter; undefined when there is none.
 * @throws AwsFault 400 InvalidArgument for what could be no version id
 */
export function readVersionId({ query }: Pick<S3Request, 'query'>): string | undefined {
  const versionId = query.get('versionId');
  if (versionId === undefined || /^[\x21-\x7e]{1,1024}$/.test(versionId)) return versionId;
  throw invalidArgument(
    'versionId',
    versionId,
    versionId === '' ? 'Version id cannot be the empty string' : 'Invalid version id specified',
  );
}

/** The version of that id (`null` is the one without), or the newest; undefined when there is none. */
export function findAny(
  bucket: Bucket,
  key: string,
  versionId: string | undefined,
): ObjectVersion | undefined {
  const versions = versionsOf(bucket, key);
  if (versionId === undefined) return versions[0];
  if (versionId === '') throw invalidArgument('versionId', '', 'Version id cannot be the empty string');
  return versions.find((version) => (version.versionId ?? 'null') === versionId);
}

/** `x-amz-version-id`, sent once versioning has ever been switched on. */
export const versionHeader = (bucket: Bucket, version: ObjectVersion): Record<string, string> =>
  bucket.versioning === 'Off' ? {} : { 'x-amz-version-id': version.versionId ?? 'null' };
