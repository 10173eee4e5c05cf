import { randomBytes } from 'node:crypto';
import { addVersion, md5Hex, newObject, newVersionId } from '../objects.ts';
import type { S3Request } from '../operation.ts';
import type { Bucket, ObjectVersion, Seal } from '../state-s3.ts';
import { parseParameters } from '../uri.ts';
import type { ObjectCall } from './define.ts';
import { invalidArgument } from './faults.ts';
import { versionHeader } from './find-version.ts';
import { recordSealing } from './kms-keys.ts';
import { sealHeaders } from './request-seal.ts';

/** Everything about a new version but its id and time. */
export type NewVersion = Pick<ObjectVersion, 'size' | 'etag' | 'seal' | 'body'> & Partial<ObjectVersion>;

/** Makes a new version the newest of its key. `recorded` is false when its KMS call was made earlier (multipart). */
export function storeObject(call: ObjectCall, parts: NewVersion, recorded = true): ObjectVersion {
  const { state, bucket, key, context } = call;
  const version = newObject({
    ...parts,
    versionId: bucket.versioning === 'Enabled' ? newVersionId() : null,
    lastModified: wholeSecond(context.now),
  });
  addVersion(bucket, key, version);
  if (recorded) recordSealing(state, bucket, key, parts.seal, context);
  return version;
}

/**
 * Refuses the parameters by which reads choose a version or part: a write that ignored them would replace the object.
 * @throws AwsFault 400 InvalidArgument
 */
export function refuseReadParameters({ query }: Pick<S3Request, 'query'>): void {
  for (const name of ['versionId', 'partNumber']) {
    const value = query.get(name);
    if (value !== undefined) throw invalidArgument(name, value, `This operation does not accept ${name}.`);
  }
}

/** S3 keeps times to the second. */
export const wholeSecond = (time: number): number => Math.floor(time / 1000) * 1000;

/** An ETag: the MD5 of the bytes, except under SSE-KMS, DSSE-KMS and SSE-C, where it is not. */
export const etagFor = (seal: Seal, body: Uint8Array): string =>
  seal.kmsKeyId === null && seal.customerKeyMd5 === null ? md5Hex(body) : randomBytes(16).toString('hex');

/** Response headers of a write. */
export const writtenHeaders = (bucket: Bucket, version: ObjectVersion): Record<string, string> => ({
  etag: `"${version.etag}"`,
  ...sealHeaders(version.seal),
  ...versionHeader(bucket, version),
  ...(version.checksum
    ? { [version.checksum.header]: version.checksum.value, 'x-amz-checksum-type': version.checksum.type }
    : {}),
});

/**
 * Tags of the `x-amz-tagging` header: a query string, at most 10.
 * @throws AwsFault 400 InvalidArgument
 */
export function readTags(header: string | string[] | undefined): Record<string, string> {
  if (typeof header !== 'string') return {};
  try {
    const tags = parseParameters(header);
    if (tags.size <= 10) return Object.fromEntries(tags);
  } catch {
    // not decodable: refused below
  }
  throw invalidArgument(
    'x-amz-tagging',
    header,
    'The header x-amz-tagging must hold at most 10 URL-encoded tags.',
  );
}
