import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { CreateBucketCommand } from '@aws-sdk/client-s3';
import { randomBytes } from 'node:crypto';
import { createConfigClient } from '../../lib/collectors/config-client.ts';
import { discoveredBuckets } from '../../lib/collectors/config-discovered.ts';
import { bucketAsOf } from '../../lib/collectors/config-history.ts';
import { queryBuckets } from '../../lib/collectors/config-query.ts';
import { SERVERS } from './servers.ts';
import type { Server } from './servers.ts';

/**
 * No emulator keeps a history: moto answers every moment with an item of now, in times that the SDK cannot read, and
 * any query with no rows; MiniStack knows none of these calls. What must hold is that none of this passes for facts.
 */
const EXPECTED: Readonly<
  Record<string, { readonly history: string; readonly lists: boolean; readonly queries: boolean }>
> = {
  sandbox: { history: 'absent', lists: true, queries: true },
  MiniStack: { history: 'unknown', lists: false, queries: false },
  moto: { history: 'unknown', lists: true, queries: true },
};

describe.each(SERVERS)('AWS Config of %s', (name, start) => {
  const bucket = `contract-config-${randomBytes(4).toString('hex')}`;
  const { history, lists, queries } = EXPECTED[name]!;
  let server: Server;
  let config: ReturnType<typeof createConfigClient>;
  beforeAll(async () => {
    server = await start();
    config = createConfigClient(server.aws.options, 'us-east-1');
    await server.aws.s3('us-east-1').send(new CreateBucketCommand({ Bucket: bucket }));
  });
  afterAll(async () => {
    config.destroy();
    await server.close();
  });

  test('a bucket of today is never taken for one of then', async () => {
    expect((await bucketAsOf(config, bucket, new Date('2024-01-01T00:00:00Z'))).state).toBe(history);
  });

  test('a list that cannot be had is incomplete', async () => {
    const { names, incomplete } = await discoveredBuckets(config);
    expect(incomplete === null).toBe(lists);
    // The sandbox records nothing by itself.
    expect(names.includes(bucket)).toBe(name === 'moto');
  });

  test('a query that cannot be put is incomplete', async () => {
    const { buckets, incomplete } = await queryBuckets(config, null);
    expect(incomplete === null).toBe(queries);
    expect(buckets).toEqual([]);
  });
});
