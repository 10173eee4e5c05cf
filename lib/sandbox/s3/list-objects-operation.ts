import { writeContent } from '../xml.ts';
import { bucketOperation } from './define.ts';
import { commonPrefixes, listObjects } from './list-objects.ts';
import { readPageQuery } from './page-query.ts';
import { xmlTextResponse } from './respond.ts';

/** `GET /`, version 1. NextMarker comes only with a delimiter; without one the last key is the next marker. */
export const listObjectsV1 = bucketOperation(
  { name: 'ListObjects', action: 's3:ListBucket', method: 'GET' },
  ({ bucket, request }) => {
    const query = readPageQuery(request, 'max-keys');
    const marker = request.query.get('marker') ?? '';
    const page = listObjects(bucket, query, marker, true);
    const head = writeContent({
      Name: bucket.name,
      Prefix: query.encode(query.prefix),
      Marker: query.encode(marker),
      NextMarker: page.truncated && query.delimiter !== '' ? query.encode(page.last) : undefined,
      MaxKeys: query.max,
      Delimiter: query.delimiter === '' ? undefined : query.encode(query.delimiter),
      EncodingType: query.encodingType,
      IsTruncated: page.truncated,
    });
    const tail = writeContent({ CommonPrefixes: commonPrefixes(page.prefixes, query) });
    return xmlTextResponse('ListBucketResult', head + page.contents + tail, {
      'x-amz-bucket-region': bucket.region,
    });
  },
);
