import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { AwsFault } from '../operation.ts';
import type { Seal } from '../state-s3.ts';
import { accessDenied, invalidArgument, invalidRequest } from './faults.ts';

/** Prefix of the SSE-C headers of the object itself, and of the source of a copy. */
export type CustomerKeyPrefix =
  'x-amz-server-side-encryption-customer-' | 'x-amz-copy-source-server-side-encryption-customer-';

/**
 * The base64 MD5 of the customer's key that a request carries, or null when it carries none.
 * @throws AwsFault 400 when the three headers are incomplete or contradict each other
 */
export function readCustomerKey(headers: IncomingHttpHeaders, prefix: CustomerKeyPrefix): string | null {
  const algorithm = headers[`${prefix}algorithm`];
  const key = headers[`${prefix}key`];
  const md5 = headers[`${prefix}key-md5`];
  if (algorithm === undefined && key === undefined && md5 === undefined) return null;
  const bad = (name: string, message: string): AwsFault =>
    invalidArgument(`${prefix}${name}`, 'null', message);
  const subject = 'Requests specifying Server Side Encryption with Customer provided keys must provide';
  if (typeof algorithm !== 'string') throw bad('algorithm', `${subject} a valid encryption algorithm.`);
  if (algorithm !== 'AES256') {
    throw new AwsFault(
      'InvalidEncryptionAlgorithmError',
      400,
      'The Encryption request you specified is not valid. Supported value: AES256.',
      { fields: { ArgumentName: `${prefix}algorithm`, ArgumentValue: algorithm } },
    );
  }
  if (typeof key !== 'string') throw bad('key', `${subject} an appropriate secret key.`);
  if (typeof md5 !== 'string')
    throw bad('key-MD5', `${subject} the client calculated MD5 of the secret key.`);
  const bytes = Buffer.from(key, 'base64');
  if (bytes.length !== 32) throw bad('key', 'The secret key was invalid for the specified algorithm.');
  if (createHash('md5').update(bytes).digest('base64') !== md5) {
    throw bad('key-MD5', 'The calculated MD5 hash of the key did not match the hash that was provided.');
  }
  return md5;
}

/**
 * Checks the SSE-C headers of a read against how the object is sealed.
 * @throws AwsFault 400 when a key is missing or not wanted, 403 when it is another key
 */
export function checkCustomerKey(headers: IncomingHttpHeaders, seal: Seal, prefix: CustomerKeyPrefix): void {
  const given = readCustomerKey(headers, prefix);
  if (seal.customerKeyMd5 === null) {
    if (given === null) return;
    throw invalidRequest('The encryption parameters are not applicable to this object.');
  }
  if (given === null) {
    throw invalidRequest(
      'The object was stored using a form of Server Side Encryption. ' +
        'The correct parameters must be provided to retrieve the object.',
    );
  }
  const [a, b] = [Buffer.from(given), Buffer.from(seal.customerKeyMd5)];
  if (a.length !== b.length || !timingSafeEqual(a, b)) throw accessDenied();
}
