import { AwsFault } from '../operation.ts';
import type { S3Response } from '../operation.ts';
import type { ObjectVersion } from '../state-s3.ts';
import { checkReadConditions } from './conditions.ts';
import { checkCustomerKey } from './customer-key.ts';
import { objectOperation } from './define.ts';
import type { ObjectCall } from './define.ts';
import { invalidArgument } from './faults.ts';
import { findVersion } from './find-version.ts';
import { decryptForReading } from './kms-keys.ts';
import { readBody } from './made-up-body.ts';
import { objectHeaders } from './object-headers.ts';
import { refuseSealHeaders } from './request-seal.ts';

/** `HEAD /key`. Needs no kms:Decrypt, unless the checksum of a KMS object is asked for. */
export const headObject = objectOperation(
  { name: 'HeadObject', action: 's3:GetObject', method: 'HEAD' },
  (call) => {
    const version = readable(call);
    if (version.seal.kmsKeyId !== null && version.checksum && wantsChecksum(call)) {
      decryptForReading(call.state, call.bucket, call.key, version.seal, call.context);
    }
    return answer(call, version, false);
  },
);

/** `GET /key`, whole or a range. */
export const getObject = objectOperation(
  { name: 'GetObject', action: 's3:GetObject', method: 'GET' },
  (call) => {
    const version = readable(call);
    if (version.storageClass === 'GLACIER' || version.storageClass === 'DEEP_ARCHIVE') {
      throw new AwsFault(
        'InvalidObjectState',
        403,
        "The operation is not valid for the object's storage class",
        {
          fields: { StorageClass: version.storageClass },
        },
      );
    }
    decryptForReading(call.state, call.bucket, call.key, version.seal, call.context);
    return answer(call, version, true);
  },
);

function readable(call: ObjectCall): ObjectVersion {
  const version = findVersion(call.bucket, call.key, call.request);
  refuseSealHeaders(call.request.headers, 'The encryption headers are not supported for this operation.');
  checkCustomerKey(call.request.headers, version.seal, 'x-amz-server-side-encryption-customer-');
  return version;
}

const wantsChecksum = (call: ObjectCall): boolean =>
  call.request.headers['x-amz-checksum-mode'] === 'ENABLED';

function answer(call: ObjectCall, version: ObjectVersion, withBody: boolean): S3Response {
  const { bucket, request } = call;
  const headers = objectHeaders(bucket, version);
  if (checkReadConditions(request.headers, version) === 'notModified') return { status: 304, headers };
  const range = requestedRange(call, version);
  const [start, end] = range ?? [0, version.size];
  headers['content-length'] = String(end - start);
  if (range) headers['content-range'] = `bytes ${start}-${end - 1}/${version.size}`;
  if (version.checksum && !range && wantsChecksum(call)) {
    headers[version.checksum.header] = version.checksum.value;
    headers['x-amz-checksum-type'] = version.checksum.type;
  }
  if (version.partSizes && request.query.has('partNumber')) {
    headers['x-amz-mp-parts-count'] = String(version.partSizes.length);
  }
  overrideHeaders(headers, request.query);
  const status = range ? 206 : 200;
  return withBody ? { status, headers, body: readBody(version, start, end) } : { status, headers };
}

/** `[start, end)` of the Range header or of `partNumber`; null for the whole object, and for ranges S3 ignores. */
function requestedRange({ request }: ObjectCall, version: ObjectVersion): readonly [number, number] | null {
  const part = request.query.get('partNumber');
  if (part !== undefined) return partRange(Number(part), version);
  const header = request.headers.range;
  if (header === undefined) return null;
  const match = /^bytes=(\d*)-(\d*)$/.exec(header.trim());
  if (!match || (match[1] === '' && match[2] === '')) return null;
  const { size } = version;
  if (match[1] === '') {
    const length = Math.min(size, Number(match[2]));
    if (length === 0) throw unsatisfiable(header, size);
    return [size - length, size];
  }
  const start = Number(match[1]);
  const end = match[2] === '' ? size : Math.min(size, Number(match[2]) + 1);
  if (match[2] !== '' && Number(match[2]) < start) return null;
  if (start >= size) throw unsatisfiable(header, size);
  return [start, end];
}

function partRange(part: number, version: ObjectVersion): readonly [number, number] {
  const sizes = version.partSizes ?? [version.size];
  const size = sizes[part - 1];
  if (size === undefined) {
    throw new AwsFault('InvalidPartNumber', 416, 'The requested partnumber is not satisfiable');
  }
  const start = sizes.slice(0, part - 1).reduce((sum, each) => sum + each, 0);
  return [start, start + size];
}

const unsatisfiable = (range: string, size: number): AwsFault =>
  new AwsFault('InvalidRange', 416, 'The requested range is not satisfiable', {
    headers: { 'content-range': `bytes */${size}` },
    fields: { RangeRequested: range, ActualObjectSize: String(size) },
  });

const OVERRIDES = [
  'cache-control',
  'content-disposition',
  'content-encoding',
  'content-language',
  'content-type',
  'expires',
];

/** `response-content-type` and its like, as presigned links use them. */
function overrideHeaders(headers: Record<string, string>, query: ReadonlyMap<string, string>): void {
  if (query.size === 0) return;
  for (const name of OVERRIDES) {
    const value = query.get(`response-${name}`);
    if (value === undefined) continue;
    if (!isHeaderValue(value))
      throw invalidArgument(`response-${name}`, value, 'Header values cannot hold control characters.');
    headers[name] = value;
  }
}

const isHeaderValue = (value: string): boolean => /^[\t\x20-\x7e\x80-\xff]*$/.test(value);
