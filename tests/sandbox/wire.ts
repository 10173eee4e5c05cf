import { request } from 'node:http';
import type { IncomingHttpHeaders } from 'node:http';

/** A request as bytes, for what no SDK would send. */
export type WireRequest = {
  readonly method?: string;
  /** Sent as it is, without any normalisation. */
  readonly path: string;
  /** Null takes away a header that would be sent otherwise. */
  readonly headers?: Readonly<Record<string, string | null>>;
  readonly body?: string | Uint8Array;
};

export type WireAnswer = {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
};

/** An Authorization header that the sandbox takes on trust, since nobody registered its key. */
export const TRUSTED =
  'AWS4-HMAC-SHA256 Credential=AKIATRUSTED/20260901/eu-west-1/s3/aws4_request, SignedHeaders=host, ' +
  `Signature=${'0'.repeat(64)}`;

/** Sends a request and reads the whole answer; rejects when the connection breaks. */
export function send(
  port: number,
  { method = 'GET', path, headers = {}, body }: WireRequest,
): Promise<WireAnswer> {
  // Node frames the body of a PUT or POST by itself, but not that of a GET or DELETE.
  const length = body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) };
  const all: Record<string, string | null> = { authorization: TRUSTED, ...length, ...headers };
  const given: Record<string, string> = {};
  for (const [name, value] of Object.entries(all)) if (value !== null) given[name] = value;
  return new Promise((resolve, reject) => {
    const outgoing = request(
      {
        host: '127.0.0.1',
        port,
        method,
        path,
        agent: false,
        headers: given,
      },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('error', reject);
        response.on('aborted', () => reject(new Error('the answer was cut')));
        response.on('end', () => {
          const text = Buffer.concat(chunks).toString('utf8');
          resolve({ status: response.statusCode ?? 0, headers: response.headers, text });
        });
      },
    );
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}

/** The `<Code>` of an S3 error document, or null. */
export const errorCode = ({ text }: WireAnswer): string | null =>
  /<Code>([^<]*)<\/Code>/.exec(text)?.[1] ?? null;
