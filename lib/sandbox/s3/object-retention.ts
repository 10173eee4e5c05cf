import { AwsFault } from '../operation.ts';
import { childText } from '../xml-parse.ts';
import { objectOperation, requireWritable } from './define.ts';
import type { ObjectCall } from './define.ts';
import { invalidRequest, malformedXml } from './faults.ts';
import { findVersion, versionHeader } from './find-version.ts';
import { checkRetention, requireUnlocked } from './object-lock.ts';
import { parseBody } from './parse-body.ts';
import { ok, xmlResponse } from './respond.ts';
import type { ObjectVersion } from '../state-s3.ts';

/** `GET /key?retention`. */
export const getObjectRetention = objectOperation(
  { name: 'GetObjectRetention', action: 's3:GetObjectRetention', method: 'GET', query: ['retention'] },
  (call) => {
    const { retention } = lockable(call);
    if (!retention) throw noLock();
    return xmlResponse('Retention', {
      Mode: retention.mode,
      RetainUntilDate: new Date(retention.until).toISOString(),
    });
  },
);

/** `PUT /key?retention`: may only be made longer, unless governance is bypassed. */
export const putObjectRetention = objectOperation(
  { name: 'PutObjectRetention', action: 's3:PutObjectRetention', method: 'PUT', query: ['retention'] },
  (call) => {
    const { bucket, request, context } = call;
    requireWritable(bucket);
    const version = lockable(call);
    const body = parseBody(request, 'Retention');
    const mode = childText(body, 'Mode');
    const until = childText(body, 'RetainUntilDate');
    if (mode === null || until === null) throw malformedXml();
    const retention = checkRetention(mode, until, context.now);
    const longer =
      retention.until >= (version.retention?.until ?? 0) && retention.mode === version.retention?.mode;
    if (!longer) requireUnlocked({ ...version, legalHold: false }, request.headers, context.now);
    version.retention = retention;
    return ok(versionHeader(bucket, version));
  },
);

/** `GET /key?legal-hold`. */
export const getObjectLegalHold = objectOperation(
  { name: 'GetObjectLegalHold', action: 's3:GetObjectLegalHold', method: 'GET', query: ['legal-hold'] },
  (call) => xmlResponse('LegalHold', { Status: lockable(call).legalHold ? 'ON' : 'OFF' }),
);

/** `PUT /key?legal-hold`. */
export const putObjectLegalHold = objectOperation(
  { name: 'PutObjectLegalHold', action: 's3:PutObjectLegalHold', method: 'PUT', query: ['legal-hold'] },
  (call) => {
    requireWritable(call.bucket);
    const version = lockable(call);
    const status = childText(parseBody(call.request, 'LegalHold'), 'Status');
    if (status !== 'ON' && status !== 'OFF') throw malformedXml();
    version.legalHold = status === 'ON';
    return ok(versionHeader(call.bucket, version));
  },
);

function lockable({ bucket, key, request }: ObjectCall): ObjectVersion {
  if (!bucket.objectLock) throw invalidRequest('Bucket is missing Object Lock Configuration');
  return findVersion(bucket, key, request);
}

const noLock = (): AwsFault =>
  new AwsFault(
    'NoSuchObjectLockConfiguration',
    404,
    'The specified object does not have a ObjectLock configuration',
  );
