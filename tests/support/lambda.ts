import { jest } from '@jest/globals';
import type { Context } from 'aws-lambda';

/** What Lambda passes beside the event, as far as the functions and their middleware look at it. */
export const lambdaContext = (functionName: string): Context =>
  ({
    functionName,
    functionVersion: '$LATEST',
    invokedFunctionArn: `arn:aws:lambda:eu-west-1:111122223333:function:${functionName}`,
    memoryLimitInMB: '1024',
    awsRequestId: 'c6af9ac6-7b61-11e6-9a41-93e8deadbeef',
    getRemainingTimeInMillis: () => 300_000,
  }) as Context;

/** This process as a Lambda: its environment, and everything it logs. */
export type LambdaProcess = { readonly logged: () => string; readonly restore: () => void };

/** Turns this process into a Lambda until `restore`; a function reads its environment when it is loaded. */
export function becomeLambda(environment: Readonly<Record<string, string>>): LambdaProcess {
  const before = { ...process.env };
  let logged = '';
  for (const stream of [process.stdout, process.stderr]) {
    jest.spyOn(stream, 'write').mockImplementation((text) => {
      logged += String(text);
      return true;
    });
  }
  Object.assign(process.env, {
    AWS_REGION: 'eu-west-1',
    AWS_ACCESS_KEY_ID: 'ASIATEST',
    AWS_SECRET_ACCESS_KEY: 'secret-that-must-not-be-logged',
    POWERTOOLS_TRACE_ENABLED: 'false',
    POWERTOOLS_DEV: 'false',
    ...environment,
  });
  return {
    logged: () => logged,
    restore: () => {
      process.env = before;
      jest.restoreAllMocks();
    },
  };
}

/** A request as an HTTP API hands it to its function, payload format 2.0; `authorizer` is what API Gateway found out. */
export const httpEvent = (method: string, path: string, authorizer: unknown, rest: object = {}) => ({
  version: '2.0',
  routeKey: `${method} ${path}`,
  rawPath: path,
  rawQueryString: '',
  headers: { accept: '*/*', host: 'abc.execute-api.eu-west-1.amazonaws.com' },
  requestContext: {
    accountId: '111122223333',
    apiId: 'abc',
    authorizer,
    http: { method, path, protocol: 'HTTP/1.1', sourceIp: '192.0.2.1', userAgent: 'test' },
    requestId: 'id=',
    stage: '$default',
    timeEpoch: 1_764_000_000_000,
  },
  isBase64Encoded: false,
  ...rest,
});
