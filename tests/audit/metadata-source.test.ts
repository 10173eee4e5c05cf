import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { recordLines } from '../../lib/audit/part-files.ts';
import { folderStore } from '../../lib/audit/folder-store.ts';
import type { Finding } from '../../lib/model/finding.ts';
import type { RunConfiguration } from '../../lib/model/run.ts';
import { sealCustomer, sealDsse, sealKms, sealNone, sealSseS3 } from '../../lib/sandbox/objects.ts';
import type { Bucket, MetadataTable } from '../../lib/sandbox/state-s3.ts';
import type { AthenaServer, AthenaServerOptions } from '../support/duckdb-athena.ts';
import { athenaOver as startAthena, configureMetadata, withAthena } from '../support/metadata-estate.ts';
import { journalTable, putTable, rowsOf } from '../support/metadata-table.ts';
import { auditSandbox, removeRuns } from '../support/run.ts';
import type { TestRun } from '../support/run.ts';
import { addBucket, KEY_ARN } from '../support/sandbox.ts';
import { put, putMarker, startEstate } from '../support/sandbox-estate.ts';
import type { Estate } from '../support/sandbox-estate.ts';

const THEIRS = 'arn:aws:kms:eu-west-1:444455556666:key/1234abcd-12ab-34cd-56ef-1234567890ab';
const OUTPUT = 's3://results/sealcheck/';
const PACK = `pack: p
title: Test
data-classes:
  phi: { title: PHI, any: [{ key-prefix: "phi/" }] }
  odd: { title: Odd, any: [{ key-prefix: "it's 100%_" }, { key-prefix: "🔒\\n" }] }
  all: { title: All, any: [{ bucket-name: "phi*" }] }
requirements:
  - { id: own-key, title: Under our key, data-class: phi, severity: high, encryption: { allow: [SSE-KMS], key: { manager: CUSTOMER, arns: ["${KEY_ARN}"] } } }
  - { id: odd-kms, title: Odd ones too, data-class: odd, severity: high, encryption: { allow: [SSE-KMS] } }
  - { id: sealed, title: Encrypted at all, data-class: all, severity: low, encryption: { allow: [SSE-S3, SSE-KMS, DSSE-KMS] } }
  - { id: client-side, title: Encrypted before upload, data-class: all, severity: low, encryption: { allow: [SSE-S3, SSE-KMS, DSSE-KMS, SSE-C], client-side: required } }
`;

let estate: Estate;
let servers: AthenaServer[];
beforeEach(async () => {
  estate = await startEstate();
  servers = [];
});
afterEach(async () => {
  for (const server of servers) server.close();
  await estate.close();
  await removeRuns();
});

/** Whatever a bucket can hold, current and not. */
function everything(name = 'phi.records', versioning: Bucket['versioning'] = 'Enabled'): Bucket {
  const bucket = addBucket(estate.state, name, { versioning });
  const v2 = {
    'x-amz-key-v2': 'wrapped',
    'x-amz-iv': 'iv',
    'x-amz-wrap-alg': 'kms+context',
    'x-amz-cek-alg': 'x',
  };
  const v3 = { 'x-amz-c': '115', 'x-amz-d': 'd', 'x-amz-i': 'i' };
  put(bucket, 'phi/ours', sealKms(KEY_ARN, true));
  put(bucket, 'phi/theirs', sealKms(THEIRS));
  put(bucket, 'phi/old', sealNone);
  put(bucket, 'phi/dsse', sealDsse(KEY_ARN));
  put(bucket, 'ssec', sealCustomer('md5'));
  put(bucket, 'plain.txt', sealSseS3, { metadata: { color: 'red' } });
  put(bucket, 'v2', sealSseS3, { metadata: v2 });
  put(bucket, 'v3', sealSseS3, { metadata: v3 });
  put(bucket, 'v3.instruction', sealSseS3, { metadata: { 'x-amz-crypto-instr-file': '' } });
  put(bucket, 'beside', sealKms(KEY_ARN));
  put(bucket, 'beside.instruction', sealSseS3, { metadata: { 'x-amz-crypto-instr-file': '' } });
  put(bucket, 'beside.instruction.instruction', sealSseS3);
  put(bucket, 'lost', sealSseS3, { metadata: v3 });
  put(bucket, 'both', sealSseS3, { metadata: { ...v2, 'x-amz-key': 'k' } });
  for (const key of ["it's 100%_ sure", "it's 100x sure", '🔒\n"odd"', '🔒 no', 'ü+%2F'])
    put(bucket, key, sealSseS3);
  if (versioning === 'Enabled') {
    put(bucket, 'phi/ours', sealSseS3, { versionId: 'v9' });
    put(bucket, 'beside', sealSseS3, { versionId: 'v8' });
    putMarker(bucket, 'plain.txt', 'm1');
  }
  return bucket;
}

