import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { cp, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { dollarsSpent } from '../../lib/audit/cost.ts';
import { folderStore } from '../../lib/audit/folder-store.ts';
import { judge } from '../../lib/audit/judge-stage.ts';
import type { Census } from '../../lib/model/census.ts';
import { addSpent } from '../../lib/model/spent.ts';
import type { Spent } from '../../lib/model/spent.ts';
import { fault } from '../../lib/sandbox/faults.ts';
import { sealKms } from '../../lib/sandbox/objects.ts';
import { spentSentences } from '../../reports/spent.ts';
import { packText } from '../support/audit-run.ts';
import { auditSandbox, removeRuns } from '../support/run.ts';
import type { TestRun } from '../support/run.ts';
import { KEY_ARN, addBucket, addObjects, keysOf } from '../support/sandbox.ts';
import { deliverTo, put, startEstate } from '../support/sandbox-estate.ts';
import type { Estate } from '../support/sandbox-estate.ts';

const PACK = packText(`{ allow: [SSE-KMS], key: { arns: ["${KEY_ARN}"] } }`);

let estate: Estate;
beforeEach(async () => {
  estate = await startEstate();
});
afterEach(async () => {
  await estate.close();
  await removeRuns();
});

const censusOf = ({ assessment }: TestRun, bucket: string): Census =>
  assessment.censuses.find((census) => census.bucket === bucket)!;
/** What the endpoint itself saw of a service. */
const seen = (service: string): number =>
  estate.state.log.filter(({ operation }) => operation.startsWith(`${service}:`)).length;
const seenOf = (operations: RegExp, bucket: string): number =>
  estate.state.log.filter((entry) => entry.bucket === bucket && operations.test(entry.operation)).length;

describe('what a run took', () => {
  test('is, bucket by bucket, what the endpoint was asked, retries of both kinds included', async () => {
    for (const name of ['phi-a', 'phi-b'])
      addObjects(addBucket(estate.state, name), keysOf('o', 30), sealKms(KEY_ARN));
    for (const operation of ['HeadObject', 'ListObjectsV2'])
      estate.state.faults.push(
        fault({ service: 's3', operation, bucket: 'phi-a' }, { type: 'slowDown' }, { times: 1 }),
      );
    const run = await auditSandbox(estate, { pack: PACK });
    for (const bucket of ['phi-a', 'phi-b']) {
      const lists = seenOf(/^s3:List(ObjectsV2|MultipartUploads)$/, bucket);
      const heads = seenOf(/^s3:HeadObject$/, bucket);
      expect(censusOf(run, bucket).spent).toEqual({ list: lists, read: heads, bytesRead: 0 });
    }
    expect(censusOf(run, 'phi-a').spent).toEqual({ list: 3, read: 31, bytesRead: 0 });
  });

  test('is told of the whole run by service, whatever asked', async () => {
    addObjects(addBucket(estate.state, 'phi-a'), ['o'], sealKms(KEY_ARN));
    const { assessment } = await auditSandbox(estate, { pack: PACK });
    expect(assessment.coverage.spent?.requests).toEqual({
      s3: seen('s3'),
      kms: seen('kms'),
      sts: seen('sts'),
    });
    expect(seen('kms')).toBeGreaterThan(0);
  });

  test('of an inventory is its bytes, and the objects that had to be asked', async () => {
    const phi = addBucket(estate.state, 'phi-a');
    const inventories = addBucket(estate.state, 'inventories');
    for (const key of keysOf('o', 5)) put(phi, key, sealKms(KEY_ARN));
    const rows = keysOf('o', 5).map((key) => ({ key, status: 'SSE-KMS' }));
    await deliverTo(phi, inventories, rows, { files: 2, format: 'Parquet' });
    const run = await auditSandbox(estate, { pack: PACK, configuration: { source: 'inventory' } });
    const got = estate.state.log.filter(({ operation }) => operation === 's3:GetObject');
    const sizeOf = (key: string | null): number => inventories.objects.get(key ?? '')?.[0]?.size ?? 0;
    expect(censusOf(run, 'phi-a').spent).toEqual({
      list: seenOf(/^s3:List(ObjectsV2)$/, 'inventories') + seenOf(/^s3:ListMultipartUploads$/, 'phi-a'),
      read: got.length + 5,
      bytesRead: got.reduce((sum, { key }) => sum + sizeOf(key), 0),
    });
    expect(got.length).toBeGreaterThan(3);
  });

  test('of a run that was stopped and finished is all of it', async () => {
    addObjects(addBucket(estate.state, 'phi-a'), keysOf('o', 60), sealKms(KEY_ARN));
    estate.state.faults.push(
      fault({ service: 's3', operation: '*', bucket: 'phi-a' }, { type: 'expiredToken' }, { after: 40 }),
    );
    const folder = await mkdtemp(join(tmpdir(), 'sealcheck-spent-'));
    try {
      await expect(auditSandbox(estate, { pack: PACK, folder })).rejects.toMatchObject({
        code: 'EXPIRED_CREDENTIALS',
      });
      estate.state.faults.length = 0;
      const run = await auditSandbox(estate, { pack: PACK, folder });
      // What was in flight when the run broke off was answered after it had written its account.
      const heads = seenOf(/^s3:HeadObject$/, 'phi-a');
      expect(heads).toBeGreaterThan(90);
      expect(censusOf(run, 'phi-a').spent?.read).toBeGreaterThan(60);
      expect(censusOf(run, 'phi-a').spent?.read).toBeLessThanOrEqual(
        heads + seenOf(/^s3:HeadBucket$/, 'phi-a'),
      );
      expect(run.assessment.coverage.spent?.requests?.['sts']).toBe(seen('sts'));
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  test('is evidence: judged again elsewhere, the reports come out the same byte for byte', async () => {
    addObjects(addBucket(estate.state, 'phi-a'), keysOf('o', 3), sealKms(KEY_ARN));
    const { folder } = await auditSandbox(estate, { pack: PACK });
    const copy = await mkdtemp(join(tmpdir(), 'sealcheck-spent-'));
    try {
      await cp(join(folder, 'evidence'), join(copy, 'evidence'), { recursive: true });
      await judge(folderStore(copy));
      for (const file of ['findings.json', 'report.html', 'summary.json'])
        expect(await readFile(join(copy, file))).toEqual(await readFile(join(folder, file)));
      expect(await readFile(join(copy, 'report.html'), 'utf8')).toContain('Counting objects took 5 requests');
    } finally {
      await rm(copy, { recursive: true });
    }
  });

  test('of a run from before it was counted is not made up', async () => {
    addObjects(addBucket(estate.state, 'phi-a'), ['o'], sealKms(KEY_ARN));
    const { folder } = await auditSandbox(estate, { pack: PACK });
    const copy = await mkdtemp(join(tmpdir(), 'sealcheck-spent-'));
    try {
      await cp(join(folder, 'evidence'), join(copy, 'evidence'), { recursive: true });
      await rm(join(copy, 'evidence/requests'), { recursive: true });
      const store = folderStore(copy);
      const path = 'evidence/census/phi-a.json';
      const census = JSON.parse(await readFile(join(copy, path), 'utf8'));
      await store.write(path, JSON.stringify({ ...census, spent: undefined }));
      expect((await judge(store)).coverage.spent).toBeUndefined();
    } finally {
      await rm(copy, { recursive: true });
    }
  });
});

describe('list prices', () => {
  test.each<readonly [string, Partial<Spent>, number]>([
    ['nothing', {}, 0],
    ['a thousand LISTs', { list: 1000 }, 0.005],
    ['a million HEADs', { read: 1_000_000 }, 0.4],
    ['bytes within a Region', { bytesRead: 1e12 }, 0],
    ['a terabyte scanned', { athenaQueries: 1, athenaBytes: 1e12 }, 5],
    ['a query that scans nearly nothing', { athenaQueries: 1, athenaBytes: 1 }, 0.00005],
  ])('of %s', (_name, spent, dollars) => {
    expect(dollarsSpent({ list: 0, read: 0, bytesRead: 0, ...spent })).toBe(dollars);
  });

  test('are told with the requests they are of', () => {
    const counting = addSpent([
      { list: 2, read: 3, bytesRead: 2048 },
      { list: 1, read: 0, bytesRead: 0, athenaQueries: 1, athenaBytes: 1024 },
    ]);
    expect(spentSentences({ counting, dollars: 1.5, untold: 1, requests: { kms: 1, s3: 9 } })).toEqual([
      'Counting objects took 6 requests to S3 (3 LIST, 3 GET and HEAD), 2 KiB of inventory read, 1 KiB scanned by 1 Athena query: $1.50 at list price.',
      '1 bucket does not say what counting took; it comes on top.',
      'The whole run read by 10 requests: kms 1, s3 9.',
    ]);
  });
});
