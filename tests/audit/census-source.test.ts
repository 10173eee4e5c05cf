import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { recordLines } from '../../lib/audit/part-files.ts';
import type { Status } from '../../lib/model/finding.ts';
import type { RunConfiguration } from '../../lib/model/run.ts';
import { sealCustomer, sealKms, sealNone, sealSseS3 } from '../../lib/sandbox/objects.ts';
import type { Bucket } from '../../lib/sandbox/state-s3.ts';
import { audit, packText } from '../support/audit-run.ts';
import type { Finished } from '../support/audit-run.ts';
import type { DeliveryOptions, InventoryRow } from '../support/inventory-delivery.ts';
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
