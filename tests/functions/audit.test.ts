import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Context } from 'aws-lambda';
import type { LambdaAuditResult } from '../../lib/audit/on-lambda.ts';
import { sealSseS3 } from '../../lib/sandbox/objects.ts';
import type { DecryptLedger } from '../../lib/model/ledger.ts';
import { decryptRecord } from '../ledger/records.ts';
import { ACCOUNT, addBucket, addObjects, REGION, startTestSandbox } from '../support/sandbox.ts';
import type { TestSandbox } from '../support/sandbox.ts';
import { becomeLambda, lambdaContext } from '../support/lambda.ts';
import type { LambdaProcess } from '../support/lambda.ts';

/** EventBridge, as a rule on a schedule sends it. */
const SCHEDULED = {
  version: '0',
  id: '53dc4d37-cffa-4f76-80c9-8b7d4a4d2eaa',
  'detail-type': 'Scheduled Event',
  source: 'aws.events',
  account: '111122223333',
  time: '2026-11-25T02:00:00Z',
  region: 'eu-west-1',
  resources: ['arn:aws:events:eu-west-1:111122223333:rule/nightly-audit'],
  detail: {},
};

const CONTEXT = lambdaContext('sealcheck-audit');

let sandbox: TestSandbox;
let handler: (event: unknown, context: Context) => Promise<LambdaAuditResult>;
let lambda: LambdaProcess;

beforeAll(async () => {
  sandbox = await startTestSandbox();
  addObjects(addBucket(sandbox.state, 'data'), ['phi/a', 'b'], sealSseS3);
  addObjects(addBucket(sandbox.state, 'other'), ['c'], sealSseS3);
  addBucket(sandbox.state, 'reports');
  lambda = becomeLambda({
    AWS_ENDPOINT_URL: sandbox.url,
    AWS_SESSION_TOKEN: 'token-that-must-not-be-logged',
    REPORT_BUCKET: 'reports',
    RULES: 'hipaa.yml, baseline.yml',
    RULES_FOLDER: 'rules',
  });
  const loaded = (await import('../../functions/audit.ts')) as unknown as { handler: typeof handler };
  handler = loaded.handler;
});
afterAll(async () => {
  lambda.restore();
  await sandbox.close();
});

const published = (): string[] => [...sandbox.state.buckets.get('reports')!.objects.keys()];

describe('the audit function', () => {
  test('a schedule runs the packs of its environment and publishes the report, manifest last', async () => {
    const result = await handler(SCHEDULED, CONTEXT);
    expect(result.report).toBe(`s3://reports/runs/${result.runId}/`);
    expect(result.buckets).toMatchObject({ population: 3, assessed: 2, excluded: { REPORT_BUCKET: 1 } });
    expect(result.objects).toMatchObject({ population: 3, assessed: 3 });
    expect(result.findings.NON_COMPLIANT).toBeGreaterThan(0);
    const under = published().filter((key) => key.startsWith(`runs/${result.runId}/`));
    expect(under).toEqual(
      expect.arrayContaining(
        ['report.html', 'findings.json', 'evidence/plan.json'].map((name) => `runs/${result.runId}/${name}`),
      ),
    );
    const puts = sandbox.state.log.filter(({ operation }) => operation === 's3:PutObject');
    expect(puts.slice(-2).map(({ key }) => key)).toEqual([
      `runs/${result.runId}/manifest.json`,
      'latest.json',
    ]);
  });

  test('a direct invocation narrows the run', async () => {
    const result = await handler({ rules: ['baseline.yml'], buckets: ['data'] }, CONTEXT);
    expect(result.buckets).toMatchObject({ assessed: 1, excluded: { NOT_SELECTED: 1, REPORT_BUCKET: 1 } });
  });

  test('short of time it leaves event history unread, and the report says so', async () => {
    const hurried = { ...CONTEXT, getRemainingTimeInMillis: () => 60_000 };
    for (let i = 0; i < 120; i += 1) {
      const record = decryptRecord({
        eventID: `event-${i}`,
        eventTime: new Date(Date.now() - 3_600_000 - i * 1000).toISOString().replace(/\.\d+Z/, 'Z'),
      });
      const time = Date.parse(String(record['eventTime']));
      sandbox.state.events.push({ accountId: ACCOUNT, region: REGION, time, record });
    }
    const result = await handler({ rules: ['hipaa.yml'], buckets: ['data'] }, hurried);
    const report = sandbox.state.buckets
      .get('reports')!
      .objects.get(`runs/${result.runId}/evidence/ledger/ledger.json`)!;
    const [version] = report;
    const { events, gaps } = JSON.parse(Buffer.from(version!.body!).toString()) as DecryptLedger;
    expect(events).toBeLessThan(120);
    expect(gaps).toMatchObject([
      { loses: 'events', message: expect.stringContaining('the time for it was up') },
    ]);
  });

  test('it writes to the report bucket and to nothing else', () => {
    const writes = sandbox.state.log.filter(
      ({ method, operation }) => operation.startsWith('s3:') && !['GET', 'HEAD'].includes(method),
    );
    expect(new Set(writes.map(({ bucket }) => bucket))).toEqual(new Set(['reports']));
  });

  test('its log tells what it did, and holds no credential', () => {
    expect(lambda.logged()).toContain('"message":"audit finished"');
    expect(lambda.logged()).toContain('"NON_COMPLIANT":');
    expect(lambda.logged()).not.toMatch(/must-not-be-logged|ASIATEST/);
  });

  test.each<[string, unknown, RegExp]>([
    ['an option nobody knows', { bucket: ['data'] }, /The event is not one this function knows/],
    ['a pack outside its folder', { rules: ['../../etc/passwd'] }, /pack file name without folders/],
    ['no rules at all', { rules: [] }, /rules/],
    ['something else entirely', 'run', /The event is not one this function knows/],
    ['a pack that is not there', { rules: ['nope.yml'] }, /nope\.yml does not exist/],
  ])('%s is refused before anything is read', async (_name, event, words) => {
    const calls = sandbox.state.log.length;
    await expect(handler(event, CONTEXT)).rejects.toThrow(words);
    expect(sandbox.state.log).toHaveLength(calls);
  });
});
