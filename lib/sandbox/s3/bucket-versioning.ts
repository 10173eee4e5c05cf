import { AwsFault } from '../operation.ts';
import { childText } from '../xml-parse.ts';
import { bucketOperation } from './define.ts';
import { malformedXml } from './faults.ts';
import { parseBody } from './parse-body.ts';
import { ok, xmlResponse } from './respond.ts';

/** `GET /?versioning`: an empty document while versioning was never switched on. */
export const getBucketVersioning = bucketOperation(
  { name: 'GetBucketVersioning', action: 's3:GetBucketVersioning', method: 'GET', query: ['versioning'] },
  ({ bucket }) =>
    xmlResponse('VersioningConfiguration', {
      Status: bucket.versioning === 'Off' ? undefined : bucket.versioning,
    }),
);

/** `PUT /?versioning`: on or suspended; never off again, and never suspended under Object Lock. */
export const putBucketVersioning = bucketOperation(
  { name: 'PutBucketVersioning', action: 's3:PutBucketVersioning', method: 'PUT', query: ['versioning'] },
  ({ bucket, request }) => {
    const status = childText(parseBody(request, 'VersioningConfiguration'), 'Status');
    if (status !== 'Enabled' && status !== 'Suspended') throw malformedXml();
    if (status === 'Suspended' && bucket.objectLock) {
      throw new AwsFault(
        'InvalidBucketState',
        409,
        'An Object Lock configuration is present on this bucket, so the versioning state cannot be changed.',
      );
    }
    bucket.versioning = status;
    return ok();
  },
);
