import { compareKeys } from '../key-order.ts';
import type { Bucket, MultipartUpload } from '../state-s3.ts';
import type { XmlObject } from '../xml.ts';
import { bucketOperation } from './define.ts';
import { commonPrefixes } from './list-objects.ts';
import { readPageQuery } from './page-query.ts';
import type { PageQuery } from './page-query.ts';
import { ownerOf, xmlResponse } from './respond.ts';
import { pageRoom } from './page-room.ts';
import { walkKeys } from './walk-keys.ts';

/** `GET /?uploads`, by key, then by upload id (which sorts by time of initiation, see create-multipart-upload.ts). */
export const listMultipartUploads = bucketOperation(
  {
    name: 'ListMultipartUploads',
    action: 's3:ListBucketMultipartUploads',
    method: 'GET',
    query: ['uploads'],
  },
  ({ bucket, request }) => {
    const query = readPageQuery(request, 'max-uploads');
    const keyMarker = request.query.get('key-marker') ?? '';
    // Without a key marker the upload id marker is ignored, as documented.
    const uploadMarker = keyMarker === '' ? '' : (request.query.get('upload-id-marker') ?? '');
    const page = collect(bucket, query, keyMarker, uploadMarker);
    return xmlResponse('ListMultipartUploadsResult', {
      Bucket: bucket.name,
      KeyMarker: query.encode(keyMarker),
      UploadIdMarker: uploadMarker,
      NextKeyMarker: page.next ? query.encode(page.next.key) : undefined,
      NextUploadIdMarker: page.next?.uploadId,
      Prefix: query.prefix === '' ? undefined : query.encode(query.prefix),
      Delimiter: query.delimiter === '' ? undefined : query.encode(query.delimiter),
      MaxUploads: query.max,
      EncodingType: query.encodingType,
      IsTruncated: page.next !== null,
      Upload: page.uploads.map((upload) => uploadXml(bucket, upload, query)),
      CommonPrefixes: commonPrefixes(page.prefixes, query),
    });
  },
);

type UploadPage = {
  readonly uploads: readonly MultipartUpload[];
  readonly prefixes: readonly string[];
  readonly next: { readonly key: string; readonly uploadId: string | undefined } | null;
};

function collect(bucket: Bucket, query: PageQuery, keyMarker: string, uploadMarker: string): UploadPage {
  const sorted = [...bucket.uploads.values()].sort(
    (a, b) => compareKeys(a.key, b.key) || compareKeys(a.uploadId, b.uploadId),
  );
  const uploads: MultipartUpload[] = [];
  const prefixes: string[] = [];
  const end: { last: UploadPage['next'] } = { last: null };
  const room = pageRoom(query.max);
  const keys = { count: sorted.length, keyAt: (index: number) => sorted[index]?.key ?? '' };
  const walk = {
    prefix: query.prefix,
    delimiter: query.delimiter,
    after: keyMarker,
    inclusive: uploadMarker !== '',
  };
  walkKeys(keys, walk, {
    onKey: (key, at) => {
      const upload = sorted[at];
      if (!upload) return false;
      if (key === keyMarker && compareKeys(upload.uploadId, uploadMarker) <= 0) return true;
      if (!room.take()) return false;
      uploads.push(upload);
      end.last = { key, uploadId: upload.uploadId };
      return true;
    },
    onPrefix: (prefix) => {
      if (!room.take()) return false;
      prefixes.push(prefix);
      end.last = { key: prefix, uploadId: undefined };
      return true;
    },
  });
  return { uploads, prefixes, next: room.truncated() ? end.last : null };
}

const uploadXml = (bucket: Bucket, upload: MultipartUpload, query: PageQuery): XmlObject => ({
  Key: query.encode(upload.key),
  UploadId: upload.uploadId,
  Initiator: {
    ID: upload.initiatorArn,
    DisplayName: upload.initiatorArn.slice(upload.initiatorArn.lastIndexOf('/') + 1),
  },
  Owner: ownerOf(bucket.accountId),
  StorageClass: upload.template.storageClass,
  Initiated: new Date(upload.initiated).toISOString(),
  ChecksumAlgorithm: upload.checksumAlgorithm,
  ChecksumType: upload.checksumType,
});
