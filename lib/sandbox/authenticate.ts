import type { IncomingHttpHeaders } from 'node:http';
import { decodeChunked, isChunked } from './aws-chunked.ts';
import { authFault } from './auth-fault.ts';
import type { Protocol } from './auth-fault.ts';
import { AwsFault, invalidUri } from './operation.ts';
import { readClaim } from './signature-claim.ts';
import { expectedSignature, parseTimestamp, sameSignature, sha256Hex } from './sigv4.ts';
import type { Expected, SignatureClaim, SignedParts } from './sigv4.ts';
import type { Credential, SandboxState } from './state.ts';

/** A request before anybody knows who sent it. */
export type UnverifiedRequest = {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly query: ReadonlyMap<string, string>;
  /** As received; aws-chunked framing still in place. */
  readonly rawBody: Buffer;
};

/** Who sent it, and what was inside the framing. */
export type Authenticated = {
  readonly accessKeyId: string;
  readonly accountId: string;
  readonly callerArn: string;
  readonly region: string;
  readonly body: Buffer;
  /** Headers sent after the body (`x-amz-checksum-…`), lower case. */
  readonly trailers: ReadonlyMap<string, string>;
};

const MAX_SKEW_MS = 15 * 60 * 1000;
const NO_TRAILERS: ReadonlyMap<string, string> = new Map();

/**
 * Verifies the signature, the clock, the session token and the payload of a request.
 * @throws AwsFault with the code that the protocol uses for what is wrong
 */
export function authenticate(
  state: SandboxState,
  protocol: Protocol,
  request: UnverifiedRequest,
): Authenticated {
  const found = readClaim(request.headers, request.query);
  if (found.kind === 'anonymous') throw authFault(protocol, 'unsigned');
  if (found.kind === 'unsupported') throw authFault(protocol, 'unsupported');
  if (found.kind === 'malformed') {
    throw authFault(protocol, found.presigned ? 'malformedQuery' : 'malformed', found.message);
  }
  const { claim, sessionToken } = found;
  const credential = state.credentials.get(claim.accessKeyId);
  if (!credential) {
    if (state.strictCredentials) throw authFault(protocol, 'unknownKey');
    return { ...trusted(state, claim), ...payload(request, null) };
  }
  checkClock(state, protocol, claim);
  const payloadHash = declaredHash(protocol, request, claim);
  checkSignedHeaders(protocol, request, claim);
  const expected = expectedOf(credential.secret, claim, { ...request, payloadHash });
  if (!sameSignature(expected.signature, claim.signature)) throw authFault(protocol, 'wrongSignature');
  checkSession(state, protocol, credential, sessionToken);
  if (/^[0-9a-f]{64}$/.test(payloadHash) && payloadHash !== sha256Hex(request.rawBody)) {
    throw new AwsFault(
      'XAmzContentSHA256Mismatch',
      400,
      "The provided 'x-amz-content-sha256' header does not match what was computed.",
    );
  }
  return {
    accessKeyId: claim.accessKeyId,
    accountId: credential.accountId,
    callerArn: credential.arn,
    region: claim.region,
    ...payload(request, { expected, timestamp: claim.timestamp ?? '' }),
  };
}

/** @throws AwsFault 400 InvalidURI for an address that cannot be decoded, and so has no canonical form */
function expectedOf(secret: string, claim: SignatureClaim, parts: SignedParts): Expected {
  try {
    return expectedSignature(secret, claim, parts);
  } catch (error) {
    if (error instanceof URIError) throw invalidUri();
    throw error;
  }
}

/** An access key nobody registered: the account's own user, so that any AWS profile works with the sandbox. */
const trusted = (state: SandboxState, claim: SignatureClaim) => ({
  accessKeyId: claim.accessKeyId,
  accountId: state.accountId,
  callerArn: state.callerArn,
  region: claim.region,
});

type Chain = { readonly expected: Expected; readonly timestamp: string };

function payload(request: UnverifiedRequest, chain: Chain | null): Pick<Authenticated, 'body' | 'trailers'> {
  if (!isChunked(request.headers)) return { body: request.rawBody, trailers: NO_TRAILERS };
  const signed = String(request.headers['x-amz-content-sha256']).startsWith('STREAMING-AWS4-HMAC-SHA256');
  return decodeChunked(
    request.rawBody,
    request.headers,
    signed
      ? chain && {
          key: chain.expected.signingKey,
          scope: chain.expected.scope,
          timestamp: chain.timestamp,
          seed: chain.expected.signature,
        }
      : null,
  );
}

function checkClock(state: SandboxState, protocol: Protocol, claim: SignatureClaim): void {
  const time = parseTimestamp(claim.timestamp ?? '');
  const now = state.now();
  if (Number.isNaN(time) || !claim.timestamp?.startsWith(claim.date)) {
    throw authFault(
      protocol,
      'malformed',
      'A valid X-Amz-Date of the day of the credential scope is required.',
    );
  }
  if (!claim.presigned) {
    if (Math.abs(now - time) > MAX_SKEW_MS) throw authFault(protocol, 'skewed');
    return;
  }
  if (time - now > MAX_SKEW_MS) throw new AwsFault('AccessDenied', 403, 'Request is not yet valid');
  if (now > time + claim.presigned.expiresSeconds * 1000) {
    throw new AwsFault('AccessDenied', 403, 'Request has expired', {
      fields: {
        'X-Amz-Expires': String(claim.presigned.expiresSeconds),
        ServerTime: new Date(now).toISOString(),
      },
    });
  }
}

/** `host` and every x-amz header must be covered, or someone in between could add one. */
function checkSignedHeaders(protocol: Protocol, request: UnverifiedRequest, claim: SignatureClaim): void {
  const missing = claim.signedHeaders.includes('host') ? [] : ['host'];
  for (const name of Object.keys(request.headers)) {
    if (name.startsWith('x-amz-') && !claim.signedHeaders.includes(name)) missing.push(name);
  }
  // A presigned URL may be used with an unsigned payload hash; S3 takes the header as not sent.
  const serious = claim.presigned ? missing.filter((name) => name !== 'x-amz-content-sha256') : missing;
  if (serious.length > 0) throw authFault(protocol, 'headersNotSigned', serious.join(', '));
}

function checkSession(
  state: SandboxState,
  protocol: Protocol,
  credential: Credential,
  token: string | null,
): void {
  if (credential.expired || state.now() >= (credential.expiresAt ?? Infinity))
    throw authFault(protocol, 'expired');
  if (credential.sessionToken === token) return;
  throw authFault(protocol, credential.sessionToken !== null && token === null ? 'unknownKey' : 'wrongToken');
}

function declaredHash(protocol: Protocol, request: UnverifiedRequest, claim: SignatureClaim): string {
  const header = request.headers['x-amz-content-sha256'];
  if (
    typeof header === 'string' &&
    (!claim.presigned || claim.signedHeaders.includes('x-amz-content-sha256'))
  ) {
    return header;
  }
  if (claim.presigned) return protocol === 's3' ? 'UNSIGNED-PAYLOAD' : sha256Hex(request.rawBody);
  if (protocol !== 's3') return sha256Hex(request.rawBody);
  throw new AwsFault('InvalidRequest', 400, 'Missing required header for this request: x-amz-content-sha256');
}
