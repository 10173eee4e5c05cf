import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { silent } from '../../lib/audit/context.ts';
import { reconcileBucket } from '../../lib/audit/reconcile-bucket.ts';
import { readBucket } from '../../lib/collectors/bucket.ts';
import { reconciled } from '../../lib/model/reconciliation.ts';
import type { Reconciliation } from '../../lib/model/reconciliation.ts';
import { fault } from '../../lib/sandbox/faults.ts';
import {
  addVersion,
  newObject,
  sealCustomer,
  sealKms,
  sealNone,
  sealSseS3,
} from '../../lib/sandbox/objects.ts';
import type { Bucket, Seal } from '../../lib/sandbox/state-s3.ts';
import { reconciliationJson, reconciliationText } from '../../reports/reconciliation-text.ts';
import { ALL_COLUMNS } from '../support/inventory-delivery.ts';
import type { DeliveryOptions, InventoryRow } from '../support/inventory-delivery.ts';
import { envFor, runCli } from '../support/cli.ts';
import { ACCOUNT, KEY_ARN, NOW, REGION, addBucket } from '../support/sandbox.ts';
import { deliverTo, startEstate } from '../support/sandbox-estate.ts';
import type { Estate } from '../support/sandbox-estate.ts';

/** When the rows of a delivery say that they were written, and an hour after the delivery. */
const BEFORE = Date.UTC(2026, 0, 1);
const SINCE = Date.UTC(2026, 10, 24, 13);
const MANIFEST = 's3://inventories/inv/src/daily/2026-11-24T12-00Z/manifest.json';

let estate: Estate;
let bucket: Bucket;
let inventories: Bucket;
beforeEach(async () => {
  estate = await startEstate();
  bucket = addBucket(estate.state, 'src');
  inventories = addBucket(estate.state, 'inventories');
});
afterEach(async () => estate.close());

const put = (key: string, seal: Seal, at = BEFORE, versionId: string | null = null, size = 10): void =>
  addVersion(bucket, key, newObject({ size, lastModified: at, seal, versionId }));

async function compare(
  rows: readonly InventoryRow[],
  options: DeliveryOptions = {},
): Promise<Reconciliation> {
  await deliverTo(bucket, inventories, rows, options);
  const { aws } = estate;
  const evidence = await readBucket(
    aws,
    { name: 'src', region: REGION, createdAt: null },
    { accountId: ACCOUNT, partition: 'aws' },
  );
  const retry = {
    maxAttempts: 2,
    baseDelayMs: 0,
    maxDelayMs: 0,
    sleep: () => Promise.resolve(),
    random: () => 0,
  };
  const told = await reconcileBucket(
    { aws, clock: () => new Date(NOW), concurrency: 16, retry, progress: silent },
    evidence,
    MANIFEST,
  );
  for (const { versions, onlyIn } of told.sources)
    expect(told.same + sum(told.differing) + sum(onlyIn)).toBe(versions);
  return told;
}
const sum = (counts: Readonly<Partial<Record<string, number>>>): number =>
  Object.values(counts).reduce((total: number, n = 0) => total + n, 0);

