import { createHash } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { crc32 } from 'node:zlib';
import { AwsFault } from '../operation.ts';
import { invalidRequest } from './faults.ts';

/** A checksum as it is stored and sent: `header` is its response header. */
export type Checksum = { readonly header: string; readonly value: string };

const PREFIX = 'x-amz-checksum-';
const NOT_CHECKSUMS = new Set(['x-amz-checksum-algorithm', 'x-amz-checksum-mode', 'x-amz-checksum-type']);

/** Algorithms that the sandbox computes; values of others (KEPT_UNVERIFIED) are stored as given. */
const COMPUTED: ReadonlyMap<string, (data: Uint8Array) => string> = new Map([
  ['crc32', (data: Uint8Array) => bigEndian(crc32(data))],
  ['crc32c', (data: Uint8Array) => bigEndian(crc32c(data))],
  ...['sha1', 'sha256', 'sha512', 'md5'].map(
    (name) => [name, (data: Uint8Array) => createHash(name).update(data).digest('base64')] as const,
  ),
]);
const KEPT_UNVERIFIED = ['crc64nvme', 'xxhash64', 'xxhash3', 'xxhash128'];

/** Whether S3 knows a checksum algorithm, in lower case. */
export const isChecksumAlgorithm = (name: string): boolean =>
  COMPUTED.has(name) || KEPT_UNVERIFIED.includes(name);

/**
 * The checksum of a payload that headers or trailers carry, verified, or null when they carry none.
 * @throws AwsFault 400 BadDigest, InvalidDigest or InvalidRequest
 */
export function readChecksum(
  headers: IncomingHttpHeaders,
  trailers: ReadonlyMap<string, string>,
  body: Uint8Array,
): Checksum | null {
  checkMd5(headers, body);
  const found: Checksum[] = [];
  for (const [header, value] of [...Object.entries(headers), ...trailers]) {
    if (header.startsWith(PREFIX) && !NOT_CHECKSUMS.has(header) && typeof value === 'string') {
      found.push({ header, value });
    }
  }
  if (found.length > 1) throw invalidRequest('Expecting a single x-amz-checksum- header.');
  const checksum = found[0];
  if (!checksum) return null;
  const algorithm = checksum.header.slice(PREFIX.length);
  if (!isChecksumAlgorithm(algorithm)) throw invalidRequest(`${checksum.header} is not a checksum of S3.`);
  const computed = COMPUTED.get(algorithm)?.(body);
  if (computed !== undefined && computed !== checksum.value) {
    throw new AwsFault(
      'BadDigest',
      400,
      `The ${algorithm.toUpperCase()} you specified did not match the calculated checksum.`,
    );
  }
  return checksum;
}

/**
 * The checksum of a multipart object: over its bytes, or over the checksums of its parts (with the number of parts
 * behind a dash). Null when the algorithm is not one that the sandbox computes.
 */
export function multipartChecksum(
  algorithm: string,
  type: 'FULL_OBJECT' | 'COMPOSITE',
  body: Uint8Array,
  parts: readonly (Checksum | null)[],
): Checksum | null {
  const header = PREFIX + algorithm.toLowerCase();
  const compute = COMPUTED.get(algorithm.toLowerCase());
  if (!compute) return null;
  if (type === 'FULL_OBJECT') return { header, value: compute(body) };
  if (parts.some((part) => part === null)) return null;
  const joined = Buffer.concat(parts.map((part) => Buffer.from(part?.value ?? '', 'base64')));
  return { header, value: `${compute(joined)}-${parts.length}` };
}

function checkMd5(headers: IncomingHttpHeaders, body: Uint8Array): void {
  const md5 = headers['content-md5'];
  if (typeof md5 !== 'string') return;
  if (Buffer.from(md5, 'base64').length !== 16) {
    throw new AwsFault('InvalidDigest', 400, 'The Content-MD5 you specified was invalid.');
  }
  if (createHash('md5').update(body).digest('base64') !== md5) {
    throw new AwsFault('BadDigest', 400, 'The Content-MD5 you specified did not match what we received.');
  }
}

function bigEndian(value: number): string {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value >>> 0);
  return bytes.toString('base64');
}

/** Castagnoli polynomial, reflected. */
const CRC32C_TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte;
  for (let bit = 0; bit < 8; bit += 1) crc = (crc >>> 1) ^ (crc & 1 ? 0x82f63b78 : 0);
  return crc;
});

function crc32c(data: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of data) crc = (crc >>> 8) ^ (CRC32C_TABLE[(crc ^ byte) & 0xff] ?? 0);
  return (crc ^ 0xffffffff) >>> 0;
}

/** `{ ChecksumSHA256: … }`, as results in XML name a checksum; nothing for null. */
export const checksumElement = (checksum: Checksum | null): Readonly<Record<string, string>> =>
  checksum ? { [`Checksum${checksum.header.slice(PREFIX.length).toUpperCase()}`]: checksum.value } : {};
