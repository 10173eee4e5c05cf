import { readdir } from 'node:fs/promises';
import { SFNClient } from '@aws-sdk/client-sfn';
import { z } from 'zod';
import { openPublicKey } from '../audit/signing-key.ts';
import { VERSION } from '../audit/tool-version.ts';
import { createClients } from '../collectors/clients.ts';
import { AuditError } from '../model/errors.ts';
import { bucketArchive } from './archive.ts';
import { ApiError, problem } from './http.ts';
import type { ApiRequest, ApiResponse, Caller } from './http.ts';
import { portalFile } from './portal.ts';
import type { PortalConfig } from './portal.ts';
import { answer } from './router.ts';
import type { ApiContext } from './runs.ts';
import { workflowStarter } from './workflow-starter.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** Everything the function needs, made once and kept while it is warm. */
export type ApiOnLambda = {
  readonly context: ApiContext;
  /** Null: no portal is served, since a browser cannot sign requests with IAM. */
  readonly portal: { readonly folder: string; readonly config: PortalConfig } | null;
};

/** Reads the function's environment. Throws AuditError INPUT_INVALID when it names no bucket or state machine. */
export async function createApi(environment: Environment): Promise<ApiOnLambda> {
  const required = (name: string): string => {
    const value = environment[name];
    if (!value) throw new AuditError('INPUT_INVALID', `The function's environment lacks ${name}.`);
    return value;
  };
  const bucket = required('REPORT_BUCKET');
  const machine = required('STATE_MACHINE_ARN');
  const region = environment['AWS_REGION'] ?? 'us-east-1';
  const endpoint = environment['AWS_ENDPOINT_URL'] ?? null;
  const aws = createClients({ region, endpoint, credentials: null, toolVersion: VERSION });
  const workflows = environment['AWS_ENDPOINT_URL_SFN'] ?? endpoint;
  const sfn = new SFNClient({ region, ...(workflows === null ? {} : { endpoint: workflows }) });
  const signingKey = environment['SIGNING_KEY'];
  const issuer = environment['JWT_ISSUER'];
  const packs = await readdir(environment['RULES_FOLDER'] ?? 'rules');
  return {
    context: {
      archive: bucketArchive(aws.s3(region), bucket),
      starter: workflowStarter(sfn, machine),
      signingKey: async () => (signingKey ? openPublicKey(aws, signingKey) : null),
      packFiles: packs.filter((name) => /\.ya?ml$/.test(name)),
      linkSeconds: Number(environment['LINK_SECONDS'] ?? '120'),
      clock: () => new Date(),
      random: Math.random,
    },
    portal: issuer
      ? {
          folder: environment['PORTAL_FOLDER'] ?? 'portal',
          config: {
            apiBase: '/oidc',
            login: {
              issuer,
              clientId: required('JWT_CLIENT_ID'),
              scopes: environment['JWT_SCOPES'] ?? 'openid',
            },
            filesOrigin: `https://${bucket}.s3.${region}.amazonaws.com`,
          },
        }
      : null,
  };
}

const authorizer = z.object({
  iam: z.looseObject({ userArn: z.string() }).nullish(),
  jwt: z
    .looseObject({
      claims: z.record(z.string(), z.unknown()).default({}),
      scopes: z.array(z.string()).nullish(),
    })
    .nullish(),
});

/** A request of an HTTP API, payload format 2.0. */
const httpEvent = z.looseObject({
  version: z.literal('2.0'),
  rawPath: z.string(),
  queryStringParameters: z.record(z.string(), z.string()).nullish(),
  body: z.string().nullish(),
  isBase64Encoded: z.boolean().default(false),
  requestContext: z.looseObject({
    http: z.looseObject({ method: z.string() }),
    authorizer: authorizer.nullish(),
  }),
});

/** Paths of people from outside AWS, whom the JWT authoriser lets in, begin with this. */
const OIDC = '/oidc';

/** Answers one event of API Gateway. What is no such event is a bad request too: nothing here throws. */
export async function apiOnLambda(
  api: ApiOnLambda,
  event: unknown,
  onError: (error: unknown) => void,
): Promise<ApiResponse> {
  const parsed = httpEvent.safeParse(event);
  if (!parsed.success) return problem(new ApiError(400, 'The event is not a request of an HTTP API.'));
  const { rawPath, requestContext, queryStringParameters, body, isBase64Encoded } = parsed.data;
  const { method } = requestContext.http;
  if (api.portal) {
    const file = await portalFile(api.portal.folder, api.portal.config, method, rawPath);
    if (file) return file;
  }
  const request: ApiRequest = {
    method,
    path: rawPath.startsWith(`${OIDC}/`) ? rawPath.slice(OIDC.length) : rawPath,
    query: queryStringParameters ?? {},
    body: body == null ? null : isBase64Encoded ? Buffer.from(body, 'base64').toString('utf8') : body,
    caller: callerOf(requestContext.authorizer ?? null),
  };
  return answer(api.context, request, onError);
}

function callerOf(by: z.infer<typeof authorizer> | null): Caller | null {
  if (by?.iam) return { id: by.iam.userArn, scopes: null };
  if (!by?.jwt) return null;
  const { claims, scopes } = by.jwt;
  // A token without a scope claim was granted nothing here.
  const claimed = typeof claims['scope'] === 'string' ? claims['scope'].split(' ') : [];
  return {
    id: typeof claims['sub'] === 'string' ? claims['sub'] : 'token',
    scopes: [...claimed, ...(scopes ?? [])],
  };
}
