import type { IncomingHttpHeaders } from 'node:http';
import type { SignatureClaim } from './sigv4.ts';

/** What was found where a signature should be. */
export type ClaimResult =
  | { readonly kind: 'signed'; readonly claim: SignatureClaim; readonly sessionToken: string | null }
  | { readonly kind: 'anonymous' }
  /** Signature Version 2, 4A, or something else. */
  | { readonly kind: 'unsupported' }
  | { readonly kind: 'malformed'; readonly presigned: boolean; readonly message: string };

const HEADER =
  /^AWS4-HMAC-SHA256\s+Credential=([^,\s]+)\s*,\s*SignedHeaders=([^,\s]+)\s*,\s*Signature=([0-9a-f]{64})$/;

/** Reads the claim out of the Authorization header or the presigned parameters. */
export function readClaim(headers: IncomingHttpHeaders, query: ReadonlyMap<string, string>): ClaimResult {
  const authorization = headers.authorization;
  if (authorization !== undefined) return fromHeader(authorization, headers);
  if (query.has('X-Amz-Algorithm') || query.has('X-Amz-Signature')) return fromQuery(query);
  if (query.has('AWSAccessKeyId')) return { kind: 'unsupported' };
  return { kind: 'anonymous' };
}

function fromHeader(authorization: string, headers: IncomingHttpHeaders): ClaimResult {
  if (!authorization.startsWith('AWS4-HMAC-SHA256')) return { kind: 'unsupported' };
  const match = HEADER.exec(authorization);
  const scope = parseScope(match?.[1]);
  if (!match || !scope) {
    return { kind: 'malformed', presigned: false, message: 'The authorization header is malformed.' };
  }
  const claim = {
    ...scope,
    signedHeaders: (match[2] ?? '').toLowerCase().split(';'),
    signature: match[3] ?? '',
    timestamp: single(headers['x-amz-date']) ?? httpDate(headers.date),
    presigned: null,
  };
  return { kind: 'signed', claim, sessionToken: single(headers['x-amz-security-token']) };
}

function fromQuery(query: ReadonlyMap<string, string>): ClaimResult {
  const bad = (message: string): ClaimResult => ({ kind: 'malformed', presigned: true, message });
  if (query.get('X-Amz-Algorithm') !== 'AWS4-HMAC-SHA256') {
    return bad('X-Amz-Algorithm only supports "AWS4-HMAC-SHA256"');
  }
  const scope = parseScope(query.get('X-Amz-Credential'));
  const signature = query.get('X-Amz-Signature');
  const signedHeaders = query.get('X-Amz-SignedHeaders');
  const timestamp = query.get('X-Amz-Date');
  const expires = query.get('X-Amz-Expires');
  if (!scope || !signature || !signedHeaders || !timestamp || expires === undefined) {
    return bad(
      'Query-string authentication version 4 requires the X-Amz-Algorithm, X-Amz-Credential, X-Amz-Signature, ' +
        'X-Amz-Date, X-Amz-SignedHeaders, and X-Amz-Expires parameters.',
    );
  }
  const expiresSeconds = Number(expires);
  if (!Number.isInteger(expiresSeconds) || expiresSeconds < 0) return bad('X-Amz-Expires should be a number');
  if (expiresSeconds > 604_800) return bad('X-Amz-Expires must be less than a week (in seconds)');
  const claim = {
    ...scope,
    signedHeaders: signedHeaders.toLowerCase().split(';'),
    signature,
    timestamp,
    presigned: { expiresSeconds },
  };
  return { kind: 'signed', claim, sessionToken: query.get('X-Amz-Security-Token') ?? null };
}

function parseScope(
  text: string | undefined,
): Pick<SignatureClaim, 'accessKeyId' | 'date' | 'region' | 'service'> | null {
  const parts = text?.split('/') ?? [];
  const [accessKeyId, date, region, service, terminator] = parts;
  if (parts.length !== 5 || terminator !== 'aws4_request') return null;
  // The Region becomes that of new buckets and keys, and so part of headers and ARNs.
  if (!region || !/^[a-z0-9-]{1,32}$/.test(region)) return null;
  return accessKeyId && date && service ? { accessKeyId, date, region, service } : null;
}

const single = (value: string | string[] | undefined): string | null =>
  typeof value === 'string' ? value : null;

function httpDate(value: string | undefined): string | null {
  const time = value === undefined ? NaN : Date.parse(value);
  return Number.isNaN(time) ? null : new Date(time).toISOString().replace(/[-:]|\.\d{3}/g, '');
}
