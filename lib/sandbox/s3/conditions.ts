import { versionsOf } from '../objects.ts';
import type { IncomingHttpHeaders } from 'node:http';
import type { Bucket, ObjectVersion } from '../state-s3.ts';
import { noSuchKey, notImplementedHeader, preconditionFailed } from './faults.ts';

/** What the conditional headers of a read say: `304` is Not Modified. */
export type ReadCondition = 'send' | 'notModified';

/**
 * If-Match, If-None-Match, If-Modified-Since and If-Unmodified-Since of GET, HEAD and (with their prefix) copies.
 * @throws AwsFault 412 PreconditionFailed
 */
export function checkReadConditions(
  headers: IncomingHttpHeaders,
  version: ObjectVersion,
  prefix = '',
): ReadCondition {
  const match = text(headers[`${prefix}if-match`]);
  const noneMatch = text(headers[`${prefix}if-none-match`]);
  const unmodified = seconds(text(headers[`${prefix}if-unmodified-since`]));
  const modified = seconds(text(headers[`${prefix}if-modified-since`]));
  const time = Math.floor(version.lastModified / 1000);
  if (match !== null && !names(match, version.etag)) throw preconditionFailed('If-Match');
  if (match === null && unmodified !== null && time > unmodified)
    throw preconditionFailed('If-Unmodified-Since');
  if (noneMatch !== null) return names(noneMatch, version.etag) ? 'notModified' : 'send';
  return modified !== null && time <= modified ? 'notModified' : 'send';
}

/**
 * Conditional writes: `If-None-Match: *` wants no object under the key, `If-Match` wants that one.
 * @throws AwsFault 412 PreconditionFailed, 404 for If-Match without an object, 501 for If-None-Match with an ETag
 */
export function checkWriteConditions(headers: IncomingHttpHeaders, bucket: Bucket, key: string): void {
  const current = currentVersion(bucket, key);
  const noneMatch = text(headers['if-none-match']);
  if (noneMatch !== null && noneMatch !== '*') throw notImplementedHeader('If-None-Match');
  if (noneMatch !== null && current) throw preconditionFailed('If-None-Match');
  const match = text(headers['if-match']);
  if (match === null) return;
  if (!current) throw noSuchKey(key);
  if (!names(match, current.etag)) throw preconditionFailed('If-Match');
}

/**
 * Conditional deletes: an ETag, or `*` for any object, that the current version must have; null for no condition.
 * @throws AwsFault 412 PreconditionFailed
 */
export function checkDeleteCondition(condition: string | null, bucket: Bucket, key: string): void {
  if (condition === null) return;
  const current = currentVersion(bucket, key);
  if (!current || !names(condition, current.etag)) throw preconditionFailed('If-Match');
}

function currentVersion(bucket: Bucket, key: string): ObjectVersion | undefined {
  const newest = versionsOf(bucket, key)[0];
  return newest?.deleteMarker === false ? newest : undefined;
}

const names = (condition: string, etag: string): boolean =>
  condition.split(',').some((part) => ['*', etag].includes(part.trim().replace(/^"|"$/g, '')));

const text = (value: string | string[] | undefined): string | null =>
  typeof value === 'string' ? value : null;

function seconds(date: string | null): number | null {
  const time = date === null ? NaN : Date.parse(date);
  return Number.isNaN(time) ? null : Math.floor(time / 1000);
}
