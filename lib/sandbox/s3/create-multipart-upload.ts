import { randomBytes } from 'node:crypto';
import { newObject } from '../objects.ts';
import { isChecksumAlgorithm } from './checksums.ts';
import { objectOperation, requireWritable } from './define.ts';
import { invalidRequest } from './faults.ts';
import { recordSealing } from './kms-keys.ts';
import { describedBy } from './object-headers.ts';
import { readLock } from './object-lock.ts';
import { requestSeal, sealHeaders } from './request-seal.ts';
import { xmlResponse } from './respond.ts';
import { readTags } from './store-object.ts';

/** `POST /key?uploads`: the seal of the object is settled here and nowhere later. */
export const createMultipartUpload = objectOperation(
  { name: 'CreateMultipartUpload', action: 's3:PutObject', method: 'POST', query: ['uploads'] },
  ({ state, bucket, key, request, context }) => {
    requireWritable(bucket);
    const { headers } = request;
    const seal = requestSeal(state, bucket, headers, context);
    const template = newObject({
      ...describedBy(headers),
      ...readLock(headers, bucket, context.now),
      tags: readTags(headers['x-amz-tagging']),
      seal,
      size: 0,
      lastModified: context.now,
    });
    const checksum = readChecksumKind(headers['x-amz-checksum-algorithm'], headers['x-amz-checksum-type']);
    const uploadId = newUploadId(context.now);
    bucket.uploads.set(uploadId, {
      uploadId,
      key,
      initiated: context.now,
      template,
      initiatorArn: context.callerArn,
      checksumAlgorithm: checksum?.algorithm ?? null,
      checksumType: checksum?.type ?? null,
      parts: new Map(),
    });
    recordSealing(state, bucket, key, seal, context);
    return xmlResponse(
      'InitiateMultipartUploadResult',
      { Bucket: bucket.name, Key: key, UploadId: uploadId },
      {
        ...sealHeaders(seal),
        ...(checksum
          ? { 'x-amz-checksum-algorithm': checksum.algorithm, 'x-amz-checksum-type': checksum.type }
          : {}),
      },
    );
  },
);

/** Upload ids begin with their time, so that their order is the order of initiation, as listings promise. */
const newUploadId = (now: number): string =>
  `${Math.floor(now).toString(36).padStart(10, '0')}${randomBytes(36).toString('base64url')}`;

type ChecksumKind = { readonly algorithm: string; readonly type: 'FULL_OBJECT' | 'COMPOSITE' };

function readChecksumKind(
  algorithm: string | string[] | undefined,
  type: string | string[] | undefined,
): ChecksumKind | null {
  if (typeof algorithm !== 'string') {
    if (type !== undefined)
      throw invalidRequest(
        'The x-amz-checksum-type header can only be used with the x-amz-checksum-algorithm header.',
      );
    return null;
  }
  if (!isChecksumAlgorithm(algorithm.toLowerCase())) {
    throw invalidRequest(`Checksum algorithm provided is unsupported: ${algorithm}`);
  }
  const crc = algorithm.toUpperCase().startsWith('CRC');
  const always = algorithm.toUpperCase() === 'CRC64NVME' ? 'FULL_OBJECT' : 'COMPOSITE';
  if (type === undefined) return { algorithm, type: always };
  if (type === 'FULL_OBJECT' && crc) return { algorithm, type };
  if (type === 'COMPOSITE' && always === 'COMPOSITE') return { algorithm, type };
  throw invalidRequest(
    `The ${String(type)} checksum type cannot be used with the ${algorithm} checksum algorithm.`,
  );
}
