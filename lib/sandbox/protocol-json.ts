import { jsonFault } from './operation.ts';
import type { JsonObject } from './operation.ts';
import type { SandboxState } from './state.ts';
import type { UnverifiedRequest } from './authenticate.ts';
import type { Call, Reply } from './call.ts';
import { jsonOperations } from './services/index.ts';

const byTarget = new Map(jsonOperations.map((operation) => [operation.target, operation]));

/** Signing names by the prefix of X-Amz-Target, so that a service's unknown operations are still told as its own. */
const serviceByPrefix = new Map(
  jsonOperations.map(({ target, service }) => [target.slice(0, target.indexOf('.')), service]),
);

/** A request of an AwsJson 1.0 or 1.1 service, named by its X-Amz-Target header. */
export function jsonCall(state: SandboxState, request: UnverifiedRequest, target: string): Call {
  // Some SDKs put a Java package before CloudTrail's prefix; the last two parts say it all.
  const [prefix = '', name = ''] = target.split('.').slice(-2);
  const operation = byTarget.get(`${prefix}.${name}`);
  const service = operation?.service ?? serviceByPrefix.get(prefix) ?? 'unknown';
  const contentType = request.headers['content-type'] ?? 'application/x-amz-json-1.1';
  return {
    service,
    operation: operation === undefined ? 'Unknown' : operation.action.slice(service.length + 1),
    action: operation?.action ?? `${service}:Unknown`,
    bucket: null,
    key: null,
    run: ({ body }, context) => {
      if (!operation)
        throw jsonFault(
          'UnknownOperationException',
          `The sandbox does not know ${name === '' ? target : name}.`,
        );
      const answer = operation.handle(state, readInput(body), context);
      return reply(200, contentType, context.requestId, answer);
    },
    refuse: (fault, requestId) =>
      reply(fault.httpStatus, contentType, requestId, {
        __type: fault.code,
        message: fault.message,
        ...fault.fields,
      }),
  };
}

function readInput(body: Buffer): JsonObject {
  if (body.length === 0) return {};
  try {
    const input: unknown = JSON.parse(body.toString('utf8'));
    if (typeof input === 'object' && input !== null && !Array.isArray(input)) return input as JsonObject;
  } catch {
    // not JSON: refused below
  }
  throw jsonFault('SerializationException', 'The request body is not a JSON object.');
}

const reply = (status: number, contentType: string, requestId: string, body: object): Reply => ({
  status,
  headers: { 'content-type': contentType, 'x-amzn-requestid': requestId },
  body: JSON.stringify(body, asAwsJson),
});

/** Dates as epoch seconds, bytes as base64. JSON.stringify has turned a Date to text before it asks: look behind. */
function asAwsJson(this: unknown, key: string, value: unknown): unknown {
  const original = (this as Readonly<Record<string, unknown>>)[key];
  if (original instanceof Date) return original.getTime() / 1000;
  return original instanceof Uint8Array ? Buffer.from(original).toString('base64') : value;
}