async function athenaOver(
  buckets: readonly Bucket[],
  options: AthenaServerOptions = {},
): Promise<AthenaServer> {
  const server = await startAthena(buckets, options);
  servers.push(server);
  return server;
}

const audit = async (
  server: AthenaServer | null,
  configuration: Partial<RunConfiguration>,
): Promise<TestRun> =>
  auditSandbox(estate, {
    pack: PACK,
    configuration,
    context: { aws: withAthena(estate.aws, server) },
  });

const fromTable = { source: 'metadata', athena: { output: OUTPUT, workgroup: null } } as const;
const recorded = async ({ folder }: TestRun, bucket: string): Promise<unknown[]> => {
  const lines: unknown[] = [];
  for await (const line of recordLines(folderStore(folder), bucket)) lines.push(JSON.parse(line));
  return lines;
};

describe('an audit from S3 Metadata', () => {
  test.each<[Bucket['versioning']]>([['Enabled'], ['Off']])(
    'of a bucket with versioning %s finds what a live one finds, and asks no object anything',
    async (versioning) => {
      const bucket = everything('phi.records', versioning);
      const live = await audit(null, { source: 'live' });
      estate.state.log.length = 0;
      configureMetadata(bucket);
      const server = await athenaOver([bucket]);
      const run = await audit(server, { ...fromTable, objectReads: false });

      const [expected, found] = [live.assessment.censuses[0]!, run.assessment.censuses[0]!];
      expect(found.groups.length).toBeGreaterThan(10);
      const { origin, spent, ...census } = found;
      expect({ ...census, spent: expected.spent }).toEqual({ ...expected, source: 'metadata' });
      expect(spent).toMatchObject({ read: 0, athenaQueries: 3 });
      expect(origin?.notes[0]).toBe('Asked for.');
      expect(run.assessment.findings.map(({ status }) => status)).toContain('NON_COMPLIANT');
      const told = (findings: readonly Finding[]) =>
        findings.map((finding) => ({ ...finding, evidence: [] }));
      expect(told(run.assessment.findings)).toEqual(told(live.assessment.findings));
      const inferred = expect.stringMatching(/SSE-C is inferred/);
      expect(live.assessment.coverage.limitations).toContainEqual(inferred);
      expect(run.assessment.coverage.limitations).not.toContainEqual(inferred);
      expect(await recorded(run, bucket.name)).toEqual(await recorded(live, bucket.name));

      const touched = estate.state.log.filter((entry) => entry.bucket === bucket.name);
      expect(touched.filter(({ key }) => key !== null)).toEqual([]);
      expect(touched.map(({ operation }) => operation)).not.toContain('s3:ListObjectVersions');
      expect(touched.map(({ operation }) => operation)).not.toContain('s3:ListObjectsV2');
      expect(server.started.map((input) => input['ResultConfiguration'])).toEqual(
        server.started.map(() => ({ OutputLocation: OUTPUT })),
      );
    },
  );

  test('goes on after a run that was stopped without asking the table again', async () => {
    const bucket = everything();
    configureMetadata(bucket);
    const server = await athenaOver([bucket]);
    const run = await audit(server, fromTable);
    const asked = server.started.length;
    const store = folderStore(run.folder);
    const census = await readFile(join(run.folder, 'evidence/census/phi.records.json'), 'utf8');
    for (const path of ['evidence/census/phi.records.json', 'evidence/run.json', 'manifest.json'])
      await rm(join(run.folder, path));
    await auditSandbox(estate, {
      pack: PACK,
      configuration: fromTable,
      folder: run.folder,
      context: { aws: withAthena(estate.aws, server) },
    });
    expect(server.started).toHaveLength(asked);
    expect(await readFile(join(run.folder, 'evidence/census/phi.records.json'), 'utf8')).toBe(census);
    expect(await store.list('evidence/parts/phi.records/')).toHaveLength(1);
    const file = await readFile(join(run.folder, 'objects/phi.records.csv.gz'));
    expect(gunzipSync(file).toString().split('\n').length).toBeGreaterThan(5);
  });

  test.each<[string, AthenaServerOptions, RegExp]>([
    [
      'a statement fails',
      { ending: () => ({ State: 'FAILED', StateChangeReason: 'HIVE_METASTORE_ERROR: Table not found' }) },
      /inventory: The query in Athena failed: HIVE_METASTORE_ERROR/,
    ],
    ['a statement is cancelled', { ending: () => ({ State: 'CANCELLED' }) }, /was cancelled/],
    [
      'Athena is denied',
      {
        refuse: (operation) =>
          operation === 'StartQueryExecution'
            ? Object.assign(new Error('not you'), { name: 'AccessDeniedException' })
            : null,
      },
      /athena:StartQueryExecution was refused: AccessDeniedException: not you/,
    ],
  ])('where %s, the bucket is not assessed', async (_name, options, reason) => {
    const bucket = everything();
    configureMetadata(bucket);
    const { assessment } = await audit(await athenaOver([bucket], options), fromTable);
    expect(assessment.censuses[0]).toMatchObject({ source: 'metadata', complete: false, population: 0 });
    expect(assessment.censuses[0]?.incompleteReason).toMatch(reason);
    const stored = assessment.findings.filter(({ check }) => check === 'stored');
    expect(new Set(stored.map(({ status }) => status))).toEqual(new Set(['INSUFFICIENT_DATA']));
  });
});

