import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { metadataCensus } from '../../lib/census/metadata-table.ts';
import type { MetadataCensusInput } from '../../lib/census/metadata-table.ts';
import type { ObjectRecord } from '../../lib/model/census.ts';
import { duckdbAthenaServer, SCANNED } from '../support/duckdb-athena.ts';
import type { AthenaServer, AthenaServerOptions } from '../support/duckdb-athena.ts';
import { inventoryTableOf, journalTable, putTable } from '../support/metadata-table.ts';
import type { TableRow } from '../support/metadata-table.ts';
import { recordsInto } from '../support/parts.ts';

const KEY = 'arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab';
const TIME = '2026-11-25 11:00:00';

let sequence = 0;
const row = (key: string | null, rest: Partial<TableRow> = {}): TableRow => ({
  bucket: 'b',
  key,
  sequence_number: String((sequence += 1)).padStart(8, '0'),
  version_id: null,
  is_delete_marker: false,
  size: 10,
  last_modified_date: TIME,
  encryption_status: 'SSE-S3',
  is_bucket_key_enabled: false,
  kms_key_arn: null,
  user_metadata: {},
  ...rest,
});

let open: AthenaServer[] = [];
beforeEach(() => {
  sequence = 0;
});
afterEach(() => {
  for (const server of open.splice(0)) server.close();
  open = [];
});

type Ran = Awaited<ReturnType<typeof metadataCensus>> & {
  readonly records: readonly ObjectRecord[];
  readonly server: AthenaServer;
};

async function count(
  rows: readonly TableRow[],
  input: Partial<MetadataCensusInput> = {},
  {
    prepare = true,
    signal,
    ...options
  }: AthenaServerOptions & { readonly prepare?: boolean; readonly signal?: AbortSignal } = {},
): Promise<Ran> {
  const server = await duckdbAthenaServer(options);
  open.push(server);
  const table = input.table ?? inventoryTableOf('b');
  if (prepare) await putTable(server, table, rows);
  const records: ObjectRecord[] = [];
  const result = await metadataCensus({
    bucket: 'b',
    table,
    versioned: false,
    place: {
      client: server.client,
      database: null,
      output: null,
      workgroup: null,
      sleep: () => Promise.resolve(),
      ...(signal ? { signal } : {}),
    },
    prefixes: [],
    classesOf: () => ['c'],
    mustRecord: () => Promise.resolve(true),
    parts: recordsInto(records),
    uploads: (async function* () {
      await Promise.resolve();
      yield [{ key: 'u', initiated: '2026-11-01T00:00:00.000Z' }];
    })(),
    clock: () => new Date('2026-11-25T12:00:00Z'),
    ...input,
  });
  return { ...result, records, server };
}

const seals = ({ census }: Ran) => census.groups.map(({ encryption }) => encryption);

