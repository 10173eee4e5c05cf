import type { IncomingHttpHeaders } from 'node:http';
import { sealCustomer, sealDsse, sealKms, sealSseS3 } from '../objects.ts';
import type { CallContext } from '../operation.ts';
import type { SandboxState } from '../state.ts';
import type { Bucket, Seal } from '../state-s3.ts';
import { readCustomerKey } from './customer-key.ts';
import { accessDenied, invalidArgument, invalidRequest } from './faults.ts';
import { keyForSealing } from './kms-keys.ts';

const SSE = 'x-amz-server-side-encryption';
const KEY_ID = 'x-amz-server-side-encryption-aws-kms-key-id';
const CONTEXT = 'x-amz-server-side-encryption-context';
const BUCKET_KEY = 'x-amz-server-side-encryption-bucket-key-enabled';

/**
 * How a new object is sealed: by the request's headers, or by the bucket default when it names no encryption.
 * `aws:kms` without a key id means aws/s3 and not the bucket's key (FACTS §1.2).
 * @throws AwsFault 400 for contradictory headers and unusable keys, 403 for a blocked encryption type
 */
export function requestSeal(
  state: SandboxState,
  bucket: Bucket,
  headers: IncomingHttpHeaders,
  context: CallContext,
): Seal {
  const algorithm = text(headers[SSE]);
  const keyId = text(headers[KEY_ID]);
  const customerMd5 = readCustomerKey(headers, 'x-amz-server-side-encryption-customer-');
  if (customerMd5 !== null) {
    if (algorithm !== null || keyId !== null || headers[CONTEXT] !== undefined) {
      throw invalidArgument(
        SSE,
        algorithm ?? '',
        'Server Side Encryption with Customer provided key is incompatible with the encryption method specified',
      );
    }
    if (bucket.encryption.blocked?.includes('SSE-C') === true) {
      throw accessDenied(
        'Access Denied: uploads that use SSE-C are blocked by the encryption configuration of this bucket.',
      );
    }
    return sealCustomer(customerMd5);
  }
  checkKmsHeaders(headers, algorithm, keyId);
  const bucketKey = readBucketKey(headers);
  if (algorithm === null) return defaultSeal(state, bucket, bucketKey, context);
  if (algorithm === 'AES256') return sealSseS3;
  const arn = keyForSealing(state, keyId, bucket, context).arn;
  // An explicit header overrides the bucket's setting; the setting applies to aws:kms uploads as well (S3UG bucket-key).
  return algorithm === 'aws:kms' ? sealKms(arn, bucketKey ?? bucket.encryption.bucketKey) : sealDsse(arn);
}

function defaultSeal(
  state: SandboxState,
  bucket: Bucket,
  bucketKey: boolean | null,
  context: CallContext,
): Seal {
  const { algorithm, kmsKey, bucketKey: configured } = bucket.encryption;
  if (algorithm === 'AES256') return sealSseS3;
  const arn = keyForSealing(state, kmsKey, bucket, context).arn;
  return algorithm === 'aws:kms:dsse' ? sealDsse(arn) : sealKms(arn, bucketKey ?? configured);
}

function checkKmsHeaders(headers: IncomingHttpHeaders, algorithm: string | null, keyId: string | null): void {
  if (algorithm !== null && !['AES256', 'aws:kms', 'aws:kms:dsse'].includes(algorithm)) {
    throw invalidArgument(SSE, algorithm, 'The encryption method specified is not supported');
  }
  const kms = algorithm === 'aws:kms' || algorithm === 'aws:kms:dsse';
  if (keyId !== null && !kms) {
    throw invalidArgument(
      SSE,
      algorithm ?? 'null',
      'Server Side Encryption with AWS KMS managed key requires HTTP header x-amz-server-side-encryption : aws:kms',
    );
  }
  const encryptionContext = text(headers[CONTEXT]);
  if (encryptionContext === null) return;
  if (!kms)
    throw invalidArgument(
      CONTEXT,
      encryptionContext,
      'An encryption context requires aws:kms or aws:kms:dsse.',
    );
  if (!isContext(encryptionContext)) {
    throw invalidArgument(
      CONTEXT,
      encryptionContext,
      'The header must hold base64 of a JSON object of strings.',
    );
  }
}

/**
 * Refuses encryption headers where S3 takes none: UploadPart, and reads of objects that are not SSE-C.
 * @throws AwsFault 400
 */
export function refuseSealHeaders(headers: IncomingHttpHeaders, message: string): void {
  for (const name of [SSE, KEY_ID, CONTEXT, BUCKET_KEY]) {
    const value = text(headers[name]);
    if (value !== null) throw invalidArgument(name, value, message);
  }
}

/** Whether a request names any encryption of the object it writes. */
export const namesEncryption = (headers: IncomingHttpHeaders): boolean =>
  [SSE, KEY_ID, BUCKET_KEY, 'x-amz-server-side-encryption-customer-algorithm'].some(
    (name) => headers[name] !== undefined,
  );

function readBucketKey(headers: IncomingHttpHeaders): boolean | null {
  const value = text(headers[BUCKET_KEY]);
  if (value === null) return null;
  if (value === 'true' || value === 'false') return value === 'true';
  throw invalidRequest(`The value of ${BUCKET_KEY} must be true or false.`);
}

function isContext(base64: string): boolean {
  try {
    const value: unknown = JSON.parse(Buffer.from(base64, 'base64').toString());
    return (
      value !== null &&
      typeof value === 'object' &&
      !Array.isArray(value) &&
      Object.values(value).every((item) => typeof item === 'string')
    );
  } catch {
    return false;
  }
}

const text = (value: string | string[] | undefined): string | null =>
  typeof value === 'string' ? value : null;

/** Response headers that tell a seal, as on PUT, HEAD and GET. */
export function sealHeaders(seal: Seal): Record<string, string> {
  if (seal.customerKeyMd5 !== null) {
    return {
      'x-amz-server-side-encryption-customer-algorithm': 'AES256',
      'x-amz-server-side-encryption-customer-key-md5': seal.customerKeyMd5,
    };
  }
  if (seal.algorithm === null) return {};
  const headers: Record<string, string> = { [SSE]: seal.algorithm };
  if (seal.kmsKeyId !== null) headers[KEY_ID] = seal.kmsKeyId;
  if (seal.bucketKey) headers[BUCKET_KEY] = 'true';
  return headers;
}
