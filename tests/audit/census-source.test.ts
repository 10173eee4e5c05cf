import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { folderStore } from '../../lib/audit/folder-store.ts';
import { recordLines } from '../../lib/audit/part-files.ts';
import type { Status } from '../../lib/model/finding.ts';
import type { RunConfiguration } from '../../lib/model/run.ts';
import { sealCustomer, sealKms, sealNone, sealSseS3 } from '../../lib/sandbox/objects.ts';
import type { Bucket } from '../../lib/sandbox/state-s3.ts';
import { fault } from '../../lib/sandbox/faults.ts';
import { audit, packText } from '../support/audit-run.ts';
import type { Finished } from '../support/audit-run.ts';
import type { DeliveryOptions, InventoryRow } from '../support/inventory-delivery.ts';
import { auditSandbox } from '../support/run.ts';
import { addBucket } from '../support/sandbox.ts';
import { deliverTo, inventoryConfiguration, put, startEstate } from '../support/sandbox-estate.ts';
import type { Estate } from '../support/sandbox-estate.ts';

const OURS = 'arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab';
const THEIRS = 'arn:aws:kms:eu-west-1:444455556666:key/1234abcd-12ab-34cd-56ef-1234567890ab';
const ANY_KMS = '{ allow: [SSE-KMS], unfinished-uploads: exclude }';
const OUR_KMS = `{ allow: [SSE-KMS], key: { arns: ["${OURS}"] }, unfinished-uploads: exclude }`;

/** What the inventory of the bucket below says: one object was re-encrypted since, one was deleted. */
const ROWS: readonly InventoryRow[] = [
  { key: 'a', status: 'SSE-KMS' },
  { key: 'b', status: 'SSE-KMS' },
  { key: 'c', status: 'SSE-KMS' },
  { key: 'd', status: 'SSE-S3' },
  { key: 'e', status: 'SSE-C' },
];

let estate: Estate;
let phi: Bucket;
let inventories: Bucket;
let runs: Finished[];
beforeEach(async () => {
  estate = await startEstate();
  phi = addBucket(estate.state, 'phi-records');
  inventories = addBucket(estate.state, 'inventories');
  put(phi, 'a', sealKms(OURS));
  put(phi, 'b', sealKms(THEIRS));
  put(phi, 'd', sealSseS3);
  put(phi, 'e', sealCustomer('md5'));
  runs = [];
});
afterEach(async () => {
  for (const run of runs) await run.remove();
  await estate.close();
});

async function run(encryption: string, configuration: Partial<RunConfiguration> = {}): Promise<Finished> {
  const finished = await audit(estate, packText(encryption), configuration);
  runs.push(finished);
  return finished;
}
const statusOf = ({ assessment }: Finished, check: string): Status | undefined =>
  assessment.findings.find((finding) => finding.check === check && finding.bucket === 'phi-records')?.status;
const requests = (operation: string, bucket = 'phi-records'): number =>
  estate.state.log.filter((entry) => entry.operation === operation && entry.bucket === bucket).length;
const deliverRows = async (options: DeliveryOptions & { configuration?: string } = {}): Promise<void> =>
  deliverTo(phi, inventories, ROWS, options);