describe('a census from the live inventory table', () => {
  test('counts every kind of seal with its key, and lists what must be listed', async () => {
    const run = await count([
      row('a'),
      row('b', { encryption_status: 'SSE-KMS', kms_key_arn: KEY, is_bucket_key_enabled: true }),
      row('c', { encryption_status: 'DSSE-KMS', kms_key_arn: KEY }),
      row('d', { encryption_status: 'SSE-C' }),
      row('e', { encryption_status: null }),
    ]);
    expect(run.census).toMatchObject({
      source: 'metadata',
      complete: true,
      population: 5,
      populationBytes: 50,
      assessed: 5,
      unassessed: [],
      uploads: [{ dataClasses: ['c'], uploads: 1, oldestInitiated: '2026-11-01T00:00:00.000Z' }],
      uploadsComplete: true,
    });
    expect(seals(run).map(({ serverSide }) => serverSide)).toEqual([
      { type: 'DSSE-KMS', keyArn: KEY },
      { type: 'NONE' },
      { type: 'SSE-C' },
      { type: 'SSE-KMS', keyArn: KEY, bucketKey: true },
      { type: 'SSE-S3' },
    ]);
    expect(run.records.map(({ key, versionId, lastModified }) => [key, versionId, lastModified])).toEqual(
      ['a', 'b', 'c', 'd', 'e'].map((key) => [key, null, '2026-11-25T11:00:00.000Z']),
    );
    expect(run.spent).toEqual({ queries: 2, athenaBytes: 2 * SCANNED });
  });

  test('says what it is of, how old, and what cannot be known of it', async () => {
    const { census } = await count([row('a')]);
    expect(census.origin).toMatchObject({
      asOf: '2026-11-25T12:00:00.000Z',
      location: 's3tablescatalog/aws-s3/b_b/inventory',
    });
    const text = census.origin?.notes.join(' ');
    expect(text).toMatch(/within about an hour/);
    expect(text).toContain('newest version in it is of 2026-11-25T11:00:00.000Z');
    expect(text).toMatch(/UpdateObjectEncryption/);
    expect(text).toMatch(/20971520 bytes in 2 statements/);
  });

  test.each<[string, Partial<TableRow>, string]>([
    ['a status that is not known', { encryption_status: 'aws:fsx' }, 'UNKNOWN_ENCRYPTION_STATUS(aws:fsx)'],
    ['an empty status', { encryption_status: '' }, 'UNKNOWN_ENCRYPTION_STATUS((empty))'],
    ['neither status nor metadata', { encryption_status: null, user_metadata: null }, 'NO_ENCRYPTION_STATUS'],
    ['no key', { key: null }, 'NO_KEY'],
    ['another bucket', { bucket: 'other' }, 'OTHER_BUCKET'],
    ['no bucket', { bucket: null }, 'OTHER_BUCKET'],
  ])('%s is counted as not assessable, and listed', async (_name, rest, reason) => {
    const { census, records } = await count([row('a'), row('b', rest)]);
    expect(census).toMatchObject({ population: 2, assessed: 1 });
    expect(census.unassessed).toEqual([{ dataClasses: ['c'], reason, objects: 1, bytes: 10 }]);
    expect(records.filter(({ unreadable }) => unreadable === reason)).toHaveLength(1);
  });

  test('a key that the table does not name stays unnamed', async () => {
    const run = await count([row('a', { encryption_status: 'SSE-KMS' })]);
    expect(seals(run)).toMatchObject([{ serverSide: { type: 'SSE-KMS', keyArn: null } }]);
  });

  test.each<[string, Record<string, string> | null, object]>([
    ['none', { color: 'red' }, { kind: 'none' }],
    ['metadata that the table does not hold', null, { kind: 'undetermined' }],
    [
      'V1',
      { 'x-amz-key': 'SECRET', 'x-amz-iv': 'SECRET', 'x-amz-matdesc': '{}' },
      { kind: 'claimed', format: 'V1', cipher: 'AES/CBC/PKCS5Padding' },
    ],
    [
      'V2',
      {
        'x-amz-key-v2': 'SECRET',
        'x-amz-iv': 'SECRET',
        'x-amz-wrap-alg': 'kms+context',
        'x-amz-cek-alg': 'AES/GCM/NoPadding',
      },
      { kind: 'claimed', format: 'V2', keyWrap: 'kms+context', cipher: 'AES/GCM/NoPadding' },
    ],
    [
      'V2 with the prefix of its headers',
      {
        'x-amz-meta-x-amz-key-v2': 'SECRET',
        'x-amz-meta-x-amz-iv': 'SECRET',
        'x-amz-meta-x-amz-wrap-alg': 'mine',
      },
      { kind: 'claimed', format: 'V2', keyWrap: 'unrecognised' },
    ],
    [
      'V3',
      { 'x-amz-c': '115', 'x-amz-3': 'SECRET', 'x-amz-w': '12', 'x-amz-d': 'SECRET', 'x-amz-i': 'SECRET' },
      { kind: 'claimed', format: 'V3', keyWrap: 'kms+context', instructionFile: false },
    ],
    ['marks of two formats', { 'x-amz-key': 'a', 'x-amz-key-v2': 'b', 'x-amz-iv': 'c' }, { kind: 'invalid' }],
  ])('client-side encryption: %s, and no wrapped key leaves the table', async (_name, metadata, claim) => {
    const run = await count([row('a', { user_metadata: metadata })]);
    expect(seals(run)).toMatchObject([{ serverSide: { type: 'SSE-S3' }, clientSide: claim }]);
    const answers = await Promise.all(
      run.server.started.map(async (_, i) =>
        run.server.answer('GetQueryResults', { QueryExecutionId: String(i) }),
      ),
    );
    expect(JSON.stringify(answers)).not.toContain('SECRET');
  });
});

describe('versions', () => {
  const versions = [
    row('k', { version_id: 'v1', sequence_number: '1', last_modified_date: '2026-01-01 00:00:00' }),
    row('k', { version_id: 'v2', sequence_number: '2', last_modified_date: '2026-02-01 00:00:00' }),
    row('gone', { version_id: null, sequence_number: '1' }),
    row('gone', {
      version_id: 'm',
      sequence_number: '2',
      is_delete_marker: true,
      encryption_status: null,
      user_metadata: null,
    }),
  ];

  test('the current one is found by sequence number; under a delete marker there is none', async () => {
    const { census, records } = await count(versions, { versioned: true });
    expect(census).toMatchObject({ population: 3, deleteMarkers: 1 });
    expect(census.groups).toMatchObject([{ objects: 3, noncurrent: 2 }]);
    expect(records.map(({ key, versionId, isLatest }) => [key, versionId, isLatest])).toEqual([
      ['gone', 'null', false],
      ['k', 'v2', true],
      ['k', 'v1', false],
    ]);
    expect(census.origin?.notes.join(' ')).not.toMatch(/sequence number was believed/);
  });

  test('where time and sequence number disagree, that is told', async () => {
    const [first, second] = versions;
    const { census } = await count([{ ...first!, last_modified_date: '2026-03-01 00:00:00' }, second!], {
      versioned: true,
    });
    expect(census.groups).toMatchObject([{ objects: 2, noncurrent: 1 }]);
    expect(census.origin?.notes.join(' ')).toMatch(/Of 1 keys, .* sequence number was believed/);
  });
});

