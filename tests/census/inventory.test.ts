import { afterEach, describe, expect, test } from '@jest/globals';
import { appendFile, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import fc from 'fast-check';
import { countInventory } from '../../lib/audit/count-inventory.ts';
import { silent } from '../../lib/audit/context.ts';
import type { Census } from '../../lib/model/census.ts';
import { censusJson } from '../../reports/census-json.ts';
import { ALL_COLUMNS, deliver } from '../support/inventory-delivery.ts';
import type { Delivery, DeliveryOptions, InventoryRow } from '../support/inventory-delivery.ts';

const deliveries: Delivery[] = [];
afterEach(async () => {
  for (const delivery of deliveries.splice(0)) await delivery.remove();
});

async function delivered(rows: readonly InventoryRow[], options?: DeliveryOptions): Promise<Delivery> {
  const delivery = await deliver(rows, options);
  deliveries.push(delivery);
  return delivery;
}

const countAt = async (manifest: string, bucket: string | null = null): Promise<Census> =>
  countInventory(
    { aws: null, clock: () => new Date('2026-11-25T00:00:00Z'), progress: silent },
    manifest,
    bucket,
  );

const count = async (rows: readonly InventoryRow[], options?: DeliveryOptions): Promise<Census> =>
  countAt((await delivered(rows, options)).manifest);

const FORMATS = [['CSV'], ['Parquet']] as const;

describe.each(FORMATS)('a census from an inventory in %s', (format) => {
  test('counts versions by status and bucket key, and delete markers apart', async () => {
    const census = await count(
      [
        { key: 'a', status: 'SSE-KMS', bucketKey: 'ENABLED', size: 5 },
        { key: 'a', status: 'SSE-S3', isLatest: false, versionId: 'v0' },
        { key: 'b', status: 'DSSE-KMS' },
        { key: 'c', status: 'SSE-C' },
        { key: 'd', status: 'NOT-SSE', size: 7 },
        { key: 'd', deleteMarker: true, versionId: 'm' },
        { key: 'e', status: 'SSE-KMS', bucketKey: 'DISABLED' },
      ],
      { format, files: 3 },
    );
    expect(census).toMatchObject({
      bucket: 'src',
      source: 'inventory',
      complete: true,
      population: 6,
      assessed: 6,
    });
    expect(census).toMatchObject({ deleteMarkers: 1, populationBytes: 52, uploadsComplete: false });
    expect(censusJson(census).byEncryption).toEqual({
      'DSSE-KMS': { objects: 1, bytes: 10, byKey: { '(not named)': { objects: 1, bytes: 10 } } },
      NONE: { objects: 1, bytes: 7 },
      'SSE-C': { objects: 1, bytes: 10 },
      'SSE-KMS': { objects: 2, bytes: 15, byKey: { '(not named)': { objects: 2, bytes: 15 } } },
      'SSE-S3': { objects: 1, bytes: 10 },
    });
    expect(censusJson(census).clientSide).toEqual({ undetermined: { objects: 6, bytes: 52 } });
    const keys = census.groups.map(({ encryption: { serverSide } }) =>
      serverSide.type === 'SSE-KMS' ? serverSide.bucketKey : null,
    );
    expect(keys.filter((used) => used !== null).sort()).toEqual([false, true]);
  });

  test('columns may come in any order, and any that a census can do without may be missing', async () => {
    const reversed = await count([{ key: 'a', status: 'SSE-C' }, { key: 'b' }], {
      format,
      columns: ['StorageClass', ...ALL_COLUMNS.toReversed(), 'ETag'],
    });
    expect(reversed).toMatchObject({ population: 2, assessed: 2 });
    const least = await count([{ key: 'a', status: 'SSE-KMS' }], {
      format,
      columns: ['EncryptionStatus', 'Key'],
    });
    expect(least).toMatchObject({ population: 1, assessed: 1, populationBytes: 0 });
    expect(least.groups[0]?.encryption.serverSide).toEqual({
      type: 'SSE-KMS',
      keyArn: null,
      bucketKey: null,
    });
  });

  test('without EncryptionStatus nothing is assessed, and nothing is dropped', async () => {
    const census = await count([{ key: 'a' }, { key: 'b' }], {
      format,
      columns: ALL_COLUMNS.filter((name) => name !== 'EncryptionStatus'),
    });
    expect(census).toMatchObject({ population: 2, assessed: 0, complete: true });
    expect(censusJson(census).unassessable).toEqual({ NO_ENCRYPTION_STATUS: 2 });
  });

  test('a status nobody knows is counted under its name, and an empty one too', async () => {
    const census = await count(
      [{ key: 'a', status: 'SSE-QUANTUM' }, { key: 'b', status: '' }, { key: 'c' }],
      {
        format,
      },
    );
    expect(census).toMatchObject({ population: 3, assessed: 1 });
    expect(censusJson(census).unassessable).toEqual({
      'UNKNOWN_ENCRYPTION_STATUS(SSE-QUANTUM)': 1,
      NO_ENCRYPTION_STATUS: 1,
    });
  });

  test('rows of another bucket are counted apart', async () => {
    const census = await count([{ key: 'a' }, { key: 'b', bucket: 'other' }], { format });
    expect(censusJson(census).unassessable).toEqual({ OTHER_BUCKET: 1 });
    expect(census.assessed).toBe(1);
  });

  test('a file that is missing, cut short or changed is named, and the rest is still counted', async () => {
    const rows = [{ key: 'a' }, { key: 'b' }, { key: 'c' }];
    const cases: readonly (readonly [(path: string) => Promise<void>, RegExp])[] = [
      [async (path) => rm(path), /^NOT_FOUND: the inventory file .*part-1.* is missing/],
      [async (path) => truncate(path, 20), /^MALFORMED: the inventory file .*part-1.* has 20 bytes/],
      [
        async (path) => {
          const bytes = await readFile(path);
          bytes[bytes.length >> 1]! ^= 1;
          await writeFile(path, bytes);
        },
        /^MALFORMED: the inventory file .*part-1.* does not have the MD5/,
      ],
      [async (path) => appendFile(path, 'x'), /^MALFORMED/],
    ];
    for (const [damage, reason] of cases) {
      const delivery = await delivered(rows, { format, files: 3 });
      await damage(delivery.dataFiles[1]!);
      const census = await countAt(delivery.manifest);
      expect(census).toMatchObject({ complete: false, population: 2, assessed: 2 });
      expect(census.incompleteReason).toMatch(reason);
    }
  });

  test('a file of another kind under a right checksum is named', async () => {
    const other = format === 'CSV' ? 'Parquet' : 'CSV';
    const census = await count([{ key: 'a' }], {
      format: other,
      change: (manifest) =>
        Object.assign(manifest, { fileFormat: format, fileSchema: ALL_COLUMNS.join(',') }),
    });
    expect(census).toMatchObject({ complete: false, population: 0 });
    expect(census.incompleteReason).toMatch(/^MALFORMED: the inventory file .* cannot be read as/);
  });

  test('any keys, whatever they are made of, are each counted once', async () => {
    const keys = fc.uniqueArray(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 8 }), {
      minLength: 1,
      maxLength: 20,
    });
    await fc.assert(
      fc.asyncProperty(keys, async (names) => {
        const safe = names.filter((key) => !key.includes('\u0000') && !key.startsWith('raw:'));
        if (safe.length === 0) return;
        const census = await count(
          safe.map((key) => ({ key })),
          { format, files: 2 },
        );
        expect(census).toMatchObject({ population: safe.length, assessed: safe.length, complete: true });
      }),
      { numRuns: 10 },
    );
  });
});

