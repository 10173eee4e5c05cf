import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { decodeUri, encodePath, encodeRfc3986 } from './uri.ts';

/** What a request says about its own signature, from the Authorization header or from presigned parameters. */
export type SignatureClaim = {
  readonly accessKeyId: string;
  /** `YYYYMMDD`. */
  readonly date: string;
  readonly region: string;
  readonly service: string;
  /** Lower case, as listed. */
  readonly signedHeaders: readonly string[];
  /** 64 hex digits. */
  readonly signature: string;
  /** `YYYYMMDDTHHMMSSZ`, or null when the request carries none. */
  readonly timestamp: string | null;
  /** Presigned URLs only. */
  readonly presigned: { readonly expiresSeconds: number } | null;
};

/** The parts of a request that a signature covers. */
export type SignedParts = {
  readonly method: string;
  /** As sent, with query. */
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  /** Hex SHA-256 of the payload, or one of the fixed words such as UNSIGNED-PAYLOAD. */
  readonly payloadHash: string;
};

/** The signature this request should carry, and what chunk signatures go on from. */
export type Expected = { readonly signature: string; readonly signingKey: Buffer; readonly scope: string };

/** Computes the Signature Version 4 signature of a request independently of any client library. */
export function expectedSignature(secret: string, claim: SignatureClaim, parts: SignedParts): Expected {
  const scope = `${claim.date}/${claim.region}/${claim.service}/aws4_request`;
  const signingKey = derivedKey(secret, claim.date, claim.region, claim.service);
  const canonical = canonicalRequest(claim, parts);
  const toSign = `AWS4-HMAC-SHA256\n${claim.timestamp ?? ''}\n${scope}\n${sha256Hex(canonical)}`;
  return { signature: hmac(signingKey, toSign).toString('hex'), signingKey, scope };
}

/** The canonical request: bytes as latin1 text, since that is how Node hands over header values. */
function canonicalRequest(claim: SignatureClaim, parts: SignedParts): string {
  const question = parts.url.indexOf('?');
  const path = question < 0 ? parts.url : parts.url.slice(0, question);
  const query = question < 0 ? '' : parts.url.slice(question + 1);
  let headers = '';
  for (const name of claim.signedHeaders) headers += `${name}:${headerValue(parts.headers, name)}\n`;
  return [
    parts.method,
    canonicalPath(path, claim.service),
    canonicalQuery(query),
    headers,
    claim.signedHeaders.join(';'),
    parts.payloadHash,
  ].join('\n');
}

/** Hex SHA-256; text is taken as latin1 bytes. */
export const sha256Hex = (data: string | Uint8Array): string =>
  (typeof data === 'string'
    ? createHash('sha256').update(data, 'latin1')
    : createHash('sha256').update(data)
  ).digest('hex');

/** HMAC-SHA-256; text is taken as latin1 bytes. */
export const hmac = (key: string | Buffer, data: string): Buffer =>
  createHmac('sha256', key).update(data, 'latin1').digest();

/** Compares two signatures without telling by its time where they differ. */
export function sameSignature(a: string, b: string): boolean {
  const left = Buffer.from(a);
  const right = Buffer.from(b);
  return left.length === right.length && timingSafeEqual(left, right);
}

/** `YYYYMMDDTHHMMSSZ` → milliseconds since the epoch, NaN when it is not of that form. */
export function parseTimestamp(text: string): number {
  const match = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(text);
  if (!match) return NaN;
  const [, year, month, day, hour, minute, second] = match;
  return Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
}

/** S3 signs the path encoded once; every other service signs it encoded twice. */
function canonicalPath(path: string, service: string): string {
  const once = encodePath(decodeUri(path));
  return service === 's3' ? once : encodePath(once);
}

function canonicalQuery(query: string): string {
  if (query === '') return '';
  const pairs: (readonly [string, string])[] = [];
  for (const pair of query.split('&')) {
    if (pair === '') continue;
    const equals = pair.indexOf('=');
    const name = reencode(equals < 0 ? pair : pair.slice(0, equals));
    if (name === 'X-Amz-Signature') continue;
    pairs.push([name, equals < 0 ? '' : reencode(pair.slice(equals + 1))]);
  }
  pairs.sort(([a, x], [b, y]) => byCodeUnit(a, b) || byCodeUnit(x, y));
  return pairs.map(([name, value]) => `${name}=${value}`).join('&');
}

const reencode = (text: string): string => encodeRfc3986(decodeUri(text.replaceAll('+', ' ')));

const byCodeUnit = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

function headerValue(headers: IncomingHttpHeaders, name: string): string {
  const value = headers[name];
  const text = typeof value === 'string' ? value : (value?.join(',') ?? '');
  return text.trim().replace(/ {2,}/g, ' ');
}

const CACHE_LIMIT = 256;
const keys = new Map<string, Buffer>();

/** Four HMACs, remembered: a client uses one key all day. */
function derivedKey(secret: string, date: string, region: string, service: string): Buffer {
  const id = `${date}/${region}/${service}/${secret}`;
  const cached = keys.get(id);
  if (cached) return cached;
  const key = hmac(hmac(hmac(hmac(`AWS4${secret}`, date), region), service), 'aws4_request');
  if (keys.size >= CACHE_LIMIT) keys.clear();
  keys.set(id, key);
  return key;
}
