import { objectOperation } from './define.ts';
import { findUpload } from './find-upload.ts';
import { readCount, readPageQuery } from './page-query.ts';
import { ownerOf, xmlResponse } from './respond.ts';
import { checksumElement } from './checksums.ts';

/** `GET /key?uploadId=…`, by part number. S3 tells nothing of the parts' encryption here. */
export const listParts = objectOperation(
  { name: 'ListParts', action: 's3:ListMultipartUploadParts', method: 'GET', query: ['uploadId'] },
  ({ bucket, key, request }) => {
    const upload = findUpload(bucket, key, request);
    const { max, encode, encodingType } = readPageQuery(request, 'max-parts');
    const marker = readCount(request, 'part-number-marker', 0);
    const rest = [...upload.parts.values()]
      .filter((part) => part.number > marker)
      .sort((a, b) => a.number - b.number);
    const page = rest.slice(0, max);
    return xmlResponse('ListPartsResult', {
      Bucket: bucket.name,
      Key: encode(key),
      UploadId: upload.uploadId,
      Initiator: { ID: upload.initiatorArn },
      Owner: ownerOf(bucket.accountId),
      StorageClass: upload.template.storageClass,
      PartNumberMarker: marker,
      NextPartNumberMarker: page.at(-1)?.number ?? 0,
      MaxParts: max,
      EncodingType: encodingType,
      IsTruncated: max > 0 && rest.length > page.length,
      ChecksumAlgorithm: upload.checksumAlgorithm,
      ChecksumType: upload.checksumType,
      Part: page.map((part) => ({
        PartNumber: part.number,
        LastModified: new Date(part.lastModified).toISOString(),
        ETag: `"${part.etag}"`,
        Size: part.size,
        ...checksumElement(part.checksum),
      })),
    });
  },
);