describe('an inventory manifest', () => {
  const changed =
    (field: string, value: unknown) =>
    (manifest: Record<string, unknown>): void => {
      manifest[field] = value;
    };
  const file = (key: unknown, size: unknown = 1, MD5checksum: unknown = '0'.repeat(32)): unknown => [
    { key, size, MD5checksum },
  ];

  test.each<readonly [string, DeliveryOptions, RegExp]>([
    ['with a wrong checksum', { checksum: 'wrong' }, /manifest\.checksum/],
    ['of ORC files', { change: changed('fileFormat', 'ORC') }, /ORC.*Athena/],
    ['of a format nobody knows', { change: changed('fileFormat', 'Avro') }, /unknown format "Avro"/],
    ['whose file lies elsewhere', { change: changed('files', file('../../etc/passwd')) }, /outside/],
    ['whose file has an absolute path', { change: changed('files', file('/etc/passwd')) }, /outside/],
    ['whose file has a backslash path', { change: changed('files', file('..\\x')) }, /outside/],
    [
      'that names a file twice',
      {
        change: (manifest) => {
          const files = manifest['files'] as unknown[];
          manifest['files'] = [...files, ...files];
        },
      },
      /twice/,
    ],
    ['whose files are no list', { change: changed('files', 'x') }, /files/],
    ['whose size is no number', { change: changed('files', file('a', '1')) }, /size/],
    ['whose size is negative', { change: changed('files', file('a', -1)) }, /size/],
    ['whose MD5 is none', { change: changed('files', file('a', 1, 'zz')) }, /MD5/],
    ['without a source bucket', { change: changed('sourceBucket', undefined) }, /sourceBucket/],
    ['with a time that is none', { change: changed('creationTimestamp', 'yesterday') }, /creationTimestamp/],
    ['with a time as a number', { change: changed('creationTimestamp', 1) }, /creationTimestamp/],
    ['whose schema has no key', { change: changed('fileSchema', 'Bucket, Size') }, /Key/],
    [
      'whose schema names a column twice',
      { change: changed('fileSchema', 'Key, Size, key') },
      /different columns/,
    ],
    ['whose schema is endless', { change: changed('fileSchema', 'Key,'.repeat(5000)) }, /fileSchema/],
  ])('%s is refused in one sentence', async (_name, options, reason) => {
    const { manifest } = await delivered([{ key: 'a' }], options);
    const failure = countAt(manifest);
    await expect(failure).rejects.toMatchObject({ code: 'INPUT_INVALID' });
    await expect(failure).rejects.toThrow(reason);
    await expect(failure).rejects.toThrow(/^[^\n]*\.$/);
  });

  test.each([
    ['that is not JSON', 'not json'],
    ['that is another JSON', '[1]'],
    ['that is not UTF-8', Buffer.from([0xff, 0xfe])],
  ])('%s is refused', async (_name, text) => {
    const { manifest } = await delivered([{ key: 'a' }], { checksum: 'none' });
    await writeFile(manifest, text);
    await expect(countAt(manifest)).rejects.toMatchObject({ code: 'INPUT_INVALID' });
  });

  test('that is not there is refused', async () => {
    await expect(countAt('/nonexistent/manifest.json')).rejects.toMatchObject({ code: 'INPUT_INVALID' });
  });

  test('of another bucket is refused by name', async () => {
    const { manifest } = await delivered([{ key: 'a' }]);
    await expect(countAt(manifest, 'mine')).rejects.toThrow(/of the bucket "src", not of mine/);
  });

  test('without its checksum, or long after its time, is used and said to be so', async () => {
    const { origin } = await count([{ key: 'a' }], { checksum: 'none', createdAt: '2026-11-01T00:00:00Z' });
    expect(origin?.notes.join(' ')).toMatch(/stale: it is 24 days old.*not verified/);
    expect((await count([{ key: 'a' }])).origin?.notes.join(' ')).not.toMatch(/stale|not verified/);
  });

  test('with files copied beside it finds them there', async () => {
    const delivery = await delivered([{ key: 'a' }], {
      change: (manifest) => {
        const [only] = manifest['files'] as { key: string }[];
        only!.key = `elsewhere/${only!.key.split('/').at(-1)!}`;
      },
    });
    expect(await countAt(delivery.manifest)).toMatchObject({ population: 1, complete: true });
  });
});

describe('keys in a CSV inventory', () => {
  test('that are not valid URL encoding are counted as not assessable', async () => {
    const rows = [
      'raw:bad%zz',
      'raw:bad%4',
      'raw:bad%ff',
      'raw:',
      'good%',
      'a+b c',
      'line\nfeed',
      '"quoted"',
    ];
    const census = await count(rows.map((key) => ({ key })));
    expect(census).toMatchObject({ population: 8, assessed: 4 });
    expect(censusJson(census).unassessable).toEqual({ MALFORMED_KEY: 3, NO_KEY: 1 });
  });

  test('a row with too few fields makes the file unreadable, and says so', async () => {
    const { origin, ...census } = await count([{ key: 'a' }], {
      change: (manifest) => (manifest['fileSchema'] = [...ALL_COLUMNS, 'More'].join(',')),
    });
    expect(origin).toBeDefined();
    expect(census).toMatchObject({ complete: false, population: 0 });
  });
});
