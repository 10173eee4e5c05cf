import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Context } from 'aws-lambda';
import type { ConfigRuleResult } from '../../lib/config-rule/on-lambda.ts';
import { changeEvent, scheduledEvent, sse } from '../config-rule/items.ts';
import { addBucket, startTestSandbox } from '../support/sandbox.ts';
import type { TestSandbox } from '../support/sandbox.ts';
import { becomeLambda, lambdaContext } from '../support/lambda.ts';
import type { LambdaProcess } from '../support/lambda.ts';

const CONTEXT = lambdaContext('sealcheck-config-rule');

let sandbox: TestSandbox;
let handler: (event: unknown, context: Context) => Promise<ConfigRuleResult>;
let lambda: LambdaProcess;

beforeAll(async () => {
  sandbox = await startTestSandbox();
  addBucket(sandbox.state, 'data');
  lambda = becomeLambda({
    AWS_ENDPOINT_URL: sandbox.url,
    RULES: 'baseline.yml',
    RULES_FOLDER: 'rules',
  });
  const loaded = (await import('../../functions/config-rule.ts')) as unknown as { handler: typeof handler };
  handler = loaded.handler;
});
afterAll(async () => {
  lambda.restore();
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
    expect(lambda.logged()).toContain('"message":"rule answered"');
    expect(lambda.logged()).not.toMatch(/must-not-be-logged|ASIATEST/);
  });
});
