import type { S3Request } from '../operation.ts';
import type { Bucket, ObjectVersion } from '../state-s3.ts';
import { decodeUri } from '../uri.ts';
import { checkReadConditions } from './conditions.ts';
import { checkCustomerKey } from './customer-key.ts';
import type { ObjectCall } from './define.ts';
import { accessDenied, invalidArgument, noSuchBucket, preconditionFailed } from './faults.ts';
import { findVersion } from './find-version.ts';
import { decryptForReading } from './kms-keys.ts';

/** The object a copy reads from. */
export type CopySource = { readonly bucket: Bucket; readonly key: string; readonly version: ObjectVersion };

/**
 * Finds and opens the source of a copy: `x-amz-copy-source: /bucket/key[?versionId=…]`, URL-encoded.
 * @throws AwsFault as reading the source would, and 400 when the header is not of that form
 */
export function openCopySource({ state, request, context }: ObjectCall): CopySource {
  const { name, key, versionId } = parse(request);
  const bucket = state.buckets.get(name);
  if (!bucket) throw noSuchBucket(name);
  const owner = request.headers['x-amz-source-expected-bucket-owner'];
  if (owner !== undefined && owner !== bucket.accountId) throw accessDenied();
  const query = new Map(versionId === null ? [] : [['versionId', versionId]]);
  const version = findVersion(bucket, key, { method: 'GET', query });
  checkCustomerKey(request.headers, version.seal, 'x-amz-copy-source-server-side-encryption-customer-');
  if (checkReadConditions(request.headers, version, 'x-amz-copy-source-') === 'notModified') {
    throw preconditionFailed('x-amz-copy-source-If-None-Match');
  }
  decryptForReading(state, bucket, key, version.seal, context);
  return { bucket, key, version };
}

function parse(request: S3Request): { name: string; key: string; versionId: string | null } {
  const header = String(request.headers['x-amz-copy-source']);
  const bad = () =>
    invalidArgument(
      'x-amz-copy-source',
      header,
      'Copy Source must mention the source bucket and key: sourcebucket/sourcekey',
    );
  const [path = '', query = ''] = header.split('?', 2);
  let text: string;
  try {
    text = decodeUri(path).replace(/^\//, '');
  } catch {
    throw bad();
  }
  const slash = text.indexOf('/');
  if (slash < 1 || slash === text.length - 1) throw bad();
  const versionId = query.startsWith('versionId=') ? query.slice('versionId='.length) : null;
  return { name: text.slice(0, slash), key: text.slice(slash + 1), versionId };
}
