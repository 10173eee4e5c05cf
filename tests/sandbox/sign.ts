import { SignatureV4 } from '@smithy/signature-v4';
import type { S3Client } from '@aws-sdk/client-s3';
import { createHash, createHmac } from 'node:crypto';
import { REGION } from './sdk.ts';
import type { Keys } from './sdk.ts';

/** A presigned address as the SDK's own signer makes it; path and query, ready to send. */
export async function presign(
  client: S3Client,
  port: number,
  keys: Keys,
  {
    method = 'GET',
    path,
    at,
    expiresIn = 60,
  }: { method?: string; path: string; at: number; expiresIn?: number },
): Promise<string> {
  const signer = new SignatureV4({
    service: 's3',
    region: REGION,
    credentials: keys,
    sha256: client.config.sha256,
    uriEscapePath: false,
    applyChecksum: false,
  });
  const signed = await signer.presign(
    {
      method,
      protocol: 'http:',
      hostname: '127.0.0.1',
      path,
      query: {},
      headers: { host: `127.0.0.1:${port}`, 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD' },
    },
    { expiresIn, signingDate: new Date(at) },
  );
  const query = Object.entries(signed.query ?? {}).map(
    ([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(String(value))}`,
  );
  return `${path}?${query.join('&')}`;
}

const sha256 = (data: string | Uint8Array): string => createHash('sha256').update(data).digest('hex');
const hmac = (key: string | Buffer, data: string): Buffer => createHmac('sha256', key).update(data).digest();

/** Headers and body of an aws-chunked upload whose every chunk, and trailer, is signed (S3 API, sigv4-streaming). */
export type ChunkedUpload = { readonly headers: Readonly<Record<string, string>>; readonly body: Buffer };

/**
 * Signs an upload in chunks. Written from the documentation, apart from the sandbox's own signatures, so that the
 * two prove each other.
 */
export function signChunks({
  secret,
  accessKeyId,
  host,
  path,
  timestamp,
  region,
  chunks,
  extraHeaders = {},
  trailer,
}: {
  readonly secret: string;
  readonly accessKeyId: string;
  readonly host: string;
  readonly path: string;
  /** `YYYYMMDDTHHMMSSZ`. */
  readonly timestamp: string;
  readonly region: string;
  readonly chunks: readonly Buffer[];
  readonly extraHeaders?: Readonly<Record<string, string>>;
  readonly trailer?: { readonly name: string; readonly value: string };
}): ChunkedUpload {
  const length = chunks.reduce((sum, chunk) => sum + chunk.length, 0);
  const headers: Record<string, string> = {
    host,
    'content-encoding': 'aws-chunked',
    'x-amz-content-sha256': `STREAMING-AWS4-HMAC-SHA256-PAYLOAD${trailer ? '-TRAILER' : ''}`,
    'x-amz-date': timestamp,
    'x-amz-decoded-content-length': String(length),
    ...(trailer ? { 'x-amz-trailer': trailer.name } : {}),
    ...extraHeaders,
  };
  const names = Object.keys(headers).sort();
  const canonical = [
    'PUT',
    path,
    '',
    ...names.map((name) => `${name}:${headers[name] ?? ''}`),
    '',
    names.join(';'),
    headers['x-amz-content-sha256'],
  ].join('\n');
  const date = timestamp.slice(0, 8);
  const scope = `${date}/${region}/s3/aws4_request`;
  const key = [date, region, 's3', 'aws4_request'].reduce<Buffer>(hmac, Buffer.from(`AWS4${secret}`));
  const sign = (kind: string, ...lines: string[]): string =>
    hmac(key, [`AWS4-HMAC-SHA256${kind}`, timestamp, scope, ...lines].join('\n')).toString('hex');

  let previous = sign('', sha256(canonical));
  const authorization = `AWS4-HMAC-SHA256 Credential=${accessKeyId}/${scope},SignedHeaders=${names.join(';')},Signature=${previous}`;
  const pieces: Buffer[] = [];
  for (const chunk of [...chunks, Buffer.alloc(0)]) {
    previous = sign('-PAYLOAD', previous, sha256(''), sha256(chunk));
    pieces.push(Buffer.from(`${chunk.length.toString(16)};chunk-signature=${previous}\r\n`), chunk);
    if (chunk.length > 0) pieces.push(Buffer.from('\r\n'));
  }
  if (trailer) {
    const line = `${trailer.name}:${trailer.value}\n`;
    const signature = sign('-TRAILER', previous, sha256(line));
    pieces.push(Buffer.from(`${line.trim()}\r\nx-amz-trailer-signature:${signature}\r\n\r\n`));
  } else pieces.push(Buffer.from('\r\n'));
  return { headers: { ...headers, authorization }, body: Buffer.concat(pieces) };
}