describe('an inventory beside its bucket', () => {
  type Case = {
    readonly now: readonly [seal: Seal, at?: number, size?: number] | null;
    readonly listed: Partial<InventoryRow> | null;
    readonly told: readonly ['same' | 'both' | 'inventory' | 'live', string];
    readonly verdict?: 'unexplained';
  };
  test.each<readonly [string, Case]>([
    ['the same', { now: [sealSseS3], listed: {}, told: ['same', ''] }],
    ['unencrypted in both', { now: [sealNone], listed: { status: 'NOT-SSE' }, told: ['same', ''] }],
    ['SSE-C in both', { now: [sealCustomer('m')], listed: { status: 'SSE-C' }, told: ['same', ''] }],
    [
      'a key that only the bucket knows',
      {
        now: [sealKms(KEY_ARN)],
        listed: { status: 'SSE-KMS', bucketKey: 'DISABLED' },
        told: ['both', 'FINER'],
      },
    ],
    [
      'SSE-S3 that became SSE-KMS in place',
      { now: [sealKms(KEY_ARN)], listed: {}, told: ['both', 'RESEALED'] },
    ],
    ['written again since', { now: [sealNone, SINCE], listed: {}, told: ['both', 'REWRITTEN'] }],
    ['written since', { now: [sealNone, SINCE], listed: null, told: ['live', 'NEW'] }],
    ['deleted since', { now: null, listed: {}, told: ['inventory', 'DELETED'] }],
    [
      'a status that nobody knows',
      { now: [sealSseS3], listed: { status: 'SSE-Z' }, told: ['both', 'NOT_ASSESSABLE'] },
    ],
    [
      'SSE-KMS that became SSE-S3 in place, which nothing does',
      {
        now: [sealSseS3],
        listed: { status: 'SSE-KMS' },
        told: ['both', 'UNEXPLAINED'],
        verdict: 'unexplained',
      },
    ],
    [
      'unencrypted that became SSE-KMS in place, which nothing does',
      {
        now: [sealKms(KEY_ARN)],
        listed: { status: 'NOT-SSE' },
        told: ['both', 'UNEXPLAINED'],
        verdict: 'unexplained',
      },
    ],
    [
      'old, and not listed',
      { now: [sealSseS3], listed: null, told: ['live', 'UNEXPLAINED'], verdict: 'unexplained' },
    ],
    [
      'of another size with the same date',
      { now: [sealSseS3, BEFORE, 11], listed: {}, told: ['both', 'UNEXPLAINED'], verdict: 'unexplained' },
    ],
  ])('%s', async (_name, { now, listed, told: [where, what], verdict = 'explained' }) => {
    put('always', sealSseS3);
    const odd = 'a b/ü+%"\n,🙂';
    if (now) put(odd, now[0], now[1], null, now[2]);
    for (const format of ['CSV', 'Parquet'] as const) {
      const told = await compare([{ key: 'always' }, ...(listed ? [{ key: odd, ...listed }] : [])], {
        format,
      });
      expect(told.same).toBe(where === 'same' ? 2 : 1);
      expect(told.differing).toEqual(where === 'both' ? { [what]: 1 } : {});
      for (const { name, onlyIn } of told.sources)
        expect(onlyIn).toEqual(where === name ? { [what]: 1 } : {});
      expect(reconciled(told)).toBe(verdict);
      if (what !== '') expect(told.examples).toMatchObject({ [what]: [{ key: odd, versionId: null }] });
    }
  });

  test('knows versions apart, delete markers aside', async () => {
    bucket.versioning = 'Enabled';
    put('k', sealSseS3, BEFORE, 'v1');
    put('k', sealKms(KEY_ARN), SINCE, 'v2');
    const told = await compare([
      { key: 'k', versionId: 'v1' },
      { key: 'k', versionId: 'm', deleteMarker: true },
    ]);
    expect(told).toMatchObject({ same: 1, differing: {}, sources: [{ onlyIn: {} }, { onlyIn: { NEW: 1 } }] });
  });

  test('that lists current versions alone does not miss the others', async () => {
    bucket.versioning = 'Enabled';
    put('k', sealSseS3, BEFORE, 'v1');
    put('k', sealSseS3, BEFORE, 'v2');
    const told = await compare([{ key: 'k' }], {
      columns: ALL_COLUMNS.filter((c) => c !== 'VersionId' && c !== 'IsLatest'),
    });
    expect(told).toMatchObject({
      same: 1,
      sources: [{ versions: 1 }, { versions: 2, onlyIn: { NOT_COVERED: 1 } }],
    });
    expect(reconciled(told)).toBe('explained');
  });

  test('counts what is listed twice twice', async () => {
    put('k', sealSseS3);
    const told = await compare([{ key: 'k' }, { key: 'k' }]);
    expect(told).toMatchObject({
      same: 1,
      sources: [{ versions: 2, onlyIn: { DELETED: 1 } }, { versions: 1 }],
    });
  });

  test.each([
    [
      'a file',
      async () => {
        const told = compare([{ key: 'a' }, { key: 'b' }], {
          files: 2,
          change: ({ files }) => {
            (files as { MD5checksum: string }[])[0]!.MD5checksum = '0'.repeat(32);
          },
        });
        return told;
      },
    ],
    [
      'the listing',
      async () => {
        estate.state.faults.push(
          fault({ service: 's3', operation: 'ListObjectsV2', bucket: 'src' }, { type: 'deny' }),
        );
        return compare([{ key: 'a' }]);
      },
    ],
  ])('is not reconciled where %s cannot be read', async (_name, run) => {
    put('a', sealSseS3);
    expect(reconciled(await run())).toBe('incomplete');
  });

  test('adds up whatever became of the objects', async () => {
    const seals = [sealNone, sealSseS3, sealKms(KEY_ARN)];
    const statuses = ['NOT-SSE', 'SSE-S3', 'SSE-KMS', 'odd'];
    await fc.assert(
      fc.asyncProperty(
        fc.array(
          fc.record({
            seal: fc.constantFrom(null, ...seals),
            at: fc.constantFrom(BEFORE, SINCE),
            status: fc.constantFrom(null, ...statuses),
          }),
          { maxLength: 20 },
        ),
        async (objects) => {
          bucket.objects.clear();
          bucket.sortedKeys = null;
          const rows: InventoryRow[] = [];
          objects.forEach(({ seal, at, status }, i) => {
            if (seal) put(`k${i}`, seal, at);
            if (status !== null) rows.push({ key: `k${i}`, status });
          });
          const told = await compare(rows);
          expect(told.sources.map(({ versions }) => versions)).toEqual([
            rows.length,
            objects.filter(({ seal }) => seal).length,
          ]);
        },
      ),
      { numRuns: 15 },
    );
  });
});

describe('sealcheck census --reconcile', () => {
  test('exits 0 when all is explained, 1 when something is not, 2 when it is not told what to compare', async () => {
    put('a', sealSseS3);
    await deliverTo(bucket, inventories, [{ key: 'a' }]);
    const env = envFor(estate.aws.options.endpoint ?? '');
    const args = ['census', '--bucket', 'src', '--inventory', MANIFEST, '--reconcile'];
    const well = await runCli([...args, '--json'], env);
    expect(well.code).toBe(0);
    expect(JSON.parse(well.stdout)).toMatchObject({ bucket: 'src', verdict: 'explained', same: 1 });
    put('b', sealSseS3);
    const odd = await runCli(args, env);
    expect(odd.code).toBe(1);
    expect(odd.stdout).toContain('only in live: unexplained');
    expect((await runCli(['census', '--bucket', 'src', '--reconcile'], env)).code).toBe(2);
  });

  test('prints no control character of a key, and is the same each time', async () => {
    put('a\u001B[2J', sealSseS3);
    const told = await compare([]);
    expect(reconciliationText(told)).not.toContain('\u001B');
    expect(JSON.stringify(reconciliationJson(await compare([])))).toBe(
      JSON.stringify(reconciliationJson(told)),
    );
  });
});