describe('the choice of S3 Metadata', () => {
  const why = ({ assessment }: TestRun): string => {
    const [census] = assessment.censuses;
    return `${census?.incompleteReason ?? ''} ${(census?.origin?.notes ?? []).join(' ')}`;
  };

  test('is made by itself where the table is active and a place for results is known', async () => {
    const bucket = everything();
    configureMetadata(bucket);
    const run = await audit(await athenaOver([bucket]), { ...fromTable, source: 'auto' });
    expect(run.assessment.censuses[0]).toMatchObject({ source: 'metadata', complete: true });
    expect(why(run)).toMatch(/without asking any object/);
  });

  test('is not made without such a place, and that is told', async () => {
    const bucket = everything();
    configureMetadata(bucket);
    const run = await audit(null, { source: 'auto' });
    expect(run.assessment.censuses[0]).toMatchObject({ source: 'live', complete: true });
    expect(why(run)).toMatch(/neither --athena-output nor --athena-workgroup was given/);
  });

  test('needs no explanation where there is no table', async () => {
    everything();
    const run = await audit(null, { ...fromTable, source: 'auto' });
    expect(run.assessment.censuses[0]?.origin).toBeUndefined();
  });

  test.each<[string, Partial<MetadataTable> | null, RegExp]>([
    ['none', null, /has no S3 Metadata/],
    ['one that is filled', { status: 'BACKFILLING' }, /is BACKFILLING, not ACTIVE/],
    ['one that failed', { status: 'FAILED' }, /is FAILED, not ACTIVE/],
    ['a journal alone', { inventoryTable: null }, /no live inventory table/],
  ])('asked for a table where there is %s, nothing is claimed', async (_name, table, reason) => {
    const bucket = everything();
    if (table !== null) configureMetadata(bucket, table);
    const run = await audit(await athenaOver([]), fromTable);
    expect(run.assessment.censuses[0]).toMatchObject({ complete: false, population: 0 });
    expect(why(run)).toMatch(reason);
    const auto = await audit(null, { ...fromTable, source: 'auto' });
    expect(auto.assessment.censuses[0]).toMatchObject({ source: 'live', complete: true });
  });

  test('of a journal from before July 2025 is made only when asked for, and is never the whole bucket', async () => {
    const bucket = everything();
    configureMetadata(bucket, {
      version: 'V1',
      tableBucketArn: 'arn:aws:s3tables:eu-west-1:111122223333:bucket/ours',
      namespace: journalTable.namespace,
      tableName: journalTable.name,
      inventoryTable: null,
    });
    const server = await athenaOver([]);
    await putTable(
      server,
      journalTable,
      rowsOf(bucket).map((row) => ({ ...row, record_type: row.is_delete_marker ? 'DELETE' : 'CREATE' })),
    );
    const run = await audit(server, fromTable);
    expect(run.assessment.censuses[0]).toMatchObject({ source: 'metadata', complete: false });
    expect(run.assessment.censuses[0]?.population).toBeGreaterThan(10);
    expect(why(run)).toMatch(/objects from before are not in it/);
    const auto = await audit(null, { ...fromTable, source: 'auto' });
    expect(auto.assessment.censuses[0]).toMatchObject({ source: 'live' });
    expect(why(auto)).toMatch(/before July 2025/);
  });
});

