import { createHash } from 'node:crypto';
import { AwsFault } from '../operation.ts';
import type { S3Request } from '../operation.ts';
import type { MultipartUpload, ObjectVersion, UploadedPart } from '../state-s3.ts';
import { childrenNamed, childText } from '../xml-parse.ts';
import { multipartChecksum } from './checksums.ts';
import { checkWriteConditions } from './conditions.ts';
import { objectOperation } from './define.ts';
import { malformedXml } from './faults.ts';
import { checkPartKey, findUpload } from './find-upload.ts';
import { parseBody } from './parse-body.ts';
import { xmlResponse } from './respond.ts';
import { storeObject, writtenHeaders } from './store-object.ts';

const MIN_PART = 5 * 1024 * 1024;

/** `POST /key?uploadId=…`: the listed parts become the object. */
export const completeMultipartUpload = objectOperation(
  { name: 'CompleteMultipartUpload', action: 's3:PutObject', method: 'POST', query: ['uploadId'] },
  (call) => {
    const { bucket, key, request } = call;
    const upload = findUpload(bucket, key, request);
    if (upload.template.seal.customerKeyMd5 !== null) checkPartKey(request, upload);
    const parts = listedParts(request, upload);
    checkWriteConditions(request.headers, bucket, key);
    const body = join(parts);
    const version = storeObject(
      call,
      {
        ...upload.template,
        body,
        size: parts.reduce((sum, part) => sum + part.size, 0),
        etag: multipartEtag(parts),
        checksum: checksumOf(upload, parts, body),
        partSizes: parts.map((part) => part.size),
      },
      false,
    );
    bucket.uploads.delete(upload.uploadId);
    const { etag, ...headers } = writtenHeaders(bucket, version);
    return xmlResponse(
      'CompleteMultipartUploadResult',
      {
        Location: `http://${request.headers.host ?? ''}/${bucket.name}/${key}`,
        Bucket: bucket.name,
        Key: key,
        ETag: etag,
      },
      headers,
    );
  },
);

/**
 * The parts that the request lists, in order.
 * @throws AwsFault 400 InvalidPart, InvalidPartOrder or EntityTooSmall
 */
function listedParts(request: S3Request, upload: MultipartUpload): readonly UploadedPart[] {
  const listed = childrenNamed(parseBody(request, 'CompleteMultipartUpload'), 'Part');
  if (listed.length === 0) throw malformedXml();
  let previous = 0;
  const parts = listed.map((element) => {
    const number = Number(childText(element, 'PartNumber'));
    const etag = childText(element, 'ETag')?.replace(/^"|"$/g, '');
    const part = upload.parts.get(number);
    if (part === undefined || part.etag !== etag) {
      throw new AwsFault(
        'InvalidPart',
        400,
        'One or more of the specified parts could not be found. The part may not have been uploaded, or the ' +
          "specified entity tag may not match the part's entity tag.",
        { fields: { UploadId: upload.uploadId, PartNumber: String(number) } },
      );
    }
    if (number <= previous) {
      throw new AwsFault(
        'InvalidPartOrder',
        400,
        'The list of parts was not in ascending order. Parts must be ordered by part number.',
      );
    }
    previous = number;
    return part;
  });
  const small = parts.slice(0, -1).find((part) => part.size < MIN_PART);
  if (small) {
    throw new AwsFault(
      'EntityTooSmall',
      400,
      'Your proposed upload is smaller than the minimum allowed size',
      {
        fields: {
          ProposedSize: String(small.size),
          MinSizeAllowed: String(MIN_PART),
          PartNumber: String(small.number),
        },
      },
    );
  }
  return parts;
}

/** MD5 of the parts' MD5s, and their number. */
function multipartEtag(parts: readonly UploadedPart[]): string {
  const hash = createHash('md5');
  for (const part of parts) hash.update(Buffer.from(part.etag, 'hex'));
  return `${hash.digest('hex')}-${parts.length}`;
}

function join(parts: readonly UploadedPart[]): Uint8Array | null {
  const bodies: Uint8Array[] = [];
  for (const { body } of parts) {
    if (body === null) return null;
    bodies.push(body);
  }
  return Buffer.concat(bodies);
}

function checksumOf(
  upload: MultipartUpload,
  parts: readonly UploadedPart[],
  body: Uint8Array | null,
): ObjectVersion['checksum'] {
  const { checksumAlgorithm: algorithm, checksumType: type } = upload;
  if (algorithm === null || type === null || body === null) return null;
  const checksum = multipartChecksum(
    algorithm,
    type,
    body,
    parts.map((part) => part.checksum),
  );
  return checksum && { ...checksum, type };
}
