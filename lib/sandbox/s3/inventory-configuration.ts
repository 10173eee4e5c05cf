import { AwsFault } from '../operation.ts';
import type { S3Request } from '../operation.ts';
import { childText, writeElement } from '../xml-parse.ts';
import { bucketOperation } from './define.ts';
import { invalidArgument } from './faults.ts';
import { parseBody } from './parse-body.ts';
import { documentResponse, noContent, xmlTextResponse } from './respond.ts';

const PAGE = 100;

/** `GET /?inventory`: a hundred configurations a page, by id. */
export const listBucketInventoryConfigurations = bucketOperation(
  {
    name: 'ListBucketInventoryConfigurations',
    action: 's3:GetInventoryConfiguration',
    method: 'GET',
    query: ['inventory'],
  },
  ({ bucket, request }) => {
    const token = request.query.get('continuation-token');
    const after = token === undefined ? '' : Buffer.from(token, 'base64url').toString();
    const ids = [...bucket.inventories.keys()].sort().filter((id) => id > after);
    const page = ids.slice(0, PAGE);
    const next = ids.length > PAGE ? Buffer.from(page.at(-1) ?? '').toString('base64url') : null;
    return xmlTextResponse(
      'ListInventoryConfigurationsResult',
      page.map((id) => bucket.inventories.get(id) ?? '').join('') +
        `<IsTruncated>${next !== null}</IsTruncated>` +
        (next === null ? '' : `<NextContinuationToken>${next}</NextContinuationToken>`),
    );
  },
);

/** `GET /?inventory&id=…`. */
export const getBucketInventoryConfiguration = bucketOperation(
  {
    name: 'GetBucketInventoryConfiguration',
    action: 's3:GetInventoryConfiguration',
    method: 'GET',
    query: ['inventory', 'id'],
  },
  ({ bucket, request }) => {
    const document = bucket.inventories.get(request.query.get('id') ?? '');
    if (document === undefined) throw noSuchConfiguration();
    return documentResponse(document);
  },
);

/** `PUT /?inventory&id=…`: the id of the document must be that of the address. */
export const putBucketInventoryConfiguration = bucketOperation(
  {
    name: 'PutBucketInventoryConfiguration',
    action: 's3:PutInventoryConfiguration',
    method: 'PUT',
    query: ['inventory', 'id'],
  },
  ({ bucket, request }) => {
    const body = parseBody(request, 'InventoryConfiguration');
    const id = idOf(request);
    if (childText(body, 'Id') !== id) {
      throw invalidArgument('id', id, 'The id of the request and of the configuration must be the same.');
    }
    bucket.inventories.set(id, writeElement(body));
    return noContent();
  },
);

/** `DELETE /?inventory&id=…`. */
export const deleteBucketInventoryConfiguration = bucketOperation(
  {
    name: 'DeleteBucketInventoryConfiguration',
    action: 's3:PutInventoryConfiguration',
    method: 'DELETE',
    query: ['inventory', 'id'],
  },
  ({ bucket, request }) => {
    if (!bucket.inventories.delete(request.query.get('id') ?? '')) throw noSuchConfiguration();
    return noContent();
  },
);

function idOf(request: S3Request): string {
  const id = request.query.get('id') ?? '';
  if (/^[\w.-]{1,64}$/.test(id)) return id;
  throw invalidArgument(
    'id',
    id,
    'A configuration id has 1 to 64 letters, digits, hyphens, dots or underscores.',
  );
}

const noSuchConfiguration = (): AwsFault =>
  new AwsFault('NoSuchConfiguration', 404, 'The specified configuration does not exist.');
