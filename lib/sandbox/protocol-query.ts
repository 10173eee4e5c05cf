import { AwsFault } from './operation.ts';
import type { SandboxState } from './state.ts';
import type { UnverifiedRequest } from './authenticate.ts';
import type { Call } from './call.ts';
import { queryOperations } from './services/index.ts';
import { parseParameters } from './uri.ts';
import { writeDocument } from './xml.ts';

/** A request of a Query service: a form in, XML out. */
export function queryCall(state: SandboxState, request: UnverifiedRequest): Call {
  const form = readForm(request.rawBody);
  const name = form?.get('Action') ?? '';
  const version = form?.get('Version');
  const operation = queryOperations.find((each) => each.name === name && each.version === version);
  const headers = (requestId: string): Record<string, string> => ({
    'content-type': 'text/xml',
    'x-amzn-requestid': requestId,
  });
  const namespace = `https://${operation?.service ?? 'sts'}.amazonaws.com/doc/${operation?.version ?? '2011-06-15'}/`;
  return {
    service: operation?.service ?? 'sts',
    operation: operation?.name ?? 'Unknown',
    action: operation?.action ?? 'sts:Unknown',
    bucket: null,
    key: null,
    run: (_caller, context) => {
      if (!form) throw new AwsFault('MalformedQueryString', 400, 'The form cannot be decoded.');
      if (!operation) {
        throw new AwsFault(
          'InvalidAction',
          400,
          `Could not find operation ${name} for version ${version ?? ''}`,
        );
      }
      const result = operation.handle(state, form, context);
      const document = { [`${name}Result`]: result, ResponseMetadata: { RequestId: context.requestId } };
      return {
        status: 200,
        headers: headers(context.requestId),
        body: writeDocument(`${name}Response`, document, namespace),
      };
    },
    refuse: (fault, requestId) => ({
      status: fault.httpStatus,
      headers: headers(requestId),
      body: writeDocument(
        'ErrorResponse',
        {
          Error: {
            Type: fault.httpStatus < 500 ? 'Sender' : 'Receiver',
            Code: fault.code,
            Message: fault.message,
          },
          RequestId: requestId,
        },
        namespace,
      ),
    }),
  };
}

function readForm(body: Buffer): ReadonlyMap<string, string> | null {
  try {
    return parseParameters(body.toString('utf8'));
  } catch {
    return null;
  }
}
