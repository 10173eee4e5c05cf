import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { fault } from '../../lib/sandbox/faults.ts';
import { addBucket, KEY_ARN, startTestSandbox } from '../support/sandbox.ts';
import type { TestSandbox } from '../support/sandbox.ts';
import { changeEvent, scheduledEvent } from './items.ts';
import { startRule } from './support.ts';

let sandbox: TestSandbox;
let rule: Awaited<ReturnType<typeof startRule>>;
beforeAll(async () => {
  sandbox = await startTestSandbox();
  rule = await startRule(sandbox);
});
afterAll(async () => {
  await rule.close();
  await sandbox.close();
});
beforeEach(() => {
  sandbox.state.configEvaluations.length = 0;
  sandbox.state.buckets.clear();
  sandbox.state.faults.length = 0;
  sandbox.state.log.length = 0;
});

const tags = new Map([['data-class', 'phi']]);
const ours = { algorithm: 'aws:kms', kmsKey: KEY_ARN, bucketKey: false, blocked: ['SSE-C'] } as const;
const byId = (): Record<string, string> =>
  Object.fromEntries(
    rule.evaluations().map((each) => [String(each['ComplianceResourceId']), String(each['ComplianceType'])]),
  );

describe('a scheduled evaluation', () => {
  test('answers every bucket of its own Region', async () => {
    addBucket(sandbox.state, 'bad', { tags });
    addBucket(sandbox.state, 'good', { tags, encryption: { ...ours, blocked: ['SSE-C'] } });
    addBucket(sandbox.state, 'elsewhere', { tags, region: 'us-east-1' });
    const result = await rule.answer(scheduledEvent({ parameters: { requirements: 'test/phi-own-key' } }));
    expect(byId()).toEqual({ bad: 'NON_COMPLIANT', good: 'COMPLIANT' });
    expect(result).toEqual({ question: 'scheduled', evaluations: { NON_COMPLIANT: 1, COMPLIANT: 1 } });
    expect(rule.evaluations()[0]).toMatchObject({
      OrderingTimestamp: Date.parse('2026-11-25T10:00:00.000Z') / 1000,
    });
  });

  test('hands in any number of buckets, never more than 100 a call', async () => {
    for (let i = 0; i < 101; i += 1) addBucket(sandbox.state, `b${i}`);
    await rule.answer(scheduledEvent());
    expect(new Set(rule.evaluations().map((each) => each['ComplianceResourceId'])).size).toBe(101);
    // The sandbox refuses a call of more than 100, as AWS does.
    const calls = sandbox.state.log.filter(({ operation }) => operation === 'config:PutEvaluations');
    expect(calls.map(({ status }) => status)).toEqual([200, 200]);
  }, 60_000);

  test('that finds no bucket says so about the account', async () => {
    await rule.answer(scheduledEvent());
    expect(rule.evaluations()).toMatchObject([
      {
        ComplianceResourceType: 'AWS::::Account',
        ComplianceResourceId: '111122223333',
        ComplianceType: 'NOT_APPLICABLE',
        Annotation: 'There is no bucket in this Region.',
      },
    ]);
  });

  test('that may not list buckets says so about the account, and passes nothing', async () => {
    addBucket(sandbox.state, 'b', { tags });
    sandbox.state.faults.push(fault({ operation: 'ListBuckets' }, { type: 'deny' }));
    await rule.answer(scheduledEvent());
    expect(rule.evaluations()).toMatchObject([
      {
        ComplianceResourceType: 'AWS::::Account',
        ComplianceType: 'NOT_APPLICABLE',
        Annotation: expect.stringMatching(/^Not known: The buckets could not all be listed: ACCESS_DENIED/),
      },
    ]);
  });

  test('reads refused on one bucket leave that one unknown and the others judged', async () => {
    addBucket(sandbox.state, 'bad', { tags });
    addBucket(sandbox.state, 'denied', { tags });
    sandbox.state.faults.push(
      fault({ operation: 'GetBucketEncryption', bucket: 'denied' }, { type: 'deny' }),
    );
    await rule.answer(scheduledEvent());
    expect(byId()).toEqual({ bad: 'NON_COMPLIANT', denied: 'NOT_APPLICABLE' });
  });

  test('that runs out of time keeps what it has, and counts what it has not looked at', async () => {
    for (let i = 0; i < 20; i += 1) addBucket(sandbox.state, `b${i}`);
    let asked = 0;
    await rule.answer(scheduledEvent(), () => ((asked += 1) > 2 ? 0 : 300_000));
    const { '111122223333': account, ...buckets } = byId();
    expect(account).toBe('NOT_APPLICABLE');
    expect(Object.keys(buckets)).toHaveLength(16);
    expect(rule.evaluations().at(-1)).toMatchObject({
      Annotation: expect.stringMatching(/with 4 of 20 buckets not looked at/),
    });
  });
});

describe('AWS Config that refuses the evaluations', () => {
  test('makes the rule fail, in words', async () => {
    sandbox.state.faults.push(fault({ operation: 'PutEvaluations' }, { type: 'deny' }));
    await expect(rule.answer(changeEvent({ name: 'b' }))).rejects.toThrow(
      /AWS Config did not take the evaluations: ACCESS_DENIED on config:PutEvaluations/,
    );
  });
});

describe('an event that cannot be answered', () => {
  const event = changeEvent({ name: 'b' });
  test.each<[string, unknown, RegExp]>([
    ['is no object', 'run', /The event is not one that AWS Config sends/],
    ['has no result token', { ...event, resultToken: '' }, /resultToken/],
    [
      'has an invoking event that is no JSON',
      { ...event, invokingEvent: '{' },
      /invokingEvent .* is not JSON/,
    ],
    ['has a message type nobody knows', { ...event, invokingEvent: '{"messageType":"X"}' }, /messageType/],
    ['has an item without a status', { ...event, invokingEvent: withoutStatus() }, /configurationItemStatus/],
    [
      'has parameters that are no JSON',
      { ...event, ruleParameters: 'packs=x' },
      /ruleParameters .* is not JSON/,
    ],
    ['has a parameter nobody knows', changeEvent({ name: 'b' }, { parameters: { pack: 'x' } }), /pack/],
    [
      'asks for a check it cannot answer',
      changeEvent({ name: 'b' }, { parameters: { checks: 'stored' } }),
      /checks/,
    ],
    [
      'names a pack outside its folder',
      changeEvent({ name: 'b' }, { parameters: { packs: '../test.yml' } }),
      /names a pack file without folders/,
    ],
    [
      'names a pack that is not there',
      changeEvent({ name: 'b' }, { parameters: { packs: 'nope.yml' } }),
      /nope\.yml does not exist/,
    ],
    [
      'names a requirement that no pack has',
      changeEvent({ name: 'b' }, { parameters: { requirements: 'test/typo' } }),
      /test\/typo, which no rule pack of this rule has/,
    ],
  ])('because it %s is refused before anything is called', async (_what, bad, words) => {
    await expect(rule.answer(bad)).rejects.toThrow(words);
    expect(sandbox.state.log).toEqual([]);
  });

  function withoutStatus(): string {
    const { configurationItem, ...rest } = JSON.parse(event.invokingEvent) as {
      configurationItem: Record<string, unknown>;
    };
    delete configurationItem['configurationItemStatus'];
    return JSON.stringify({ ...rest, configurationItem });
  }
});
