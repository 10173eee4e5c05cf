import type { IncomingHttpHeaders } from 'node:http';
import { AwsFault } from '../operation.ts';
import type { Bucket, ObjectVersion } from '../state-s3.ts';
import { versionHeader } from './find-version.ts';
import { sealHeaders } from './request-seal.ts';

const META = 'x-amz-meta-';
const MAX_METADATA_BYTES = 2048;
const SYSTEM = [
  'cache-control',
  'content-disposition',
  'content-encoding',
  'content-language',
  'expires',
] as const;

/** Response headers of HEAD and GET, without length, range and checksum. */
export function objectHeaders(bucket: Bucket, version: ObjectVersion): Record<string, string> {
  const headers: Record<string, string> = {
    'last-modified': new Date(version.lastModified).toUTCString(),
    etag: `"${version.etag}"`,
    'accept-ranges': 'bytes',
    'content-type': version.contentType,
    ...sealHeaders(version.seal),
    ...version.systemHeaders,
    ...versionHeader(bucket, version),
  };
  for (const name in version.metadata) headers[META + name] = version.metadata[name] ?? '';
  if (version.storageClass !== 'STANDARD') headers['x-amz-storage-class'] = version.storageClass;
  let tags = 0;
  for (const name in version.tags) if (Object.hasOwn(version.tags, name)) tags += 1;
  if (tags > 0) headers['x-amz-tagging-count'] = String(tags);
  if (version.retention) {
    headers['x-amz-object-lock-mode'] = version.retention.mode;
    headers['x-amz-object-lock-retain-until-date'] = new Date(version.retention.until).toISOString();
  }
  if (version.legalHold) headers['x-amz-object-lock-legal-hold'] = 'ON';
  return headers;
}

/** What a request says about the object besides its bytes and seal. */
export type Described = Pick<ObjectVersion, 'metadata' | 'systemHeaders' | 'contentType' | 'storageClass'>;

/**
 * Metadata, system headers, type and storage class of an upload.
 * @throws AwsFault 400 MetadataTooLarge or InvalidStorageClass
 */
export function describedBy(headers: IncomingHttpHeaders): Described {
  const metadata: Record<string, string> = {};
  const systemHeaders: Record<string, string> = {};
  let bytes = 0;
  for (const [name, value] of Object.entries(headers)) {
    if (!name.startsWith(META) || typeof value !== 'string') continue;
    metadata[name.slice(META.length)] = value;
    bytes += name.length - META.length + value.length;
  }
  if (bytes > MAX_METADATA_BYTES) {
    throw new AwsFault(
      'MetadataTooLarge',
      400,
      'Your metadata headers exceed the maximum allowed metadata size',
    );
  }
  for (const name of SYSTEM) {
    const value = headers[name];
    if (typeof value === 'string') systemHeaders[name] = value;
  }
  // aws-chunked describes the transfer, and is not stored.
  const encoding = systemHeaders['content-encoding']?.replace(/aws-chunked,?\s*/, '').replace(/,\s*$/, '');
  if (encoding !== undefined) systemHeaders['content-encoding'] = encoding;
  if (encoding === '') delete systemHeaders['content-encoding'];
  return {
    metadata,
    systemHeaders,
    contentType: headers['content-type'] ?? 'binary/octet-stream',
    storageClass: readStorageClass(headers),
  };
}

const STORAGE_CLASSES = new Set([
  'STANDARD',
  'REDUCED_REDUNDANCY',
  'STANDARD_IA',
  'ONEZONE_IA',
  'INTELLIGENT_TIERING',
  'GLACIER',
  'DEEP_ARCHIVE',
  'GLACIER_IR',
]);

function readStorageClass(headers: IncomingHttpHeaders): string {
  const value = headers['x-amz-storage-class'];
  if (typeof value !== 'string') return 'STANDARD';
  if (STORAGE_CLASSES.has(value)) return value;
  throw new AwsFault('InvalidStorageClass', 400, 'The storage class you specified is not valid');
}
