import type { IncomingHttpHeaders } from 'node:http';
import type { Readable } from 'node:stream';
import type { SandboxState } from './state.ts';
import type { XmlValue } from './xml.ts';

/** A JSON object as it came off the wire: nothing about its members is known. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** Who is calling and from where, as the signature tells. */
export type CallContext = {
  /** Region the request was signed for. */
  readonly region: string;
  readonly accountId: string;
  readonly callerArn: string;
  readonly accessKeyId: string | null;
  readonly requestId: string;
  /** `state.now()` when the request arrived. */
  readonly now: number;
};

/** A request as operations see it. */
export type SandboxRequest = {
  readonly method: string;
  /** Path and query as sent. */
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  /** Decoded query parameters; a parameter without a value has the value ''. */
  readonly query: ReadonlyMap<string, string>;
  /** The payload, aws-chunked framing removed. */
  readonly body: Buffer;
};

/** An S3 request: `bucket` and `key` are null where the address names none. */
export type S3Request = SandboxRequest & {
  readonly bucket: string | null;
  readonly key: string | null;
  /** Headers that came after an aws-chunked payload, lower case. */
  readonly trailers: ReadonlyMap<string, string>;
};

/** An S3 answer. Header names are lower case. */
export type S3Response = {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array | Readable;
};

/**
 * One S3 operation. It is chosen by method, by what the address names, then by `query` (a parameter that must be
 * present, such as `encryption`) and `header` (a header that must be present, such as `x-amz-copy-source`).
 */
export type S3Operation = {
  readonly name: string;
  /** IAM action, such as `s3:GetEncryptionConfiguration`. */
  readonly action: string;
  readonly method: 'GET' | 'HEAD' | 'PUT' | 'POST' | 'DELETE';
  readonly target: 'service' | 'bucket' | 'object';
  readonly query?: readonly string[];
  readonly header?: string;
  readonly handle: (state: SandboxState, request: S3Request, context: CallContext) => S3Response;
};

/**
 * One operation of a service that speaks AwsJson 1.0 or 1.1. The answer may hold Dates (sent as epoch seconds) and
 * Uint8Arrays (sent as base64); undefined members are left out.
 */
export type JsonOperation = {
  /** Signing name: `kms`, `cloudtrail`, `config`, `organizations`. */
  readonly service: string;
  /** X-Amz-Target, such as `TrentService.DescribeKey`. */
  readonly target: string;
  /** IAM action, such as `kms:DescribeKey`. */
  readonly action: string;
  readonly handle: (
    state: SandboxState,
    input: JsonObject,
    context: CallContext,
  ) => Readonly<Record<string, unknown>>;
};

/** One operation of a service that speaks the Query protocol (form in, XML out): STS. */
export type QueryOperation = {
  /** Signing name: `sts`. */
  readonly service: string;
  /** The `Action` parameter, such as `GetCallerIdentity`. */
  readonly name: string;
  /** The `Version` parameter and XML namespace date, such as `2011-06-15`. */
  readonly version: string;
  readonly action: string;
  /** Members of `<NameResult>`. */
  readonly handle: (
    state: SandboxState,
    input: ReadonlyMap<string, string>,
    context: CallContext,
  ) => Readonly<Record<string, XmlValue>>;
};

/** Parts of an error answer beyond its code and message. */
export type FaultDetail = {
  readonly headers?: Readonly<Record<string, string>>;
  /** More elements of an XML error body, or members of a JSON one, such as `{ BucketName: 'b' }`. */
  readonly fields?: Readonly<Record<string, string>>;
};

/** An error that AWS would answer with; each protocol writes it in its own way. */
export class AwsFault extends Error {
  readonly code: string;
  readonly httpStatus: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly fields: Readonly<Record<string, string>>;
  constructor(code: string, httpStatus: number, message: string, detail: FaultDetail = {}) {
    super(message);
    this.name = 'AwsFault';
    this.code = code;
    this.httpStatus = httpStatus;
    this.headers = detail.headers ?? {};
    this.fields = detail.fields ?? {};
  }
}

/** An address that cannot be decoded. */
export const invalidUri = (): AwsFault =>
  new AwsFault('InvalidURI', 400, "Couldn't parse the specified URI.");

/** The error of an AwsJson service: 400 with a code such as `NotFoundException`, unless told otherwise. */
export const jsonFault = (code: string, message: string, httpStatus = 400): AwsFault =>
  new AwsFault(code, httpStatus, message);
