import { gunzipSync } from 'node:zlib';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { silent } from '../../../lib/audit/context.ts';
import type { Progress } from '../../../lib/audit/context.ts';
import type { Census } from '../../../lib/model/census.ts';
import type { Finding } from '../../../lib/model/finding.ts';
import type { Coverage } from '../../../lib/model/run.ts';
import { fault } from '../../../lib/sandbox/faults.ts';
import { newObject, sealKms, sealSseS3 } from '../../../lib/sandbox/objects.ts';
import type { ObjectVersion } from '../../../lib/sandbox/state-s3.ts';
import { auditSandbox, PACK, removeRuns, unaccounted } from '../../support/run.ts';
import { addBucket, addObjects, KEY_ARN, keysOf, NOW, startTestSandbox } from '../../support/sandbox.ts';
import type { TestSandbox } from '../../support/sandbox.ts';
import { TaskError } from '../../support/state-machine.ts';
import { startStepFunctions } from '../../support/step-functions.ts';
import type { StepFunctions } from '../../support/step-functions.ts';
import { runWorkflow } from '../../support/workflow.ts';

const RUN = '20261125T120000Z-00000a';
/** A page is small, and what is longer is cut in many. */
const LIMITS = { rounds: 60, smallPages: 0, pieces: 6, shards: 32 };

let sandbox: TestSandbox;
let workflows: StepFunctions;
let rulesFolder: string;

/**
 * A bucket of more than a page, of several seals, with client-side instruction files beside their objects, and an
 * unfinished upload.
 */
beforeEach(async () => {
  sandbox = await startTestSandbox();
  workflows = await startStepFunctions();
  rulesFolder = await mkdtemp(join(tmpdir(), 'sealcheck-shards-'));
  await writeFile(join(rulesFolder, 'test.yml'), PACK);
  const large = addBucket(sandbox.state, 'large');
  addObjects(large, keysOf('a/', 1000), sealKms(KEY_ARN));
  addObjects(large, keysOf('b/', 120), sealSseS3);
  for (const key of keysOf('c/', 60)) {
    const metadata = { 'x-amz-crypto-instr-file': '' };
    large.objects.set(key, [newObject({ size: 7, lastModified: NOW, seal: sealKms(KEY_ARN) })]);
    large.objects.set(`${key}.instruction`, [newObject({ size: 1, lastModified: NOW, metadata })]);
  }
  addObjects(addBucket(sandbox.state, 'small'), ['x', 'y'], sealSseS3);
  addBucket(sandbox.state, 'reports');
});
afterEach(async () => {
  await workflows.close();
  await sandbox.close();
  await rm(rulesFolder, { recursive: true });
  await removeRuns();
});

const deployed = async (options: Parameters<typeof runWorkflow>[3] = {}) =>
  runWorkflow(
    sandbox,
    workflows,
    { runId: RUN },
    { rules: 'test.yml', rulesFolder, limits: LIMITS, ...options },
  );

const bytesOf = (name: string): Buffer =>
  Buffer.from(sandbox.state.buckets.get('reports')!.objects.get(`runs/${RUN}/${name}`)?.[0]?.body ?? []);
const censusOf = (bucket: string): Census =>
  JSON.parse(bytesOf(`evidence/census/${bucket}.json`).toString()) as Census;
/** What a census says of the bucket, not what counting took. */
const counted = (bytes: Buffer): Omit<Census, 'spent'> => {
  const { spent, ...census } = JSON.parse(bytes.toString()) as Census;
  expect(spent?.read).toBeGreaterThanOrEqual(census.population);
  return census;
};
const reportOf = (): Report => JSON.parse(bytesOf('findings.json').toString()) as Report;
type Report = { findings: Finding[]; coverage: Coverage };

async function inProcess() {
  const { folder } = await auditSandbox(sandbox, { configuration: { bucketGlobs: ['large', 'small'] } });
  const file = async (name: string) => readFile(join(folder, name));
  const { findings } = JSON.parse((await file('findings.json')).toString()) as Report;
  return {
    findings,
    census: counted(await file('evidence/census/large.json')),
    rows: gunzipSync(await file('objects/large.csv.gz')).toString(),
  };
}

async function expectTheSame(): Promise<void> {
  const alone = await inProcess();
  expect(counted(bytesOf('evidence/census/large.json'))).toEqual(alone.census);
  expect(gunzipSync(bytesOf('objects/large.csv.gz')).toString()).toBe(alone.rows);
  expect(reportOf().findings).toEqual(alone.findings);
}

type Payload = Readonly<Record<string, unknown>>;
const isShard = (payload: Payload): boolean => Array.isArray(payload['ranges']) && !('error' in payload);