describe('a census from an inventory, in an audit', () => {
  test.each(['CSV', 'Parquet'] as const)('in %s asks only the objects it cannot judge', async (format) => {
    await deliverRows({ format });
    const finished = await run(OUR_KMS, { source: 'inventory' });
    const [census] = finished.assessment.censuses;
    expect(census).toMatchObject({ source: 'inventory', complete: true, population: 5, assessed: 4 });
    expect(census?.excluded).toEqual({ VANISHED: 1 });
    // a, b and c for their keys; d and e fail or are told already.
    expect(requests('s3:HeadObject')).toBe(3);
    expect(requests('s3:ListObjectsV2')).toBe(0);
    expect(statusOf(finished, 'stored')).toBe('NON_COMPLIANT');
    const records = [];
    for await (const line of recordLines(finished.store, 'phi-records')) records.push(JSON.parse(line).key);
    expect(records.sort()).toEqual(['b', 'd', 'e']);
    expect(finished.assessment.coverage.limitations.join('\n')).toMatch(
      /phi-records, counted from inventory: .*3 object versions were read with HEAD/,
    );
  });

  test('without object reads answers what it can, sends no HEAD and no GET, and does not guess the rest', async () => {
    phi.objects.clear();
    phi.sortedKeys = null;
    await deliverTo(phi, inventories, [{ key: 'a', status: 'SSE-KMS' }]);
    const any = await run(ANY_KMS, { source: 'inventory', objectReads: false });
    expect(statusOf(any, 'stored')).toBe('COMPLIANT');
    expect(statusOf(any, 'keys')).toBe('INSUFFICIENT_DATA');
    const ours = await run(OUR_KMS, { source: 'inventory', objectReads: false });
    expect(statusOf(ours, 'stored')).toBe('INSUFFICIENT_DATA');
    const wrong = await run('{ allow: [DSSE-KMS], unfinished-uploads: exclude }', {
      source: 'auto',
      objectReads: false,
    });
    expect(statusOf(wrong, 'stored')).toBe('NON_COMPLIANT');
    const audited = estate.state.log.filter(({ bucket, key }) => bucket === 'phi-records' && key !== null);
    expect(audited).toEqual([]);
  });

  test('objects that were re-encrypted since are judged as they are, and counted as changed', async () => {
    await deliverTo(phi, inventories, [{ key: 'd', status: 'SSE-KMS' }]);
    const finished = await run(OUR_KMS, { source: 'inventory' });
    expect(statusOf(finished, 'stored')).toBe('NON_COMPLIANT');
    expect(finished.assessment.censuses[0]?.origin?.notes.join(' ')).toMatch(
      /1 of them were no longer encrypted/,
    );
  });

  test('client-side encryption is looked for in metadata and in instruction files', async () => {
    phi.objects.clear();
    phi.sortedKeys = null;
    put(phi, 'plain', sealSseS3);
    put(phi, 'marked', sealSseS3, { metadata: { 'x-amz-key-v2': 'k', 'x-amz-iv': 'i' } });
    put(phi, 'paired', sealSseS3);
    put(phi, 'paired.instruction', sealSseS3, { metadata: { 'x-amz-crypto-instr-file': '' } });
    await deliverTo(
      phi,
      inventories,
      [...phi.objects.keys()].map((key) => ({ key })),
    );
    const finished = await run('{ allow: [SSE-S3], client-side: required, unfinished-uploads: exclude }', {
      source: 'inventory',
    });
    const counts = finished.assessment.findings.find(({ check }) => check === 'stored')?.counts;
    expect(counts).toMatchObject({ compliant: 3, nonCompliant: 1, undetermined: 0 });
  });

  test('keys decide data classes as they do in a live census', async () => {
    const names = ['phi/a b', 'phi/ü+%', 'other/x', 'phj'];
    for (const key of names) put(inventories, key, sealNone);
    await deliverTo(
      inventories,
      phi,
      names.map((key) => ({ key, status: 'NOT-SSE' })),
    );
    const text = packText(ANY_KMS, '- key-prefix: "phi/"');
    const counted = async (source: 'live' | 'inventory') => {
      const finished = await audit(estate, text, { source, bucketGlobs: ['inventories'] });
      runs.push(finished);
      return finished.assessment.censuses[0]?.groups.map(({ dataClasses, objects }) => [
        dataClasses,
        objects,
      ]);
    };
    const live = await counted('live');
    expect(live).toContainEqual([['p/phi'], 2]);
    expect(await counted('inventory')).toEqual(live);
  });
});

