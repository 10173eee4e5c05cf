import { SFNClient } from '@aws-sdk/client-sfn';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { workflowStarter } from '../../lib/api/workflow-starter.ts';
import type { RunStarter } from '../../lib/api/starter.ts';
import { MACHINE, startStepFunctions } from '../support/step-functions.ts';
import type { Execution, StepFunctions } from '../support/step-functions.ts';

let server: StepFunctions;
let sfn: SFNClient;
let starter: RunStarter;
beforeAll(async () => {
  server = await startStepFunctions();
  sfn = new SFNClient({
    region: 'eu-west-1',
    endpoint: server.url,
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  });
  starter = workflowStarter(sfn, MACHINE);
});
afterAll(async () => {
  sfn.destroy();
  await server.close();
});
beforeEach(() => {
  server.executions.length = 0;
});

const execution = (name: string, status: Execution['status'], rest: Partial<Execution> = {}): Execution => ({
  name,
  status,
  input: '{}',
  ...rest,
});

describe('starting', () => {
  test('names the execution after the run, and hands on only what was asked for', async () => {
    await expect(starter.start('r1', { rules: ['hipaa.yml'], buckets: null })).resolves.toEqual({
      started: true,
      runId: 'r1',
    });
    expect(server.executions).toEqual([
      { name: 'r1', status: 'RUNNING', input: '{"runId":"r1","rules":["hipaa.yml"]}' },
    ]);
  });

  test('starts nothing while a run is under way, whoever started it', async () => {
    server.executions.push(execution('scheduled', 'RUNNING'));
    await expect(starter.start('r2', { rules: null, buckets: null })).resolves.toEqual({
      started: false,
      runId: 'scheduled',
    });
    expect(server.executions).toHaveLength(1);
  });
});

test('every run under way is found, over as many pages as there are', async () => {
  server.executions.push(...['a', 'b', 'c', 'd', 'e'].map((name) => execution(name, 'RUNNING')));
  server.executions.push(execution('f', 'SUCCEEDED'));
  expect([...(await starter.running())].sort()).toEqual(['a', 'b', 'c', 'd', 'e']);
});

const LAMBDA_CAUSE =
  '{"errorMessage":"The rule pack x.yml does not exist.","trace":["at /var/task/secret.mjs"]}';

test.each<[string, Execution | null, unknown]>([
  ['that never was', null, null],
  ['under way', execution('r', 'RUNNING'), { status: 'running' }],
  ['that ended, and whose report is gone', execution('r', 'SUCCEEDED'), null],
  [
    'that a function failed, without its stack',
    execution('r', 'FAILED', { error: 'AuditError', cause: LAMBDA_CAUSE }),
    { status: 'failed', reason: 'AuditError: The rule pack x.yml does not exist.' },
  ],
  [
    'that failed in words',
    execution('r', 'FAILED', { error: 'States.Timeout', cause: 'too slow' }),
    { status: 'failed', reason: 'States.Timeout: too slow' },
  ],
  ['that timed out', execution('r', 'TIMED_OUT'), { status: 'failed', reason: 'TIMED_OUT' }],
  ['that was stopped', execution('r', 'ABORTED'), { status: 'failed', reason: 'ABORTED' }],
])('the state of a run %s', async (_what, kept, state) => {
  if (kept) server.executions.push(kept);
  expect(await starter.state('r')).toEqual(state);
});