describe('a large bucket', () => {
  test('is counted in shards, and the small one whole, to the census of one process', async () => {
    const shards: Payload[] = [];
    const run = await deployed({
      chaos: (stage, payload) => {
        if (stage === 'census' && 'bucket' in payload) shards.push(payload);
      },
    });
    expect(run.outcome).toMatchObject({ status: 'SUCCEEDED' });
    const of = (bucket: string) =>
      shards.filter((one) => (one['bucket'] as { name: string }).name === bucket);
    expect(of('small').map(({ ranges }) => ranges)).toEqual([null]);
    expect(of('large').filter(isShard).length).toBeGreaterThan(2);
    // Added up in the round after.
    expect(of('large').at(-1)!['ranges']).toBeNull();
    expect(run.visited.filter((state) => state === 'PlanCensus')).toHaveLength(3);
    expect(censusOf('large')).toMatchObject({ complete: true, population: 1240 });
    await expectTheSame();
  }, 60_000);

  test('lists unfinished uploads once', async () => {
    await deployed();
    const lists = sandbox.state.log.filter(
      ({ operation, bucket }) => operation === 's3:ListMultipartUploads' && bucket === 'large',
    );
    expect(lists).toHaveLength(1);
  }, 60_000);

  test('whose shards run out of time is cut anew, counts nothing twice, and comes to the same', async () => {
    const running = new Set<AbortController>();
    let shards = 0;
    const progress: Progress = {
      ...silent,
      // Told of every few hundred objects: none is given the time for more.
      bucket: (_bucket, event) => {
        if (event.kind === 'counting') for (const controller of running) controller.abort();
      },
    };
    const run = await deployed({
      progress,
      chaos: (stage, payload) => {
        if (stage === 'census' && isShard(payload)) shards += 1;
      },
      signalOf: (stage, payload) => {
        if (stage !== 'census' || !('bucket' in payload)) return undefined;
        const controller = new AbortController();
        running.add(controller);
        return controller.signal;
      },
    });
    expect(run.outcome).toMatchObject({ status: 'SUCCEEDED' });
    expect(run.visited.filter((state) => state === 'PlanCensus').length).toBeGreaterThan(3);
    expect(shards).toBeGreaterThan(6);
    await expectTheSame();
  }, 60_000);

  test('that two functions counted at once, as a lost answer makes them, is counted once', async () => {
    const again = new Set<string>();
    const reports = sandbox.state.buckets.get('reports')!;
    const hidden = new Map<string, ObjectVersion[]>();
    await deployed({
      afterwards: (stage, payload) => {
        // The work is done, and Step Functions never hears of it.
        const id = JSON.stringify(payload);
        if (stage !== 'census' || !isShard(payload) || again.has(id)) return;
        again.add(id);
        // Nor did the second function see the parts of the first when it began.
        for (const [key, versions] of [...reports.objects]) {
          if (!key.includes('/parts/large/')) continue;
          hidden.set(key, versions);
          reports.objects.delete(key);
        }
        reports.sortedKeys = null;
        throw new TaskError('Lambda.SdkClientException', 'timed out');
      },
      chaos: (stage, payload) => {
        if (stage !== 'census' || 'bucket' in payload) return;
        for (const [key, versions] of hidden) reports.objects.set(key, versions);
        reports.sortedKeys = null;
      },
    });
    expect(hidden.size).toBeGreaterThan(2);
    await expectTheSame();
  }, 60_000);

  test('one shard of which fails for good is known but for that', async () => {
    let victim: string | undefined;
    const run = await deployed({
      chaos: (stage, payload) => {
        if (stage !== 'census' || !isShard(payload)) return;
        victim ??= JSON.stringify(payload['ranges']);
        if (JSON.stringify(payload['ranges']) === victim)
          throw new TaskError('Runtime.ExitError', '{"errorMessage":"out of memory"}');
      },
    });
    expect(run.outcome).toMatchObject({ status: 'SUCCEEDED' });
    const census = censusOf('large');
    expect(census).toMatchObject({
      complete: false,
      incompleteReason: 'UNFINISHED: the census stage gave up: Runtime.ExitError: out of memory',
      uploadsComplete: true,
    });
    expect(census.population).toBeGreaterThan(0);
    expect(census.population).toBeLessThan(1240);
    const { findings, coverage } = reportOf();
    expect(unaccounted(coverage)).toEqual({ buckets: 0, objects: 0 });
    expect(
      findings.filter(
        ({ bucket, check, status }) => bucket === 'large' && check === 'stored' && status === 'COMPLIANT',
      ),
    ).toEqual([]);
  }, 60_000);

  test('that never comes to its end is judged by what was counted', async () => {
    const run = await deployed({
      limits: { ...LIMITS, rounds: 1 },
      signalOf: (stage, payload) => {
        const after = (payload as { ranges?: { after: string | null }[] | null }).ranges?.[0]?.after;
        return stage === 'census' && typeof after === 'string' ? AbortSignal.abort() : undefined;
      },
    });
    expect(run.outcome).toMatchObject({ status: 'SUCCEEDED' });
    const census = censusOf('large');
    expect(census.incompleteReason).toBe(
      'UNFINISHED: it was not counted to its end in 1 calls of the census function',
    );
    expect(census.population).toBeGreaterThan(0);
    expect(unaccounted(reportOf().coverage)).toEqual({ buckets: 0, objects: 0 });
  }, 60_000);

  test('that cannot be listed is one shard, and says so', async () => {
    sandbox.state.faults.push(
      fault({ operation: 'ListObjectsV2', bucket: 'large' }, { type: 'deny', message: 'no' }),
    );
    const run = await deployed();
    expect(run.outcome).toMatchObject({ status: 'SUCCEEDED' });
    expect(censusOf('large').incompleteReason).toMatch(/^ACCESS_DENIED/);
  }, 60_000);

  test('of which a sample is drawn is one shard', async () => {
    const ranges: unknown[] = [];
    await deployed({
      variables: { SOURCE: 'sample' },
      chaos: (stage, payload) => {
        if (stage === 'census' && 'bucket' in payload) ranges.push(payload['ranges']);
      },
    });
    expect(ranges).toEqual([null, null]);
    expect(censusOf('large')).toMatchObject({
      source: 'sample',
      population: 1240,
    });
  }, 60_000);

  test('is not asked for its objects where the stack forbids it', async () => {
    await deployed({ variables: { OBJECT_READS: 'false' } });
    expect(sandbox.state.requests.get('s3:HeadObject')).toBe(
      sandbox.state.log.filter(
        ({ operation, bucket }) => operation === 's3:HeadObject' && bucket === 'reports',
      ).length,
    );
    expect(censusOf('large').incompleteReason).toMatch(/^NOT_READ/);
  }, 60_000);
});
