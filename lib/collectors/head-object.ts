import { HeadObjectCommand } from '@aws-sdk/client-s3';
import type { S3Client } from '@aws-sdk/client-s3';
import { SignatureV4 } from '@smithy/signature-v4';
import type { AwsCredentialIdentity } from '@smithy/types';
import { createHash, createHmac } from 'node:crypto';
import { Agent as HttpAgent, request as httpRequest } from 'node:http';
import type { IncomingHttpHeaders, RequestOptions } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { AuditError } from '../model/errors.ts';
import type { Meter } from './meter.ts';
import { credentialsError } from './observe.ts';

/** What S3 answered to one HEAD: it never has a body, so status and headers are all there is. */
export type HeadAnswer = { readonly status: number; readonly headers: IncomingHttpHeaders };

/** HEAD requests against one bucket. Both calls reject with a plain Error when no answer came. */
export type ObjectHeader = {
  readonly head: (key: string, versionId: string | null) => Promise<HeadAnswer>;
  /** HEAD of the bucket itself, by the same route and credentials: tells whose fault a failed `head` is. */
  readonly headBucket: () => Promise<HeadAnswer>;
  readonly close: () => void;
};

/**
 * HeadObject without the SDK's command pipeline, for the census alone: one signed HEAD a call over kept-alive
 * sockets, at about a quarter of the SDK's CPU (`npm run bench`). Endpoint, addressing style and credentials are
 * still the SDK's: one command is built, caught before it is sent, and its address reused for every key.
 * @param maxSockets connections at most, and so requests in flight
 * @param meter told of every request, as the SDK's own are counted by its client
 */
export async function createObjectHeader(
  s3: S3Client,
  bucket: string,
  owner: string,
  {
    maxSockets,
    timeoutMs = 30_000,
    meter,
  }: { readonly maxSockets: number; readonly timeoutMs?: number | undefined; readonly meter?: Meter },
): Promise<ObjectHeader> {
  const { protocol, hostname, port, bucketPath } = await addressOf(s3, bucket);
  const secure = protocol === 'https:';
  const agent = secure
    ? new HttpsAgent({ keepAlive: true, maxSockets })
    : new HttpAgent({ keepAlive: true, maxSockets });
  const send = secure ? httpsRequest : httpRequest;
  const host = port === undefined ? hostname : `${hostname}:${port}`;
  const signer = new SignatureV4({
    service: 's3',
    region: s3.config.region,
    credentials: async () => identity(s3),
    sha256: NodeSha256,
    // S3 signs the path as sent: escaping it again would break keys with a percent sign.
    uriEscapePath: false,
    applyChecksum: false,
  });

  const exchange = async (path: string, versionId: string | null): Promise<HeadAnswer> => {
    const query = versionId === null ? {} : { versionId };
    const signed = await signer.sign({
      method: 'HEAD',
      protocol,
      hostname,
      ...(port === undefined ? {} : { port }),
      path,
      query,
      headers: { host, 'x-amz-content-sha256': EMPTY_SHA256, 'x-amz-expected-bucket-owner': owner },
    });
    const target = versionId === null ? path : `${path}?versionId=${escapeUri(versionId)}`;
    const options: RequestOptions = {
      method: 'HEAD',
      hostname,
      path: target,
      headers: signed.headers,
      agent,
    };
    if (port !== undefined) options.port = port;
    meter?.sent('s3', 'HeadObject');
    return new Promise((resolve, reject) => {
      const request = send(options, (response) => {
        response.resume();
        response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers }));
        response.on('error', reject);
      });
      request.setTimeout(timeoutMs, () => {
        request.destroy(Object.assign(new Error(`no answer in ${timeoutMs} ms`), { code: 'ETIMEDOUT' }));
      });
      request.on('error', reject);
      request.end();
    });
  };

  return {
    head: async (key, versionId) => exchange(`${bucketPath}/${escapePath(key)}`, versionId),
    headBucket: async () => exchange(bucketPath === '' ? '/' : bucketPath, null),
    close: () => agent.destroy(),
  };
}

const EMPTY_SHA256 = createHash('sha256').digest('hex');

/** The runtime's SHA-256 in the shape the signer asks for, which is a constructor. */
// eslint-disable-next-line no-restricted-syntax -- the signer's interface is a class
class NodeSha256 {
  readonly #hash;
  constructor(secret?: string | ArrayBuffer | ArrayBufferView) {
    this.#hash = secret === undefined ? createHash('sha256') : createHmac('sha256', toBytes(secret));
  }
  update(data: string | ArrayBuffer | ArrayBufferView): void {
    this.#hash.update(toBytes(data));
  }
  digest(): Promise<Uint8Array> {
    return Promise.resolve(this.#hash.digest());
  }
  reset(): void {
    throw new Error('a hash of the signer is used once');
  }
}

function toBytes(data: string | ArrayBuffer | ArrayBufferView): string | Uint8Array {
  if (typeof data === 'string') return data;
  return ArrayBuffer.isView(data)
    ? new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
    : new Uint8Array(data);
}

async function identity(s3: S3Client): Promise<AwsCredentialIdentity> {
  try {
    return await s3.config.credentials();
  } catch (error) {
    throw credentialsError(error) ?? error;
  }
}

type Address = {
  readonly protocol: string;
  readonly hostname: string;
  readonly port: number | undefined;
  readonly bucketPath: string;
};

/** Lets the SDK build one HeadObject, and reads where it would have gone. Nothing is sent. */
async function addressOf(s3: S3Client, bucket: string): Promise<Address> {
  const command = new HeadObjectCommand({ Bucket: bucket, Key: 'k' });
  let caught: Address | undefined;
  command.middlewareStack.add(
    () => (args) => {
      const request = args.request as { protocol: string; hostname: string; port?: number; path: string };
      caught = {
        protocol: request.protocol,
        hostname: request.hostname,
        port: request.port,
        bucketPath: request.path.replace(/\/k$/, ''),
      };
      return Promise.resolve({ response: undefined, output: { $metadata: {} } });
    },
    { step: 'build', priority: 'low', name: 'catchAddress' },
  );
  await s3.send(command);
  if (!caught) throw new AuditError('FAILED', `The S3 endpoint of bucket ${bucket} could not be worked out.`);
  return caught;
}

/** RFC 3986, as S3 canonicalises it: everything but unreserved characters. */
function escapeUri(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

const SAFE_KEY = /^[A-Za-z0-9\-._~/]*$/;

/** A key as a path: slashes stay. Most keys need no escaping, so the test for it comes first. */
function escapePath(key: string): string {
  return SAFE_KEY.test(key) ? key : escapeUri(key).replaceAll('%2F', '/');
}
