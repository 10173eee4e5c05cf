import type { IncomingHttpHeaders } from 'node:http';
import type { S3Operation } from '../operation.ts';
import type { S3Address } from './address.ts';
import { s3Operations } from './operations.ts';

/** Parameters that ask for another resource. S3 has more of them than the sandbox; none may be taken for a listing. */
const SUBRESOURCES = [
  'abac accelerate acl analytics annotation attributes cors delete encryption intelligent-tiering inventory',
  'legal-hold lifecycle location logging metadataAnnotationTable metadataConfiguration metadataInventoryTable',
  'metadataJournalTable metadataTable metrics notification object-lock ownershipControls policy policyStatus',
  'publicAccessBlock renameObject replication requestPayment restore retention select session tagging torrent uploadId uploads',
  'versioning versions website',
].flatMap((line) => line.split(' '));

const byShape = new Map<string, readonly S3Operation[]>();
for (const operation of s3Operations) {
  const shape = `${operation.method} ${operation.target}`;
  const others = byShape.get(shape) ?? [];
  // The most demanding first: `?inventory&id=` before `?inventory`.
  byShape.set(
    shape,
    [...others, operation].sort((a, b) => demands(b) - demands(a)),
  );
}

function demands({ query = [], header }: S3Operation): number {
  return query.length + (header === undefined ? 0 : 1);
}

/** The operation that a request asks for; undefined when the sandbox has none, whatever it could be mistaken for. */
export function routeS3(
  method: string,
  { bucket, key, query }: S3Address,
  headers: IncomingHttpHeaders,
): S3Operation | undefined {
  const target = bucket === null ? 'service' : key === null ? 'bucket' : 'object';
  const operation = byShape
    .get(`${method} ${target}`)
    ?.find(
      ({ query: wanted = [], header }) =>
        wanted.every((name) => query.has(name)) && (header === undefined || headers[header] !== undefined),
    );
  if (query.size === 0) return operation;
  const another = SUBRESOURCES.some((name) => query.has(name) && operation?.query?.includes(name) !== true);
  return another ? undefined : operation;
}
