import { readChecksum } from './checksums.ts';
import { checkWriteConditions } from './conditions.ts';
import { objectOperation, requireWritable } from './define.ts';
import { describedBy } from './object-headers.ts';
import { readLock } from './object-lock.ts';
import { requestSeal } from './request-seal.ts';
import { ok } from './respond.ts';
import { etagFor, readTags, refuseReadParameters, storeObject, writtenHeaders } from './store-object.ts';

/** `PUT /key`. */
export const putObject = objectOperation(
  { name: 'PutObject', action: 's3:PutObject', method: 'PUT' },
  (call) => {
    const { state, bucket, key, request, context } = call;
    const { headers, body } = request;
    requireWritable(bucket);
    refuseReadParameters(request);
    const seal = requestSeal(state, bucket, headers, context);
    const lock = readLock(headers, bucket, context.now);
    const checksum = readChecksum(headers, request.trailers, body);
    const described = describedBy(headers);
    const tags = readTags(headers['x-amz-tagging']);
    checkWriteConditions(headers, bucket, key);
    const version = storeObject(call, {
      ...described,
      ...lock,
      tags,
      seal,
      body,
      size: body.length,
      etag: etagFor(seal, body),
      checksum: checksum && { ...checksum, type: 'FULL_OBJECT' },
    });
    return ok(writtenHeaders(bucket, version));
  },
);
