import type { IncomingHttpHeaders } from 'node:http';
import type { Bucket, ObjectVersion } from '../state-s3.ts';
import { accessDenied, invalidArgument, invalidRequest } from './faults.ts';

const DAY_MS = 86_400_000;

/** What protects a version from deletion and change. */
export type Lock = Pick<ObjectVersion, 'retention' | 'legalHold'>;

/**
 * The lock of a new object: from its headers, or the bucket's default retention.
 * @throws AwsFault 400 when the headers are incomplete or the bucket has no Object Lock
 */
export function readLock(headers: IncomingHttpHeaders, bucket: Bucket, now: number): Lock {
  const mode = headers['x-amz-object-lock-mode'];
  const until = headers['x-amz-object-lock-retain-until-date'];
  const hold = headers['x-amz-object-lock-legal-hold'];
  if (mode === undefined && until === undefined && hold === undefined) {
    return { retention: defaultRetention(bucket, now), legalHold: false };
  }
  if (!bucket.objectLock) throw invalidRequest('Bucket is missing Object Lock Configuration');
  if ((mode === undefined) !== (until === undefined)) {
    throw invalidArgument(
      'x-amz-object-lock-mode',
      String(mode),
      'x-amz-object-lock-retain-until-date and x-amz-object-lock-mode must both be supplied',
    );
  }
  const retention =
    typeof mode === 'string' && typeof until === 'string'
      ? checkRetention(mode, until, now)
      : defaultRetention(bucket, now);
  return { retention, legalHold: hold === 'ON' };
}

/**
 * A retention as headers and documents write it.
 * @throws AwsFault 400
 */
export function checkRetention(mode: string, until: string, now: number): NonNullable<Lock['retention']> {
  const time = Date.parse(until);
  if (mode !== 'GOVERNANCE' && mode !== 'COMPLIANCE') {
    throw invalidArgument('x-amz-object-lock-mode', mode, 'Unknown wormMode directive.');
  }
  if (Number.isNaN(time) || time <= now) {
    throw invalidArgument(
      'x-amz-object-lock-retain-until-date',
      until,
      'The retain until date must be in the future!',
    );
  }
  return { mode, until: time };
}

/**
 * Refuses to delete or shorten what Object Lock protects; governance can be bypassed by a header.
 * @throws AwsFault 403
 */
export function requireUnlocked(version: ObjectVersion, headers: IncomingHttpHeaders, now: number): void {
  const bypass = headers['x-amz-bypass-governance-retention'] === 'true';
  const retained =
    version.retention !== null &&
    version.retention.until > now &&
    !(version.retention.mode === 'GOVERNANCE' && bypass);
  if (version.legalHold || retained) {
    throw accessDenied('Access Denied because object protected by object lock.');
  }
}

function defaultRetention(bucket: Bucket, now: number): Lock['retention'] {
  const rule = bucket.objectLock;
  if (!rule?.mode) return null;
  const days = rule.days ?? (rule.years ?? 0) * 365;
  return { mode: rule.mode, until: now + days * DAY_MS };
}
