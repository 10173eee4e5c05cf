import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import type { Context } from 'aws-lambda';
import type { ConfigRuleResult } from '../../lib/config-rule/on-lambda.ts';
import { changeEvent, scheduledEvent, sse } from '../config-rule/items.ts';
import { addBucket, startTestSandbox } from '../support/sandbox.ts';
import type { TestSandbox } from '../support/sandbox.ts';

const CONTEXT = {
  functionName: 'sealcheck-config-rule',
  functionVersion: '$LATEST',
  invokedFunctionArn: 'arn:aws:lambda:eu-west-1:111122223333:function:sealcheck-config-rule',
  memoryLimitInMB: '512',
  awsRequestId: 'c6af9ac6-7b61-11e6-9a41-93e8deadbeef',
  getRemainingTimeInMillis: () => 300_000,
} as Context;

let sandbox: TestSandbox;
let handler: (event: unknown, context: Context) => Promise<ConfigRuleResult>;
const before = { ...process.env };
let logged = '';

beforeAll(async () => {
  for (const stream of [process.stdout, process.stderr]) {
    jest.spyOn(stream, 'write').mockImplementation((text) => {
      logged += String(text);
      return true;
    });
  }
  sandbox = await startTestSandbox();
  addBucket(sandbox.state, 'data');
  Object.assign(process.env, {
    AWS_ENDPOINT_URL: sandbox.url,
    AWS_REGION: 'eu-west-1',
    AWS_ACCESS_KEY_ID: 'ASIATEST',
    AWS_SECRET_ACCESS_KEY: 'secret-that-must-not-be-logged',
    RULES: 'baseline.yml',
    RULES_FOLDER: 'rules',
    POWERTOOLS_TRACE_ENABLED: 'false',
    POWERTOOLS_DEV: 'false',
  });
  const loaded = (await import('../../functions/config-rule.ts')) as unknown as { handler: typeof handler };
  handler = loaded.handler;
});
afterAll(async () => {
  process.env = before;
  jest.restoreAllMocks();
  await sandbox.close();
});

describe('the config-rule function', () => {
  test.each<[string, unknown, string]>([
    [
      'a change',
      changeEvent({ name: 'data', supplementary: { ServerSideEncryptionConfiguration: sse('AES256') } }),
      'changed',
    ],
    ['a schedule', scheduledEvent(), 'scheduled'],
  ])('answers %s by the packs of its environment', async (_what, event, question) => {
    sandbox.state.configEvaluations.length = 0;
    const result = await handler(event, CONTEXT);
    expect(result.question).toBe(question);
    expect(sandbox.state.configEvaluations).toMatchObject([
      { ComplianceResourceId: 'data', Annotation: expect.stringMatching(/^baseline\//) },
    ]);
  });

  test('fails in words on an event it does not know, so that AWS Config shows the rule as failed', async () => {
    await expect(handler({}, CONTEXT)).rejects.toThrow(/The event is not one that AWS Config sends/);
  });

  test('only ever writes evaluations', () => {
    const writes = sandbox.state.log.filter(
      ({ method, operation }) => !['GET', 'HEAD'].includes(method) && !/:(Get|List|Describe)/.test(operation),
    );
    expect(new Set(writes.map(({ operation }) => operation))).toEqual(new Set(['config:PutEvaluations']));
  });

  test('logs what it answered, and no credential', () => {
    expect(logged).toContain('"message":"rule answered"');
    expect(logged).not.toMatch(/must-not-be-logged|ASIATEST/);
  });
});
