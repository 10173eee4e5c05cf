import { child, childText } from '../xml-parse.ts';
import { bucketOperation } from './define.ts';
import { malformedXml } from './faults.ts';
import { parseBody } from './parse-body.ts';
import { ok, xmlResponse } from './respond.ts';

/** `GET /?logging`: an empty document when server access logging is off. */
export const getBucketLogging = bucketOperation(
  { name: 'GetBucketLogging', action: 's3:GetBucketLogging', method: 'GET', query: ['logging'] },
  ({ bucket: { logging } }) =>
    xmlResponse('BucketLoggingStatus', {
      LoggingEnabled: logging && { TargetBucket: logging.targetBucket, TargetPrefix: logging.targetPrefix },
    }),
);

/** `PUT /?logging`: without LoggingEnabled it is switched off. */
export const putBucketLogging = bucketOperation(
  { name: 'PutBucketLogging', action: 's3:PutBucketLogging', method: 'PUT', query: ['logging'] },
  ({ bucket, request }) => {
    const to = child(parseBody(request, 'BucketLoggingStatus'), 'LoggingEnabled');
    const targetBucket = childText(to, 'TargetBucket');
    if (to && !targetBucket) throw malformedXml();
    bucket.logging =
      targetBucket === null ? null : { targetBucket, targetPrefix: childText(to, 'TargetPrefix') ?? '' };
    return ok();
  },
);
