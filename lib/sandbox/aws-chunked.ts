import type { IncomingHttpHeaders } from 'node:http';
import { AwsFault } from './operation.ts';
import { hmac, sameSignature, sha256Hex } from './sigv4.ts';

/** What chunk signatures are computed from; the seed is the signature of the request itself. */
export type ChunkChain = {
  readonly key: Buffer;
  readonly scope: string;
  readonly timestamp: string;
  readonly seed: string;
};

/** The payload and the headers that came after it. */
export type DecodedBody = { readonly body: Buffer; readonly trailers: ReadonlyMap<string, string> };

const EMPTY_HASH = sha256Hex('');
const MAX_TRAILER_BYTES = 16 * 1024;

/** Whether the payload is wrapped in aws-chunked framing. */
export function isChunked(headers: IncomingHttpHeaders): boolean {
  const hash = headers['x-amz-content-sha256'];
  return typeof hash === 'string' && hash.startsWith('STREAMING-');
}

/**
 * Unwraps aws-chunked framing: `HEX[;chunk-signature=…]CRLF data CRLF`, a chunk of size 0, then trailers. With a
 * chain, every chunk's signature and the trailer's are verified.
 * @throws AwsFault IncompleteBody, MissingContentLength, MalformedTrailerError or SignatureDoesNotMatch
 */
export function decodeChunked(
  raw: Buffer,
  headers: IncomingHttpHeaders,
  chain: ChunkChain | null,
): DecodedBody {
  const chunks: Buffer[] = [];
  let previous = chain?.seed ?? '';
  let at = 0;
  for (;;) {
    const end = raw.indexOf('\r\n', at);
    if (end < 0 || end - at > 256) throw incomplete();
    const [sizeText = '', extension = ''] = raw.toString('latin1', at, end).split(';', 2);
    if (!/^[0-9a-fA-F]{1,10}$/.test(sizeText)) throw incomplete();
    const size = parseInt(sizeText, 16);
    const data = raw.subarray(end + 2, end + 2 + size);
    if (data.length !== size) throw incomplete();
    if (chain) {
      const toSign = `AWS4-HMAC-SHA256-PAYLOAD\n${chain.timestamp}\n${chain.scope}\n${previous}\n${EMPTY_HASH}\n${sha256Hex(data)}`;
      const expected = hmac(chain.key, toSign).toString('hex');
      if (!sameSignature(expected, extension.replace(/^chunk-signature=/, ''))) throw mismatch();
      previous = expected;
    }
    at = end + 2 + size;
    if (size === 0) break;
    if (raw[at] !== 13 || raw[at + 1] !== 10) throw incomplete();
    at += 2;
    chunks.push(data);
  }
  const [only] = chunks;
  const body = only && chunks.length === 1 ? only : Buffer.concat(chunks);
  const declared = headers['x-amz-decoded-content-length'];
  if (typeof declared !== 'string') {
    throw new AwsFault(
      'MissingContentLength',
      411,
      'You must provide the x-amz-decoded-content-length HTTP header.',
    );
  }
  if (Number(declared) !== body.length) throw incomplete();
  return { body, trailers: readTrailers(raw.subarray(at), headers, chain, previous) };
}

function readTrailers(
  raw: Buffer,
  headers: IncomingHttpHeaders,
  chain: ChunkChain | null,
  previous: string,
): ReadonlyMap<string, string> {
  const announced = headers['x-amz-trailer'];
  const trailers = new Map<string, string>();
  if (raw.length > MAX_TRAILER_BYTES) throw incomplete();
  for (const line of raw.toString('latin1').split('\r\n')) {
    if (line.trim() === '') continue;
    const [, name, value] = TRAILER.exec(line) ?? [];
    if (name === undefined || value === undefined) throw malformedTrailer();
    trailers.set(name.toLowerCase(), value.trim());
  }
  const names = typeof announced === 'string' ? announced.toLowerCase().split(',') : [];
  const expected = new Set(names.map((name) => name.trim()));
  if (chain && expected.size > 0) checkTrailerSignature(trailers, chain, previous);
  // What was not announced is not covered by the signature of the request either.
  const same = expected.size === trailers.size && [...expected].every((name) => trailers.has(name));
  if (!same) throw malformedTrailer();
  return trailers;
}

/** Trailers become headers of answers: a name and value that could be one. */
const TRAILER = /^([\w-]{1,128}):([\t\x20-\x7e\x80-\xff]*)$/;

function checkTrailerSignature(trailers: Map<string, string>, chain: ChunkChain, previous: string): void {
  const signature = trailers.get('x-amz-trailer-signature') ?? '';
  trailers.delete('x-amz-trailer-signature');
  let canonical = '';
  for (const [name, value] of [...trailers].sort()) canonical += `${name}:${value}\n`;
  const toSign = `AWS4-HMAC-SHA256-TRAILER\n${chain.timestamp}\n${chain.scope}\n${previous}\n${sha256Hex(canonical)}`;
  if (!sameSignature(hmac(chain.key, toSign).toString('hex'), signature)) throw mismatch();
}

const malformedTrailer = (): AwsFault =>
  new AwsFault(
    'MalformedTrailerError',
    400,
    'The request contained trailing data that was not well-formed or did not conform to our published schema.',
  );

const incomplete = (): AwsFault =>
  new AwsFault(
    'IncompleteBody',
    400,
    'You did not provide the number of bytes specified by the Content-Length HTTP header',
  );

const mismatch = (): AwsFault =>
  new AwsFault('SignatureDoesNotMatch', 403, 'The signature of a chunk of the payload does not match.');
