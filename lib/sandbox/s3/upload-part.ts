import { readChecksum } from './checksums.ts';
import { openCopySource } from './copy-source.ts';
import { objectOperation } from './define.ts';
import { invalidArgument } from './faults.ts';
import { checkPartKey, findUpload, readPartNumber } from './find-upload.ts';
import { versionHeader } from './find-version.ts';
import { readBody } from './made-up-body.ts';
import { refuseSealHeaders, sealHeaders } from './request-seal.ts';
import { ok, xmlResponse } from './respond.ts';
import { etagFor, wholeSecond } from './store-object.ts';

const NO_SEAL =
  'The encryption headers are not supported for this operation; they belong to CreateMultipartUpload.';

/** `PUT /key?partNumber=…&uploadId=…`. */
export const uploadPart = objectOperation(
  { name: 'UploadPart', action: 's3:PutObject', method: 'PUT', query: ['partNumber', 'uploadId'] },
  ({ bucket, key, request, context }) => {
    const upload = findUpload(bucket, key, request);
    const number = readPartNumber(request);
    refuseSealHeaders(request.headers, NO_SEAL);
    checkPartKey(request, upload);
    const { body } = request;
    const checksum = readChecksum(request.headers, request.trailers, body);
    const etag = etagFor(upload.template.seal, body);
    upload.parts.set(number, {
      number,
      size: body.length,
      etag,
      lastModified: wholeSecond(context.now),
      checksum,
      body,
    });
    return ok({
      etag: `"${etag}"`,
      ...sealHeaders(upload.template.seal),
      ...(checksum ? { [checksum.header]: checksum.value } : {}),
    });
  },
);

/** `PUT /key?partNumber=…&uploadId=…` with `x-amz-copy-source`, and perhaps `x-amz-copy-source-range`. */
export const uploadPartCopy = objectOperation(
  {
    name: 'UploadPartCopy',
    action: 's3:PutObject',
    method: 'PUT',
    query: ['partNumber', 'uploadId'],
    header: 'x-amz-copy-source',
  },
  (call) => {
    const { bucket, key, request, context } = call;
    const upload = findUpload(bucket, key, request);
    const number = readPartNumber(request);
    refuseSealHeaders(request.headers, NO_SEAL);
    checkPartKey(request, upload);
    const source = openCopySource(call);
    const [start, end] = copyRange(request.headers['x-amz-copy-source-range'], source.version.size);
    const content = readBody(source.version, start, end);
    // A made-up source too large for memory gives a made-up part.
    const body = content instanceof Uint8Array ? content : null;
    const etag = etagFor(upload.template.seal, body ?? Buffer.from(source.version.etag));
    const lastModified = wholeSecond(context.now);
    upload.parts.set(number, { number, size: end - start, etag, lastModified, checksum: null, body });
    const versionId = versionHeader(source.bucket, source.version)['x-amz-version-id'];
    return xmlResponse(
      'CopyPartResult',
      { LastModified: new Date(lastModified).toISOString(), ETag: `"${etag}"` },
      {
        ...sealHeaders(upload.template.seal),
        ...(versionId === undefined ? {} : { 'x-amz-copy-source-version-id': versionId }),
      },
    );
  },
);

function copyRange(header: string | string[] | undefined, size: number): readonly [number, number] {
  if (typeof header !== 'string') return [0, size];
  const match = /^bytes=(\d+)-(\d+)$/.exec(header);
  const start = Number(match?.[1]);
  const end = Number(match?.[2]) + 1;
  if (match && start < end && end <= size) return [start, end];
  throw invalidArgument(
    'x-amz-copy-source-range',
    header,
    'The x-amz-copy-source-range value must be of the form bytes=first-last where first and last are the zero-based ' +
      'offsets of the first and last bytes to copy',
  );
}
