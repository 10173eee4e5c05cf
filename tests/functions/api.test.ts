import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { APIGatewayProxyStructuredResultV2, Context } from 'aws-lambda';
import { startWorld, BUCKET, RUNS } from '../api/support.ts';
import type { ApiWorld } from '../api/support.ts';
import { removeRuns } from '../support/run.ts';
import { MACHINE, startStepFunctions } from '../support/step-functions.ts';
import type { StepFunctions } from '../support/step-functions.ts';
import { becomeLambda, httpEvent, lambdaContext } from '../support/lambda.ts';
import type { LambdaProcess } from '../support/lambda.ts';

const CONTEXT = lambdaContext('sealcheck-api');

const IAM = {
  iam: { userArn: 'arn:aws:sts::111122223333:assumed-role/auditor/ana', accountId: '111122223333' },
};
const jwt = (scope: string) => ({ jwt: { claims: { sub: 'ana', scope }, scopes: null } });

let world: ApiWorld;
let workflows: StepFunctions;
let handler: (event: unknown, context: Context) => Promise<APIGatewayProxyStructuredResultV2>;
let lambda: LambdaProcess;

beforeAll(async () => {
  world = await startWorld();
  workflows = await startStepFunctions();
  lambda = becomeLambda({
    AWS_ENDPOINT_URL: world.sandbox.url,
    AWS_ENDPOINT_URL_SFN: workflows.url,
    REPORT_BUCKET: BUCKET,
    STATE_MACHINE_ARN: MACHINE,
    RULES_FOLDER: 'rules',
    PORTAL_FOLDER: 'portal',
    JWT_ISSUER: 'https://login.example.com/pool',
    JWT_CLIENT_ID: 'portal',
  });
  const loaded = (await import('../../functions/api.ts')) as unknown as { handler: typeof handler };
  handler = loaded.handler;
});
afterAll(async () => {
  lambda.restore();
  await workflows.close();
  await world.sandbox.close();
  await removeRuns();
});

const call = async (...args: Parameters<typeof httpEvent>) => handler(httpEvent(...args), CONTEXT);

describe('the api function', () => {
  test.each<[string, Parameters<typeof httpEvent>, number]>([
    ['IAM reads', ['GET', '/runs', IAM], 200],
    ['IAM starts', ['POST', '/runs', IAM, { body: '{}' }], 202],
    ['a second start waits', ['POST', '/runs', IAM, { body: '{}' }], 409],
    ['a token reads', ['GET', '/oidc/runs', jwt('openid sealcheck/read')], 200],
    ['a token without the scope does not start', ['POST', '/oidc/runs', jwt('sealcheck/read')], 403],
    [
      'a token without any scope reads nothing',
      ['GET', '/oidc/runs', { jwt: { claims: {}, scopes: null } }],
      403,
    ],
    ['nobody', ['GET', '/runs', undefined], 401],
    ['an authoriser that is neither', ['GET', '/runs', { lambda: { admin: true } }], 401],
    ['a path that is none', ['GET', '/oidcruns', IAM], 404],
    [
      'a body in base64',
      ['POST', '/runs', IAM, { body: Buffer.from('{').toString('base64'), isBase64Encoded: true }],
      400,
    ],
  ])('%s', async (_who, args, status) => {
    expect((await call(...args)).statusCode).toBe(status);
  });

  test('an event that is no request is a bad one', async () => {
    await expect(handler({ Records: [] }, CONTEXT)).resolves.toMatchObject({ statusCode: 400 });
  });

  test('its log and its answers hold no credential, and the log no address of a file', async () => {
    const { body } = await call('GET', `/runs/${RUNS[0]}/files/findings.json`, IAM);
    expect(body).toContain('X-Amz-Signature');
    expect(lambda.logged()).not.toMatch(/must-not-be-logged|X-Amz-Signature/);
    expect(body).not.toContain('must-not-be-logged');
  });
});
