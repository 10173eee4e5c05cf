import type { S3Client } from '@aws-sdk/client-s3';
import { SignatureV4 } from '@smithy/signature-v4';
import { parseXml } from '../../lib/sandbox/xml-parse.ts';
import type { XmlElement } from '../../lib/sandbox/xml-parse.ts';

/** Where requests go, and for whom. */
export type Place = {
  readonly endpoint: string;
  readonly region: string;
  readonly credentials: {
    readonly accessKeyId: string;
    readonly secretAccessKey: string;
    readonly sessionToken?: string;
  };
  /** The SDK's own, as its signer asks for it. */
  readonly sha256: S3Client['config']['sha256'];
};

export type Answer = { readonly status: number; readonly headers: Headers; readonly text: string };

/** One signed request to a service that the project has no client of, whatever it answers. */
export async function request(
  { endpoint, region, credentials, sha256 }: Place,
  service: string,
  what: {
    readonly method: 'GET' | 'POST';
    readonly path?: string;
    readonly headers?: Readonly<Record<string, string>>;
    readonly body?: string;
  },
): Promise<Answer> {
  const { method, path = '/', headers = {}, body = '' } = what;
  const { host, hostname, port, protocol } = new URL(endpoint);
  const signer = new SignatureV4({ service, region, credentials, sha256 });
  const signed = await signer.sign({
    method,
    protocol,
    hostname,
    port: Number(port),
    path,
    query: {},
    headers: { host, ...headers },
    body,
  });
  const response = await fetch(new URL(path, endpoint), {
    method,
    headers: signed.headers,
    ...(method === 'POST' ? { body } : {}),
  });
  const text = await response.text();
  return { status: response.status, headers: response.headers, text };
}

/** The same, but throws for what is refused. */
export async function send(...[place, service, what]: Parameters<typeof request>): Promise<Answer> {
  const answer = await request(place, service, what);
  if (answer.status >= 300)
    throw new Error(`${service} answered ${answer.status}: ${answer.text.slice(0, 500)}`);
  return answer;
}

/** A call in the JSON protocol; `target` as `AWSEvents.PutEvents`. */
export async function jsonCall<T>(place: Place, service: string, target: string, input: object): Promise<T> {
  const headers = { 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': target };
  const { text } = await send(place, service, { method: 'POST', headers, body: JSON.stringify(input) });
  return JSON.parse(text === '' ? '{}' : text) as T;
}

/** A call in the Query protocol, whose answer is XML. */
export async function queryCall(
  place: Place,
  service: string,
  version: string,
  input: Readonly<Record<string, string>>,
): Promise<XmlElement> {
  const headers = { 'content-type': 'application/x-www-form-urlencoded' };
  const body = new URLSearchParams({ Version: version, ...input }).toString();
  const { text } = await send(place, service, { method: 'POST', headers, body });
  return parseXml(text);
}

/** A read in the REST protocols with JSON. */
export async function restGet<T>(place: Place, service: string, path: string): Promise<T> {
  return JSON.parse((await send(place, service, { method: 'GET', path })).text) as T;
}
