import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { dollarsOf, liveRequests } from '../../lib/audit/cost.ts';
import { main } from '../../lib/cli/main.ts';
import { generateObjects } from '../../lib/sandbox/generated.ts';
import { sealNone, sealSseS3 } from '../../lib/sandbox/objects.ts';
import { planText } from '../../reports/census-plan.ts';
import { packText } from '../support/audit-run.ts';
import { addBucket } from '../support/sandbox.ts';
import { deliverTo, put, startEstate } from '../support/sandbox-estate.ts';
import type { Estate } from '../support/sandbox-estate.ts';

let estate: Estate;
let folder: string;
beforeEach(async () => {
  estate = await startEstate();
  folder = await mkdtemp(join(tmpdir(), 'sealcheck-plan-test-'));
});
afterEach(async () => {
  await rm(folder, { recursive: true });
  await estate.close();
});

async function plan(...argv: string[]): Promise<{ code: number; out: string }> {
  const rules = join(folder, 'p.yml');
  await writeFile(rules, packText('{ allow: [SSE-KMS] }'));
  let out = '';
  const sink = (keep: boolean) => ({
    write: (text: string) => {
      if (keep) out += text;
    },
    isTerminal: false,
    columns: 80,
  });
  const saved = { ...process.env };
  Object.assign(process.env, { AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test' });
  try {
    const code = await main(['audit', '--plan', '--rules', rules, ...argv], {
      out: sink(true),
      err: sink(false),
      env: { AWS_ENDPOINT_URL: estate.aws.options.endpoint ?? '', AWS_REGION: 'eu-west-1' },
      clock: () => new Date(estate.state.now()),
      random: () => 0.5,
      onInterrupt: () => () => undefined,
    });
    return { code, out };
  } finally {
    process.env = saved;
  }
}

describe('what an audit would take', () => {
  test('is told bucket by bucket without asking one object, and nothing stays on disk', async () => {
    const phi = addBucket(estate.state, 'phi-a');
    for (let i = 0; i < 25; i += 1) put(phi, `k${i}`, sealSseS3);
    addBucket(estate.state, 'other');
    const { code, out } = await plan('--json');
    expect(code).toBe(0);
    expect(JSON.parse(out)).toEqual({
      buckets: [
        expect.objectContaining({
          bucket: 'phi-a',
          source: 'live',
          versions: 25,
          atLeast: false,
          requests: { list: 3, read: 25 },
        }),
      ],
    });
    expect(estate.state.requests.get('s3:HeadObject')).toBeUndefined();
    expect(await readdir(folder)).toEqual(['p.yml']);
  });

  test('is a lower bound for a bucket of more than 100,000 versions', async () => {
    const phi = addBucket(estate.state, 'phi-big');
    phi.generated = generateObjects({ count: 150_000, seals: [sealNone], lastModified: 0 });
    const [cost] = JSON.parse((await plan('--json', '--source', 'live')).out).buckets;
    expect(cost).toMatchObject({ versions: 100_000, atLeast: true });
    expect(estate.state.requests.get('s3:ListObjectsV2')).toBe(100);
  });

  test('knows an inventory by its files, and says where nothing answers', async () => {
    const phi = addBucket(estate.state, 'phi-a');
    await deliverTo(phi, addBucket(estate.state, 'inventories'), [{ key: 'a' }], { files: 2 });
    addBucket(estate.state, 'phi-none');
    const { buckets } = JSON.parse((await plan('--json', '--no-object-reads')).out);
    expect(buckets).toEqual([
      expect.objectContaining({ source: 'inventory', estimated: true, requests: { list: 2, read: 4 } }),
      expect.objectContaining({ source: 'none', why: 'The bucket has no S3 Inventory.', dollars: 0 }),
    ]);
  });

  const rowsOf = (count: number) =>
    Array.from({ length: count }, (_, i) => ({ key: `records/${i}/part`, status: 'SSE-KMS' }));

  test('of Parquet is counted from footers, with the price of asking every object as the bound', async () => {
    const phi = addBucket(estate.state, 'phi-a');
    await deliverTo(phi, addBucket(estate.state, 'inventories'), rowsOf(1200), {
      files: 3,
      format: 'Parquet',
    });
    const argv = ['--json', '--source', 'inventory'];
    const [cost] = JSON.parse((await plan(...argv)).out).buckets;
    const requests = { list: 2, read: 5 };
    expect(cost).toMatchObject({ versions: 1200, estimated: false, requests, dollars: dollarsOf(requests) });
    expect(cost.atMost.requests).toEqual({ list: 2, read: 1205 });
    const [sampled] = JSON.parse((await plan(...argv, '--top-up-sample', '59')).out).buckets;
    expect(sampled.atMost.requests).toEqual({ list: 2, read: 64 });
    const [none] = JSON.parse((await plan(...argv, '--no-object-reads')).out).buckets;
    expect(none.atMost.requests).toEqual(requests);
  });

  test('of CSV is estimated from the beginning of its files, and said to be', async () => {
    const phi = addBucket(estate.state, 'phi-a');
    await deliverTo(phi, addBucket(estate.state, 'inventories'), rowsOf(40_000), { files: 2 });
    const [cost] = JSON.parse((await plan('--json', '--source', 'inventory')).out).buckets;
    expect(cost.estimated).toBe(true);
    expect(cost.versions).toBeGreaterThan(30_000);
    expect(cost.versions).toBeLessThan(50_000);
    expect((await plan('--source', 'inventory')).out).toMatch(/≈ [\d,]+ .*\$0\.\d{4} to \$0\.\d{4}/);
  });

  test('of damaged files is not known, and then the price is a lower bound', async () => {
    const phi = addBucket(estate.state, 'phi-a');
    const inventories = addBucket(estate.state, 'inventories');
    await deliverTo(phi, inventories, rowsOf(5), { format: 'Parquet' });
    for (const key of inventories.objects.keys())
      if (key.endsWith('.parquet')) inventories.objects.delete(key);
    inventories.sortedKeys = null;
    const [cost] = JSON.parse((await plan('--json', '--source', 'inventory')).out).buckets;
    expect(cost).toMatchObject({ versions: null, atMost: null });
  });

  test.each([
    ['--source', 'live'],
    ['--source', 'sample'],
    ['--no-object-reads', '--source=inventory'],
  ])('a sample of what an inventory leaves open is refused with %s %s', async (...argv) => {
    expect((await plan('--top-up-sample', '5', ...argv)).code).toBe(2);
  });

  test('prices a billion versions as Amazon does', () => {
    expect(dollarsOf(liveRequests(1_000_000_000))).toBeCloseTo(405, 0);
  });

  test('is readable, with a sum, and shows no control character of a name', () => {
    const row = {
      ...{ source: 'live', why: null, versions: 1500, atLeast: true, requests: liveRequests(1500) },
      ...{ estimated: false, atMost: null },
    };
    const text = planText([
      { ...row, bucket: 'a', dollars: 0.1, seconds: 100 },
      { ...row, bucket: 'b\u001B[2J', dollars: 0.2, seconds: 8000 },
    ]);
    expect(text).toContain('$0.3000');
    expect(text).toContain('2.2 h');
    expect(text).not.toContain('\u001B');
  });
});
