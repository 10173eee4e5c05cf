import { checksumElement } from './checksums.ts';
import { checkCustomerKey } from './customer-key.ts';
import { objectOperation } from './define.ts';
import { invalidArgument } from './faults.ts';
import { findVersion, versionHeader } from './find-version.ts';
import { xmlResponse } from './respond.ts';

const KNOWN = ['ETag', 'Checksum', 'ObjectParts', 'StorageClass', 'ObjectSize'];

/** `GET /key?attributes`. Has no attribute for encryption (FACTS §1.1). */
export const getObjectAttributes = objectOperation(
  { name: 'GetObjectAttributes', action: 's3:GetObjectAttributes', method: 'GET', query: ['attributes'] },
  ({ bucket, key, request }) => {
    const header = String(request.headers['x-amz-object-attributes'] ?? '');
    const wanted = header.split(',').map((name) => name.trim());
    if (!wanted.every((name) => KNOWN.includes(name))) {
      throw invalidArgument('x-amz-object-attributes', header, 'Invalid attribute name specified.');
    }
    const version = findVersion(bucket, key, request);
    checkCustomerKey(request.headers, version.seal, 'x-amz-server-side-encryption-customer-');
    const { checksum, partSizes } = version;
    const all = {
      ETag: version.etag,
      Checksum: checksum && { ...checksumElement(checksum), ChecksumType: checksum.type },
      ObjectParts: partSizes && { PartsCount: partSizes.length },
      StorageClass: version.storageClass,
      ObjectSize: version.size,
    };
    const asked = Object.fromEntries(Object.entries(all).filter(([name]) => wanted.includes(name)));
    return xmlResponse('GetObjectAttributesResponse', asked, {
      'last-modified': new Date(version.lastModified).toUTCString(),
      ...versionHeader(bucket, version),
    });
  },
);