describe('the results of Athena', () => {
  const group = (location: string | null, rest: object = {}): AthenaServerOptions => ({
    workgroup: {
      Configuration: {
        ...(location === null ? {} : { ResultConfiguration: { OutputLocation: location } }),
        ...rest,
      },
    },
  });

  test('are refused a place in an audited bucket', async () => {
    everything();
    await expect(
      audit(null, { source: 'metadata', athena: { output: 's3://phi.records/x/', workgroup: null } }),
    ).rejects.toMatchObject({
      code: 'USAGE',
      message: expect.stringMatching(/phi\.records, which is audited/),
    });
  });

  test('may lie in the report bucket, which is not audited', async () => {
    const bucket = everything();
    configureMetadata(bucket);
    addBucket(estate.state, 'reports');
    const run = await audit(await athenaOver([bucket]), {
      source: 'metadata',
      reportBucket: 'reports',
      athena: { output: 's3://reports/athena/', workgroup: null },
    });
    expect(run.assessment.censuses[0]).toMatchObject({ source: 'metadata', complete: true });
  });

  test.each<[string, string | null, AthenaServerOptions, RegExp | null]>([
    ['the workgroup has a place', null, group('s3://results/w/'), null],
    ['Athena keeps them', null, group(null, { ManagedQueryResultsConfiguration: { Enabled: true } }), null],
    ['nobody named a place', null, group(null), /has no place for results/],
    [
      'the workgroup writes to an audited bucket',
      null,
      group('s3://phi.records/w/'),
      /workgroup primary would write to phi\.records, which is audited/,
    ],
    [
      'the workgroup enforces an audited bucket',
      OUTPUT,
      group('s3://phi.records/w/', { EnforceWorkGroupConfiguration: true }),
      /would write to phi\.records/,
    ],
    [
      'the workgroup may or may not enforce one',
      OUTPUT,
      group('s3://phi.records/w/'),
      /would write to phi\.records/,
    ],
    [
      'the workgroup leaves the choice',
      OUTPUT,
      group('s3://phi.records/w/', { EnforceWorkGroupConfiguration: false }),
      null,
    ],
    [
      'the workgroup is disabled',
      OUTPUT,
      { workgroup: { State: 'DISABLED' } },
      /workgroup primary is disabled/,
    ],
    [
      'the workgroup may not be looked at',
      OUTPUT,
      { refuse: () => Object.assign(new Error('no'), { name: 'AccessDeniedException' }) },
      /writes is not known: ACCESS_DENIED on athena:GetWorkGroup/,
    ],
  ])('where %s', async (_name, output, options, reason) => {
    const bucket = everything();
    configureMetadata(bucket);
    const server = await athenaOver([bucket], options);
    const { assessment } = await audit(server, { source: 'metadata', athena: { output, workgroup: null } });
    const [census] = assessment.censuses;
    if (reason === null) expect(census).toMatchObject({ source: 'metadata', complete: true });
    else {
      expect(census?.incompleteReason).toMatch(reason);
      expect(server.started).toEqual([]);
    }
  });
});
