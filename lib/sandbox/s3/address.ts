import type { IncomingHttpHeaders } from 'node:http';
import { decodeUri, parseParameters } from '../uri.ts';
import { invalidUri } from '../operation.ts';

/** What an S3 request is about. */
export type S3Address = {
  readonly bucket: string | null;
  readonly key: string | null;
  readonly query: ReadonlyMap<string, string>;
};

/** Hosts under which a bucket can be a subdomain; everything else is path-style. */
const VIRTUAL = /^(?!s3\.(?:[a-z0-9-]+\.)?localhost)(.+?)\.(?:s3\.(?:[a-z0-9-]+\.)?)?localhost(?::\d+)?$/i;

/**
 * Reads bucket, key and parameters from the address, path-style (`/bucket/key`) or virtual-hosted
 * (`bucket.localhost/key`, `bucket.s3.localhost/key`, `bucket.s3.eu-west-1.localhost/key`).
 * @throws AwsFault 400 InvalidURI when it cannot be decoded
 */
export function readAddress(url: string, headers: IncomingHttpHeaders): S3Address {
  const mark = url.indexOf('?');
  const path = mark < 0 ? url : url.slice(0, mark);
  try {
    const query = parseParameters(mark < 0 ? '' : url.slice(mark + 1));
    const virtual = VIRTUAL.exec(headers.host ?? '')?.[1];
    if (virtual !== undefined) {
      return { bucket: virtual, key: orNull(decodeUri(path.slice(1))), query };
    }
    const slash = path.indexOf('/', 1);
    const bucket = decodeUri(slash < 0 ? path.slice(1) : path.slice(1, slash));
    return {
      bucket: orNull(bucket),
      key: slash < 0 ? null : orNull(decodeUri(path.slice(slash + 1))),
      query,
    };
  } catch {
    throw invalidUri();
  }
}

const orNull = (text: string): string | null => (text === '' ? null : text);
