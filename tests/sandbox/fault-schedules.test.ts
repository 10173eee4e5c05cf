import { afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { ListKeysCommand } from '@aws-sdk/client-kms';
import { GetBucketPolicyCommand, GetObjectCommand } from '@aws-sdk/client-s3';
import { fault } from '../../lib/sandbox/faults.ts';
import type { FaultEffect, FaultMatch, FaultSchedule } from '../../lib/sandbox/faults.ts';
import { head, newBucket, put, useSandbox } from './sdk.ts';

const rig = useSandbox();
let Bucket: string;
beforeAll(async () => {
  Bucket = await newBucket(rig);
  await put(rig, Bucket, 'k');
  rig.state.buckets.get(Bucket)!.policy = '{"Statement":[]}';
});
afterEach(() => {
  rig.state.faults.length = 0;
});
const strike = (match: FaultMatch, effect: FaultEffect, when?: FaultSchedule) =>
  rig.state.faults.push(fault(match, effect, when));
const listKeys = () => rig.kms.send(new ListKeysCommand({}));

describe('which requests are struck', () => {
  test.each<[FaultMatch, { head: boolean; get: boolean; policy: boolean; kms: boolean }]>([
    [{}, { head: true, get: true, policy: true, kms: true }],
    [{ service: 's3' }, { head: true, get: true, policy: true, kms: false }],
    [{ service: 'k?s' }, { head: false, get: false, policy: false, kms: true }],
    [{ operation: 'Get*' }, { head: false, get: true, policy: true, kms: false }],
    [{ operation: '*Object' }, { head: true, get: true, policy: false, kms: false }],
    [{ bucket: 'test-*' }, { head: true, get: true, policy: true, kms: false }],
    [{ bucket: 'other' }, { head: false, get: false, policy: false, kms: false }],
    [{ key: '?' }, { head: true, get: true, policy: false, kms: false }],
    [
      { operation: 'HeadObject', key: 'k' },
      { head: true, get: false, policy: false, kms: false },
    ],
    [{ operation: 'Get.*' }, { head: false, get: false, policy: false, kms: false }],
  ])('%j', async (match, struck) => {
    strike(match, { type: 'error', code: 'Struck', status: 418, message: '' });
    const status = async (call: Promise<{ $metadata: { httpStatusCode?: number } }>) => {
      try {
        return (await call).$metadata.httpStatusCode;
      } catch (error) {
        return (error as { $metadata: { httpStatusCode?: number } }).$metadata.httpStatusCode;
      }
    };
    expect({
      head: (await status(head(rig, Bucket, 'k'))) === 418,
      get: (await status(rig.s3.send(new GetObjectCommand({ Bucket, Key: 'k' })))) === 418,
      policy: (await status(rig.s3.send(new GetBucketPolicyCommand({ Bucket })))) === 418,
      kms: (await status(listKeys())) === 418,
    }).toEqual(struck);
  });
});

describe('when they are struck', () => {
  /** Statuses of so many requests, `x` for struck. */
  async function pattern(call: () => Promise<unknown>, count: number): Promise<string> {
    let seen = '';
    for (let i = 0; i < count; i += 1) {
      seen += await call().then(
        () => '.',
        () => 'x',
      );
    }
    return seen;
  }
  const CALLS: Readonly<Record<string, () => Promise<unknown>>> = {
    s3: () => head(rig, Bucket, 'k'),
    kms: listKeys,
  };

  describe.each(Object.entries(CALLS))('%s', (service, call) => {
    test.each<[FaultSchedule, string]>([
      [{}, 'xxxxxxxx'],
      [{ after: 3 }, '...xxxxx'],
      [{ times: 2 }, 'xx......'],
      [{ after: 2, times: 1 }, '..x.....'],
      [{ every: 1 }, 'xxxxxxxx'],
      [{ every: 3 }, '..x..x..'],
      [{ after: 1, every: 2 }, '..x.x.x.'],
      [{ every: 2, times: 2 }, '.x.x....'],
      [{ rate: 0 }, '........'],
      [{ rate: 1 }, 'xxxxxxxx'],
      [{ times: 0 }, '........'],
    ])('%j → %s', async (when, expected) => {
      strike({ service }, { type: 'slowDown' }, when);
      expect(await pattern(call, expected.length)).toBe(expected);
    });

    test('a rate strikes about as often as it says, and in the same places in every run', async () => {
      const run = async (seed: number) => {
        rig.state.faults.length = 0;
        strike({ service }, { type: 'slowDown' }, { rate: 0.3, seed });
        return pattern(call, 100);
      };
      const first = await run(7);
      expect(await run(7)).toBe(first);
      expect(await run(8)).not.toBe(first);
      const struck = first.replaceAll('.', '').length;
      expect(struck).toBeGreaterThan(15);
      expect(struck).toBeLessThan(45);
    });

    test('rules count on their own, and the first refusal wins', async () => {
      strike({ service }, { type: 'error', code: 'First', status: 400, message: '' }, { every: 2 });
      strike({ service }, { type: 'error', code: 'Second', status: 400, message: '' }, { every: 3 });
      const names: string[] = [];
      for (let i = 0; i < 6; i += 1) {
        names.push(
          await call().then(
            () => 'ok',
            (error: unknown) => (error as Error).name,
          ),
        );
      }
      const unnamed = service === 's3' ? 'Unknown' : null;
      expect(names).toEqual(
        ['ok', 'First', 'Second', 'First', 'ok', 'First'].map((name) =>
          name === 'ok' ? name : (unnamed ?? name),
        ),
      );
      expect(rig.state.faults.map(({ seen, struck }) => [seen, struck])).toEqual([
        [6, 3],
        [6, 2],
      ]);
    });
  });
});
