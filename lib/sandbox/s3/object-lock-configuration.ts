import { AwsFault } from '../operation.ts';
import { child, childText } from '../xml-parse.ts';
import type { XmlElement } from '../xml-parse.ts';
import { bucketOperation } from './define.ts';
import { malformedXml } from './faults.ts';
import { parseBody } from './parse-body.ts';
import { ok, xmlResponse } from './respond.ts';

/** `GET /?object-lock`. */
export const getObjectLockConfiguration = bucketOperation(
  {
    name: 'GetObjectLockConfiguration',
    action: 's3:GetBucketObjectLockConfiguration',
    method: 'GET',
    query: ['object-lock'],
  },
  ({ bucket }) => {
    const lock = bucket.objectLock;
    if (!lock) {
      throw new AwsFault(
        'ObjectLockConfigurationNotFoundError',
        404,
        'Object Lock configuration does not exist for this bucket',
        { fields: { BucketName: bucket.name } },
      );
    }
    return xmlResponse('ObjectLockConfiguration', {
      ObjectLockEnabled: 'Enabled',
      Rule:
        lock.mode === null
          ? undefined
          : { DefaultRetention: { Mode: lock.mode, Days: lock.days, Years: lock.years } },
    });
  },
);

/** `PUT /?object-lock`: needs versioning; once on it can change its default and never go. */
export const putObjectLockConfiguration = bucketOperation(
  {
    name: 'PutObjectLockConfiguration',
    action: 's3:PutBucketObjectLockConfiguration',
    method: 'PUT',
    query: ['object-lock'],
  },
  ({ bucket, request }) => {
    const body = parseBody(request, 'ObjectLockConfiguration');
    if (childText(body, 'ObjectLockEnabled') !== 'Enabled') throw malformedXml();
    if (bucket.versioning !== 'Enabled') {
      throw new AwsFault(
        'InvalidBucketState',
        409,
        "Versioning must be 'Enabled' on the bucket to apply a Object Lock configuration",
      );
    }
    const rule = child(body, 'Rule');
    bucket.objectLock = rule ? readRetention(rule) : { mode: null, days: null, years: null };
    return ok();
  },
);

/** A default retention is in days or in years, never both. */
function readRetention(rule: XmlElement): { mode: string; days: number | null; years: number | null } {
  const retention = child(rule, 'DefaultRetention');
  const mode = childText(retention, 'Mode');
  const count = (name: string): number | null => {
    const text = childText(retention, name);
    if (text === null) return null;
    if (!/^[1-9]\d{0,5}$/.test(text)) throw malformedXml();
    return Number(text);
  };
  const days = count('Days');
  const years = count('Years');
  if ((mode !== 'GOVERNANCE' && mode !== 'COMPLIANCE') || (days === null) === (years === null)) {
    throw malformedXml();
  }
  return { mode, days, years };
}
