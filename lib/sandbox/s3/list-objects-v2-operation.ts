import { writeContent } from '../xml.ts';
import { bucketOperation } from './define.ts';
import { invalidArgument } from './faults.ts';
import { commonPrefixes, listObjects } from './list-objects.ts';
import { readPageQuery } from './page-query.ts';
import { xmlTextResponse } from './respond.ts';

/** `GET /?list-type=2`. The continuation token is the last key or common prefix, encoded. */
export const listObjectsV2 = bucketOperation(
  { name: 'ListObjectsV2', action: 's3:ListBucket', method: 'GET', query: ['list-type'] },
  ({ bucket, request }) => {
    if (request.query.get('list-type') !== '2') {
      throw invalidArgument(
        'list-type',
        request.query.get('list-type') ?? '',
        'Invalid List Type specified in Request',
      );
    }
    const query = readPageQuery(request, 'max-keys');
    const token = request.query.get('continuation-token');
    const startAfter = request.query.get('start-after') ?? '';
    const after = token === undefined ? startAfter : readToken(token);
    const page = listObjects(bucket, query, after, request.query.get('fetch-owner') === 'true');
    const head = writeContent({
      Name: bucket.name,
      Prefix: query.encode(query.prefix),
      ContinuationToken: token,
      NextContinuationToken: page.truncated ? writeToken(page.last) : undefined,
      StartAfter: startAfter === '' ? undefined : query.encode(startAfter),
      KeyCount: page.count,
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

const writeToken = (last: string): string => Buffer.from(`1${last}`).toString('base64url');

function readToken(token: string): string {
  const text = Buffer.from(token, 'base64url').toString();
  if (text.startsWith('1') && writeToken(text.slice(1)) === token) return text.slice(1);
  throw invalidArgument('continuation-token', token, 'The continuation token provided is incorrect');
}