describe('instruction files', () => {
  const file = { user_metadata: { 'x-amz-crypto-instr-file': '' } };

  test('make the object beside them client-side encrypted, by a second statement', async () => {
    const run = await count([row('a'), row('a.instruction', file), row('b'), row('c.instruction')]);
    const kinds = new Map(run.records.map(({ key, encryption }) => [key, encryption?.clientSide] as const));
    expect(kinds.get('a')).toMatchObject({ kind: 'claimed', format: 'INSTRUCTION-FILE' });
    expect(kinds.get('a.instruction')).toEqual({ kind: 'instruction-file' });
    expect(kinds.get('b')).toEqual({ kind: 'none' });
    expect(kinds.get('c.instruction')).toEqual({ kind: 'none' });
    expect(run.spent.queries).toBe(3);
  });

  test('of which nothing is known leave the object undetermined', async () => {
    const run = await count([row('a'), row('a.instruction', { user_metadata: null })]);
    const [a] = run.records.filter(({ key }) => key === 'a');
    expect(a?.encryption?.clientSide).toMatchObject({ kind: 'undetermined' });
  });

  test('that are noncurrent do not tell for which version they were', async () => {
    const run = await count(
      [
        row('a', { version_id: 'v1' }),
        row('a.instruction', { ...file, version_id: 'i1', sequence_number: '1' }),
        row('a.instruction', { version_id: 'i2', sequence_number: '2' }),
      ],
      { versioned: true },
    );
    const [a] = run.records.filter(({ key }) => key === 'a');
    expect(a?.encryption?.clientSide).toMatchObject({ kind: 'undetermined' });
  });
});

describe('a journal of a configuration from before July 2025', () => {
  const journal = (rows: readonly TableRow[]) => count(rows, { table: journalTable, versioned: true });

  test('is folded to what is there now, and is never the whole bucket', async () => {
    const change = (
      key: string,
      version: string,
      record_type: NonNullable<TableRow['record_type']>,
      rest = {},
    ) => row(key, { version_id: version, record_type, ...rest });
    const gone = { is_delete_marker: null, encryption_status: null, user_metadata: null, size: null };
    const run = await journal([
      change('a', 'v1', 'CREATE'),
      change('a', 'v1', 'UPDATE_METADATA', { encryption_status: 'SSE-KMS', kms_key_arn: KEY }),
      change('b', 'v1', 'CREATE'),
      change('b', 'v1', 'DELETE', gone),
      change('c', 'v1', 'CREATE'),
      change('c', 'm1', 'DELETE', { ...gone, is_delete_marker: true }),
    ]);
    expect(run.census).toMatchObject({ complete: false, population: 2, deleteMarkers: 1 });
    expect(run.census.incompleteReason).toMatch(/objects from before are not in it/);
    expect(run.records.map(({ key, encryption }) => [key, encryption?.serverSide.type])).toEqual([
      ['a', 'SSE-KMS'],
      ['c', 'SSE-S3'],
    ]);
  });
});

describe('when Athena does not answer', () => {
  test.each<[string, AthenaServerOptions, string, RegExp]>([
    [
      'fails',
      { ending: () => ({ State: 'FAILED', StateChangeReason: 'Query exhausted resources' }) },
      'FAILED',
      /exhausted resources/,
    ],
    ['is cancelled', { ending: () => ({ State: 'CANCELLED' }) }, 'FAILED', /cancelled/],
    [
      'is refused',
      { refuse: () => Object.assign(new Error('no'), { name: 'AccessDeniedException' }) },
      'ACCESS_DENIED',
      /athena:StartQueryExecution/,
    ],
  ])('because a statement %s, nothing is counted and no part is kept', async (_name, options, code, text) => {
    let abandoned = 0;
    const parts: MetadataCensusInput['parts'] = {
      open: () =>
        Promise.resolve({
          record: () => Promise.resolve(),
          close: () => Promise.reject(new Error('closed')),
          abandon: () => Promise.resolve(void (abandoned += 1)),
        }),
    };
    await expect(count([row('a')], { parts }, options)).rejects.toMatchObject({
      code,
      message: expect.stringMatching(text),
    });
    expect(abandoned).toBe(1);
  });

  test('because the table is missing, its own words are told', async () => {
    const run = count([row('a')], { table: inventoryTableOf('b') }, { prepare: false });
    await expect(run).rejects.toMatchObject({ code: 'FAILED', message: expect.stringMatching(/Catalog/) });
  });

  test('an abort stops the statement', async () => {
    const run = count([row('a')], {}, { signal: AbortSignal.abort() });
    await expect(run).rejects.toMatchObject({ code: 'INTERRUPTED' });
    expect(open[0]?.operations).toContain('athena:StopQueryExecution');
  });
});
