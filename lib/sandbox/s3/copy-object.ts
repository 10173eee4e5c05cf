import type { ObjectVersion } from '../state-s3.ts';
import { checkWriteConditions } from './conditions.ts';
import { openCopySource } from './copy-source.ts';
import type { CopySource } from './copy-source.ts';
import { objectOperation, requireWritable } from './define.ts';
import type { ObjectCall } from './define.ts';
import { invalidArgument, invalidRequest } from './faults.ts';
import { versionHeader } from './find-version.ts';
import { describedBy } from './object-headers.ts';
import type { Described } from './object-headers.ts';
import { readLock } from './object-lock.ts';
import { namesEncryption, requestSeal } from './request-seal.ts';
import { xmlResponse } from './respond.ts';
import { etagFor, readTags, refuseReadParameters, storeObject, writtenHeaders } from './store-object.ts';

/** `PUT /key` with `x-amz-copy-source`. The copy is sealed as an upload to its bucket would be, not as its source. */
export const copyObject = objectOperation(
  { name: 'CopyObject', action: 's3:PutObject', method: 'PUT', header: 'x-amz-copy-source' },
  (call) => {
    const { state, bucket, key, request, context } = call;
    const { headers } = request;
    requireWritable(bucket);
    refuseReadParameters(request);
    const source = openCopySource(call);
    const replace = directive(headers['x-amz-metadata-directive'], 'x-amz-metadata-directive');
    const replaceTags = directive(headers['x-amz-tagging-directive'], 'x-amz-tagging-directive');
    refuseNoChange(call, source, replace);
    const seal = requestSeal(state, bucket, headers, context);
    const lock = readLock(headers, bucket, context.now);
    checkWriteConditions(headers, bucket, key);
    const { version } = source;
    const copy = storeObject(call, {
      ...described(call, version, replace),
      ...lock,
      tags: replaceTags ? readTags(headers['x-amz-tagging']) : version.tags,
      seal,
      body: version.body,
      size: version.size,
      etag: version.body ? etagFor(seal, version.body) : version.etag.replace(/-\d+$/, ''),
      checksum: version.checksum?.type === 'FULL_OBJECT' ? version.checksum : null,
    });
    const { etag, ...rest } = writtenHeaders(bucket, copy);
    return xmlResponse(
      'CopyObjectResult',
      { LastModified: new Date(copy.lastModified).toISOString(), ETag: etag },
      { ...rest, ...prefixed(versionHeader(source.bucket, version)) },
    );
  },
);

function described(call: ObjectCall, version: ObjectVersion, replace: boolean): Described {
  const given = describedBy(call.request.headers);
  if (replace) return given;
  const { metadata, systemHeaders, contentType } = version;
  return { metadata, systemHeaders, contentType, storageClass: given.storageClass };
}

/** A copy onto itself must change something. */
function refuseNoChange({ bucket, key, request }: ObjectCall, source: CopySource, replace: boolean): void {
  const changes =
    replace ||
    source.bucket !== bucket ||
    source.key !== key ||
    source.version !== bucket.objects.get(key)?.[0] ||
    namesEncryption(request.headers) ||
    request.headers['x-amz-storage-class'] !== undefined;
  if (changes) return;
  throw invalidRequest(
    "This copy request is illegal because it is trying to copy an object to itself without changing the object's " +
      'metadata, storage class, website redirect location or encryption attributes.',
  );
}

function directive(value: string | string[] | undefined, name: string): boolean {
  if (value === undefined || value === 'COPY') return false;
  if (value === 'REPLACE') return true;
  throw invalidArgument(name, String(value), `Unknown ${name} directive.`);
}

const prefixed = (headers: Record<string, string>): Record<string, string> => {
  const id = headers['x-amz-version-id'];
  return id === undefined ? {} : { 'x-amz-copy-source-version-id': id };
};
