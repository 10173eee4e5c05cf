import type { S3Request } from '../operation.ts';
import type { Bucket, MultipartUpload } from '../state-s3.ts';
import { checkCustomerKey } from './customer-key.ts';
import { invalidArgument, noSuchUpload } from './faults.ts';

/**
 * The upload that `uploadId` names, of this key.
 * @throws AwsFault 404 NoSuchUpload
 */
export function findUpload(bucket: Bucket, key: string, request: S3Request): MultipartUpload {
  const uploadId = request.query.get('uploadId') ?? '';
  const upload = bucket.uploads.get(uploadId);
  if (upload?.key !== key) throw noSuchUpload(uploadId);
  return upload;
}

/**
 * `partNumber`, 1 to 10,000.
 * @throws AwsFault 400 InvalidArgument
 */
export function readPartNumber(request: S3Request): number {
  const text = request.query.get('partNumber') ?? '';
  const number = Number(text);
  if (Number.isInteger(number) && number >= 1 && number <= 10_000) return number;
  throw invalidArgument('partNumber', text, 'Part number must be an integer between 1 and 10000, inclusive');
}

/**
 * Parts of an SSE-C upload carry the same customer key as its start; others carry none.
 * @throws AwsFault 400 or 403
 */
export const checkPartKey = (request: S3Request, upload: MultipartUpload): void =>
  checkCustomerKey(request.headers, upload.template.seal, 'x-amz-server-side-encryption-customer-');
