import { AwsFault } from './operation.ts';
import type { SandboxState } from './state.ts';
import type { UnverifiedRequest } from './authenticate.ts';
import type { Call, Reply } from './call.ts';
import { readAddress } from './s3/address.ts';
import type { S3Address } from './s3/address.ts';
import { routeS3 } from './s3/route.ts';
import { writeDocument } from './xml.ts';

/** An S3 request: REST with XML. */
export function s3Call(state: SandboxState, request: UnverifiedRequest): Call {
  const { method, headers } = request;
  let address: S3Address = { bucket: null, key: null, query: NO_QUERY };
  let invalid: AwsFault | null = null;
  try {
    address = readAddress(request.url, headers);
  } catch (error) {
    if (!(error instanceof AwsFault)) throw error;
    invalid = error;
  }
  const { bucket, key } = address;
  const operation = invalid ? undefined : routeS3(method, address, headers);
  return {
    service: 's3',
    operation: operation?.name ?? 'Unknown',
    action: operation?.action ?? 's3:Unknown',
    bucket,
    key,
    run: ({ body, trailers }, context) => {
      if (invalid) throw invalid;
      if (!operation) throw notImplemented(method);
      const answer = operation.handle(
        state,
        { method, url: request.url, headers, query: address.query, body, bucket, key, trailers },
        context,
      );
      return {
        status: answer.status,
        headers: { ...identity(context.requestId), ...answer.headers },
        body: answer.body ?? null,
      };
    },
    refuse: (fault, requestId) => refuse(state, request, address, fault, requestId),
  };
}

const NO_QUERY: ReadonlyMap<string, string> = new Map();

const identity = (requestId: string): Record<string, string> => ({
  server: 'AmazonS3',
  'x-amz-request-id': requestId,
  'x-amz-id-2': requestId,
});

/** Code and message in a document; a HEAD has no body, so its error is a status and nothing else (FACTS §1.1). */
function refuse(
  state: SandboxState,
  { method, url }: UnverifiedRequest,
  { bucket, key }: S3Address,
  fault: AwsFault,
  requestId: string,
): Reply {
  const region = bucket !== null && key === null ? state.buckets.get(bucket)?.region : undefined;
  const headers = {
    ...identity(requestId),
    // S3 tells a bucket's Region even to those whom it refuses.
    ...(region === undefined || method !== 'HEAD' ? {} : { 'x-amz-bucket-region': region }),
    ...fault.headers,
  };
  if (method === 'HEAD') return { status: fault.httpStatus, headers, body: null };
  const mark = url.indexOf('?');
  const document = writeDocument('Error', {
    Code: fault.code,
    Message: fault.message,
    ...fault.fields,
    Resource: mark < 0 ? url : url.slice(0, mark),
    RequestId: requestId,
    HostId: requestId,
  });
  return {
    status: fault.httpStatus,
    headers: { ...headers, 'content-type': 'application/xml' },
    body: document,
  };
}

const notImplemented = (method: string): AwsFault =>
  new AwsFault(
    'NotImplemented',
    501,
    `The sandbox has no operation for this ${method} request: what it does not know it refuses.`,
  );
