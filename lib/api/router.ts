import { credentialsError, reasonOf } from '../collectors/observe.ts';
import { AuditError } from '../model/errors.ts';
import { ApiError, problem } from './http.ts';
import type { ApiRequest, ApiResponse } from './http.ts';
import { getRun, linkFile, listRuns, startRun } from './runs.ts';
import type { ApiContext } from './runs.ts';
import { getSigningKey } from './signing-key.ts';

/** What a caller from outside AWS must have been granted, as an OAuth scope. */
export const SCOPES = { read: 'sealcheck/read', start: 'sealcheck/start' } as const;

export type Route = {
  readonly method: 'GET' | 'POST';
  /** As OpenAPI and API Gateway write it; a last segment `{name+}` takes all that is left. */
  readonly path: string;
  readonly scope: (typeof SCOPES)[keyof typeof SCOPES];
  readonly handle: (
    context: ApiContext,
    request: ApiRequest,
    parameters: readonly string[],
  ) => Promise<ApiResponse>;
};

/** Every route of the API. A new one is a line here, in docs/openapi.yaml and in serverless.yml. */
export const ROUTES: readonly Route[] = [
  { method: 'GET', path: '/runs', scope: SCOPES.read, handle: listRuns },
  { method: 'POST', path: '/runs', scope: SCOPES.start, handle: startRun },
  { method: 'GET', path: '/signing-key', scope: SCOPES.read, handle: getSigningKey },
  { method: 'GET', path: '/runs/{runId}', scope: SCOPES.read, handle: getRun },
  { method: 'GET', path: '/runs/{runId}/files/{path+}', scope: SCOPES.read, handle: linkFile },
];

/** Bytes of a request body at most: a start that names a thousand buckets fits well. */
const MAX_BODY = 128 * 1024;

/** Answers one request. Never throws: what nobody foresaw is told to `onError` and answered 500 without details. */
export async function answer(
  context: ApiContext,
  request: ApiRequest,
  onError: (error: unknown) => void,
): Promise<ApiResponse> {
  try {
    return await dispatch(context, request);
  } catch (error) {
    if (error instanceof ApiError) return problem(error);
    onError(error);
    // What went wrong behind the API is for its log, not for its callers.
    return problem(
      mayPass(error)
        ? new ApiError(503, 'AWS cannot be reached; try again.')
        : new ApiError(500, 'The request failed; the log of the function says why.'),
    );
  }
}

/** Whether the same request may succeed later: AWS was out of reach, or asked for patience. */
function mayPass(error: unknown): boolean {
  if (error instanceof AuditError && error.code === 'UNREACHABLE') return true;
  const failure = error instanceof AuditError ? error.cause : error;
  if (!(failure instanceof Error) || credentialsError(failure)) return false;
  return ['UNREACHABLE', 'THROTTLED'].includes(reasonOf('', failure).code);
}

async function dispatch(context: ApiContext, request: ApiRequest): Promise<ApiResponse> {
  const segments = segmentsOf(request.path);
  const found = ROUTES.flatMap((route) => {
    const parameters = match(route.path, segments);
    return parameters === null ? [] : [{ route, parameters }];
  });
  if (found.length === 0) throw new ApiError(404, 'There is nothing at this path.');
  const { caller } = request;
  if (caller === null) {
    throw new ApiError(401, 'Sign the request with AWS credentials, or send a bearer token.', {
      headers: { 'www-authenticate': 'Bearer' },
    });
  }
  const chosen = found.find(({ route }) => route.method === request.method);
  if (!chosen) {
    const allow = found.map(({ route }) => route.method).join(', ');
    throw new ApiError(405, `This path answers ${allow}.`, { headers: { allow } });
  }
  if (caller.scopes !== null && !caller.scopes.includes(chosen.route.scope)) {
    throw new ApiError(403, `The token lacks the scope ${chosen.route.scope}.`);
  }
  if (Buffer.byteLength(request.body ?? '') > MAX_BODY) throw new ApiError(413, 'The body is too large.');
  return chosen.route.handle(context, request, chosen.parameters);
}

/** Split before decoding, so that an encoded slash stays inside its segment. */
function segmentsOf(path: string): readonly string[] {
  try {
    return path.split('/').slice(1).map(decodeURIComponent);
  } catch {
    throw new ApiError(400, 'The path is not valid URL encoding.');
  }
}

/** The values of a pattern's parameters, null when the path is another. */
function match(pattern: string, segments: readonly string[]): readonly string[] | null {
  const parts = pattern.split('/').slice(1);
  const takesRest = parts.at(-1)?.endsWith('+}') === true;
  if (takesRest ? segments.length < parts.length : segments.length !== parts.length) return null;
  const parameters: string[] = [];
  for (const [i, part] of parts.entries()) {
    const segment = segments[i] ?? '';
    if (part.endsWith('+}')) return [...parameters, ...segments.slice(i)];
    if (part.startsWith('{')) parameters.push(segment);
    else if (part !== segment) return null;
  }
  return parameters;
}