describe('a sample of what an inventory leaves open', () => {
  const COUNT = 200;
  const sampled = { source: 'inventory', topUpSample: { size: 59, seed: 's' } } as const;
  const fill = async (files = 3): Promise<void> => {
    phi.objects.clear();
    phi.sortedKeys = null;
    const rows: InventoryRow[] = [];
    for (let i = 0; i < COUNT; i += 1) {
      put(phi, `k${i}`, sealKms(OURS));
      rows.push({ key: `k${i}`, status: 'SSE-KMS' });
    }
    await deliverTo(phi, inventories, rows, { files, format: 'Parquet' });
  };

  test('asks so many, counts the rest as not assessed, and gives the exact bound', async () => {
    await fill();
    const finished = await run(OUR_KMS, sampled);
    const [census] = finished.assessment.censuses;
    expect(requests('s3:HeadObject')).toBe(59);
    expect(census).toMatchObject({ population: COUNT, assessed: 59, populationBytes: COUNT * 10 });
    expect(census?.unassessed).toEqual([
      { dataClasses: ['p/phi'], reason: 'NOT_SAMPLED', objects: COUNT - 59, bytes: (COUNT - 59) * 10 },
    ]);
    const finding = finished.assessment.findings.find(({ check }) => check === 'stored');
    expect(finding?.status).toBe('INSUFFICIENT_DATA');
    expect(finding?.reasons[0]).toMatch(/^A sample of 59 of 200 object versions, 0 .* at most 4 % .* 95 %/);
    expect(census?.origin?.notes.join(' ')).toMatch(/Of 200 object versions .* at most 59 were drawn/);
  });

  test('draws the same however the inventory is divided, and another sample by another seed', async () => {
    const asked = async (files: number, seed: string): Promise<readonly unknown[]> => {
      await fill(files);
      const from = estate.state.log.length;
      await run(OUR_KMS, { ...sampled, topUpSample: { size: 20, seed } });
      return estate.state.log
        .slice(from)
        .filter(({ operation }) => operation === 's3:HeadObject')
        .map(({ key }) => key)
        .sort();
    };
    const first = await asked(1, 's');
    expect(await asked(4, 's')).toEqual(first);
    expect(await asked(4, 'other')).not.toEqual(first);
  });

  test('one that is drawn and fails, fails; what the inventory itself shows is not drawn for', async () => {
    await fill();
    put(phi, 'wrong', sealKms(THEIRS));
    put(phi, 'plain', sealSseS3);
    const rows = [...phi.objects.keys()].map((key) => ({
      key,
      status: key === 'plain' ? 'SSE-S3' : 'SSE-KMS',
    }));
    await deliverTo(phi, inventories, rows, { format: 'CSV', files: 2 });
    const all = await run(OUR_KMS, { ...sampled, topUpSample: { size: 1000, seed: 's' } });
    expect(all.assessment.censuses[0]).toMatchObject({ assessed: COUNT + 2, unassessed: [] });
    expect(statusOf(all, 'stored')).toBe('NON_COMPLIANT');
    const records = [];
    for await (const line of recordLines(all.store, 'phi-records')) records.push(JSON.parse(line).key);
    expect(records.sort()).toEqual(['plain', 'wrong']);
    expect(requests('s3:HeadObject')).toBe(COUNT + 1);
    const few = await run(OUR_KMS, { ...sampled, topUpSample: { size: 5, seed: 's' } });
    expect(statusOf(few, 'stored')).toBe('NON_COMPLIANT');
  });

  test('where the listed encryption is answer enough, nothing is asked and nothing is left open', async () => {
    await fill();
    const finished = await run(ANY_KMS, sampled);
    expect(requests('s3:HeadObject')).toBe(0);
    expect(statusOf(finished, 'stored')).toBe('COMPLIANT');
    expect(statusOf(finished, 'keys')).toBe('INSUFFICIENT_DATA');
  });

  test('stopped while it asks, the run goes on with the same sample and lists nothing twice', async () => {
    await fill();
    for (const key of ['k0', 'k1', 'k2', 'k3', 'k4', 'k5', 'k6', 'k7', 'k8', 'k9'])
      put(phi, key, sealKms(THEIRS));
    const folder = await mkdtemp(join(tmpdir(), 'sealcheck-sample-'));
    const pack = packText(OUR_KMS);
    try {
      estate.state.faults.push(
        fault({ service: 's3', operation: '*', bucket: 'phi-records', key: 'k*' }, { type: 'expiredToken' }),
        fault({ service: 's3', operation: 'HeadBucket', bucket: 'phi-records' }, { type: 'expiredToken' }),
      );
      await expect(auditSandbox(estate, { folder, pack, configuration: sampled })).rejects.toMatchObject({
        code: 'EXPIRED_CREDENTIALS',
      });
      estate.state.faults.length = 0;
      const from = estate.state.log.length;
      const { assessment } = await auditSandbox(estate, { folder, pack, configuration: sampled });
      const again = estate.state.log.slice(from);
      expect(again.filter(({ key }) => key?.endsWith('.parquet'))).toEqual([]);
      const undisturbed = await run(OUR_KMS, sampled);
      const counts = ({ censuses }: typeof assessment): unknown => {
        const { groups, unassessed, population } = censuses[0]!;
        return { groups, unassessed, population };
      };
      expect(counts(assessment)).toEqual(counts(undisturbed.assessment));
      const keys: string[] = [];
      for await (const line of recordLines(folderStore(folder), 'phi-records'))
        keys.push(String(JSON.parse(line).key));
      expect(new Set(keys).size).toBe(keys.length);
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});

describe('which source is chosen', () => {
  const noInventory = /^NOT_READ: .*/;
  test('a bucket without an inventory is listed', async () => {
    const { assessment } = await run(ANY_KMS);
    expect(assessment.censuses[0]).toMatchObject({ source: 'live', population: 4 });
    expect(assessment.censuses[0]?.origin).toBeUndefined();
  });

  test('a small one is listed although it has an inventory, and that is said', async () => {
    await deliverRows();
    const { assessment } = await run(ANY_KMS);
    expect(assessment.censuses[0]).toMatchObject({ source: 'live', population: 4 });
    expect(assessment.censuses[0]?.origin?.notes[0]).toMatch(/small enough/);
  });

  test.each<readonly [string, () => Promise<void>, RegExp]>([
    ['none', () => Promise.resolve(), /has no S3 Inventory/],
    [
      'one not delivered yet',
      () => Promise.resolve(void phi.inventories.set('daily', inventoryConfiguration('inventories'))),
      /not been delivered yet/,
    ],
    ['a stale one', async () => deliverRows({ createdAt: '2026-11-20T00:00:00Z' }), /is stale/],
    ['one that is not whole yet', async () => deliverRows({ checksum: 'none' }), /not whole yet/],
    ['one with a wrong checksum', async () => deliverRows({ checksum: 'wrong' }), /manifest\.checksum/],
    [
      "another bucket's",
      async () => deliverRows({ change: (manifest) => (manifest['sourceBucket'] = 'other') }),
      /of another bucket, "other"/,
    ],
    [
      'one of a prefix',
      async () =>
        deliverRows({
          configuration: inventoryConfiguration('inventories', {
            extra: '<Filter><Prefix>x/</Prefix></Filter>',
          }),
        }),
      /lists one prefix alone/,
    ],
    [
      'one of ORC files',
      async () => deliverRows({ configuration: inventoryConfiguration('inventories', { format: 'ORC' }) }),
      /delivered as ORC/,
    ],
    [
      'one of current versions of a versioned bucket',
      async () => {
        phi.versioning = 'Enabled';
        await deliverRows({ configuration: inventoryConfiguration('inventories', { versions: 'Current' }) });
      },
      /current versions alone/,
    ],
  ])('asked for an inventory where there is %s, nothing is claimed', async (_name, prepare, reason) => {
    await prepare();
    const finished = await run(ANY_KMS, { source: 'inventory' });
    const [census] = finished.assessment.censuses;
    expect(census).toMatchObject({ complete: false, population: 0 });
    expect(census?.incompleteReason).toMatch(noInventory);
    expect(census?.incompleteReason).toMatch(reason);
    expect(statusOf(finished, 'stored')).toBe('INSUFFICIENT_DATA');
    // Left to choose, the auditor lists the bucket and says why.
    const auto = await run(ANY_KMS);
    expect(auto.assessment.censuses[0]).toMatchObject({ source: 'live', complete: true });
  });
});
