import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { readdir } from 'node:fs/promises';
import type { Census } from '../../lib/model/census.ts';
import type { Status } from '../../lib/model/finding.ts';
import { sealKms, sealSseS3 } from '../../lib/sandbox/objects.ts';
import { fault } from '../../lib/sandbox/faults.ts';
import type { Fault, FaultEffect, FaultMatch, FaultSchedule } from '../../lib/sandbox/faults.ts';
import { auditSandbox, findingOf, removeRuns, unaccounted } from '../support/run.ts';
import type { TestRun } from '../support/run.ts';
import { KEY_ARN, addBucket, addObjects, keysOf, startTestSandbox } from '../support/sandbox.ts';
import type { TestSandbox } from '../support/sandbox.ts';

const OBJECTS = 40;

let sandbox: TestSandbox;
beforeEach(async () => {
  sandbox = await startTestSandbox();
  for (const name of ['struck', 'well']) {
    const bucket = addBucket(sandbox.state, name, {
      encryption: { algorithm: 'aws:kms', kmsKey: KEY_ARN, bucketKey: false, blocked: ['SSE-C'] },
    });
    addObjects(bucket, keysOf('o', OBJECTS), sealKms(KEY_ARN));
  }
});
afterEach(async () => {
  await sandbox.close();
  await removeRuns();
});

/** Strikes only the bucket `struck`, unless the match says otherwise. */
function strike(match: FaultMatch, effect: FaultEffect, when?: FaultSchedule): Fault {
  const rule = fault({ service: 's3', bucket: 'struck', ...match }, effect, when);
  sandbox.state.faults.push(rule);
  return rule;
}

const censusOf = ({ assessment }: TestRun, bucket: string): Census =>
  assessment.censuses.find((census) => census.bucket === bucket)!;
const stored = (run: TestRun, bucket = 'struck'): Status =>
  findingOf(run, bucket, 'kms-own-key', 'stored').status;

/** Work that is done twice is paid for twice; all else must be the same. */
function withoutSpent({ assessment }: TestRun): unknown {
  const without = <T extends object>(told: T): T => ({ ...told, spent: undefined });
  return {
    ...assessment,
    coverage: without(assessment.coverage),
    censuses: assessment.censuses.map(without),
  };
}

/** What must hold whatever happened: nothing lost, and the other bucket as if nothing had. */
function expectOthersWell(run: TestRun): void {
  expect(unaccounted(run.assessment.coverage)).toEqual({ buckets: 0, objects: 0 });
  expect(stored(run, 'well')).toBe('COMPLIANT');
  expect(findingOf(run, 'well', 'kms-own-key', 'default').status).toBe('COMPLIANT');
  expect(findingOf(run, 'well', 'kms-own-key', 'keys').status).toBe('COMPLIANT');
  expect(censusOf(run, 'well')).toMatchObject({ complete: true, assessed: OBJECTS });
}

describe('a fact that is refused is unknown, and nothing else is', () => {
  test.each([
    ['GetBucketTagging', 'tags'],
    ['GetBucketEncryption', 'defaultEncryption'],
    ['GetBucketPolicy', 'policy'],
    ['GetBucketVersioning', 'versioning'],
    ['GetPublicAccessBlock', 'publicAccessBlock'],
    ['GetBucketOwnershipControls', 'ownership'],
    ['GetBucketLogging', 'logging'],
    ['GetBucketReplication', 'replication'],
    ['GetObjectLockConfiguration', 'objectLock'],
    ['ListBucketInventoryConfigurations', 'inventories'],
    ['GetBucketMetadata*', 'metadataTable'],
  ] as const)('%s → %s', async (operation, fact) => {
    strike({ operation }, { type: 'deny' });
    const run = await auditSandbox(sandbox);
    expectOthersWell(run);
    const evidence = run.assessment.buckets.find(({ name }) => name === 'struck')!;
    expect(evidence[fact]).toMatchObject({
      state: 'unknown',
      reason: { code: 'ACCESS_DENIED', httpStatus: 403 },
    });
    const unknown = Object.entries(evidence).filter(
      ([, value]) => (value as { state?: string } | null)?.state === 'unknown',
    );
    expect(unknown.map(([name]) => name)).toEqual([fact]);
  });

  test('a default that was not read is neither right nor wrong, and its key may be any', async () => {
    strike({ operation: 'GetBucketEncryption' }, { type: 'deny' });
    const run = await auditSandbox(sandbox);
    expect(findingOf(run, 'struck', 'kms-own-key', 'default').status).toBe('INSUFFICIENT_DATA');
    expect(findingOf(run, 'struck', 'kms-own-key', 'keys').status).toBe('INSUFFICIENT_DATA');
    expect(run.assessment.coverage.buckets).toMatchObject({
      assessed: 1,
      notAssessable: { ACCESS_DENIED: 1 },
    });
  });

  test('everything refused: every finding is unknown, and the run goes on', async () => {
    strike({ operation: '*' }, { type: 'deny' });
    const run = await auditSandbox(sandbox);
    expectOthersWell(run);
    // No requirement of the pack asks who may decrypt, so `opened` has no question there.
    const asked = run.assessment.findings.filter((f) => f.bucket === 'struck' && f.check !== 'opened');
    const statuses = asked.map((f) => f.status);
    expect(new Set(statuses)).toEqual(new Set(['INSUFFICIENT_DATA']));
  });
});

describe('objects that cannot be read are counted as such', () => {
  test('403 on some HEADs', async () => {
    strike({ operation: 'HeadObject', key: 'o1*' }, { type: 'deny' });
    const run = await auditSandbox(sandbox);
    expectOthersWell(run);
    // o1 and o10 … o19
    expect(censusOf(run, 'struck').unassessed).toEqual([
      { dataClasses: ['test/all'], reason: 'ACCESS_DENIED', objects: 11, bytes: 110 },
    ]);
    expect(stored(run)).toBe('INSUFFICIENT_DATA');
  });

  test('a fail that was read stands beside what was not', async () => {
    addObjects(sandbox.state.buckets.get('struck')!, ['wrong'], sealSseS3);
    strike({ operation: 'HeadObject', key: 'o1*' }, { type: 'deny' });
    const run = await auditSandbox(sandbox);
    expect(stored(run)).toBe('NON_COMPLIANT');
    expect(findingOf(run, 'struck', 'kms-own-key', 'stored').counts).toEqual({
      compliant: 29,
      nonCompliant: 1,
      undetermined: 11,
      bytesNonCompliant: 10,
    });
  });

  test.each<[string, FaultEffect, string]>([
    ['503 SlowDown', { type: 'slowDown' }, 'THROTTLED'],
    ['500', { type: 'internalError' }, 'SERVER_ERROR'],
    ['a dropped connection', { type: 'drop' }, 'UNREACHABLE'],
    ['301 to another Region', { type: 'redirect', region: 'us-west-2' }, 'WRONG_REGION'],
    ['405', { type: 'error', code: 'MethodNotAllowed', status: 405, message: '' }, 'UNSUPPORTED'],
  ])('%s on every HEAD', async (_name, effect, reason) => {
    strike({ operation: 'HeadObject' }, effect);
    const run = await auditSandbox(sandbox);
    expectOthersWell(run);
    expect(censusOf(run, 'struck')).toMatchObject({
      complete: true,
      population: OBJECTS,
      assessed: 0,
      unassessed: [{ reason, objects: OBJECTS }],
    });
    expect(stored(run)).toBe('INSUFFICIENT_DATA');
  });

  test('an answer that does not come in time', async () => {
    strike({ operation: 'HeadObject', key: 'o1' }, { type: 'delay', ms: 1_200 });
    const retry = {
      maxAttempts: 1,
      baseDelayMs: 0,
      maxDelayMs: 0,
      sleep: () => Promise.resolve(),
      random: () => 0,
    };
    const run = await auditSandbox(sandbox, { context: { retry } });
    expectOthersWell(run);
    expect(censusOf(run, 'struck')).toMatchObject({
      assessed: OBJECTS - 1,
      unassessed: [{ reason: 'UNREACHABLE', objects: 1 }],
    });
  });

  test.each<[string, FaultEffect]>([
    ['503 SlowDown', { type: 'slowDown' }],
    ['500', { type: 'internalError' }],
    ['a dropped connection', { type: 'drop' }],
    ['a slow answer', { type: 'delay', ms: 20 }],
  ])('%s now and then costs no object', async (_name, effect) => {
    const rule = strike({ operation: 'HeadObject' }, effect, { every: 4 });
    const run = await auditSandbox(sandbox);
    expectOthersWell(run);
    expect(rule.struck).toBeGreaterThan(5);
    expect(censusOf(run, 'struck')).toMatchObject({ complete: true, assessed: OBJECTS, unassessed: [] });
    expect(stored(run)).toBe('COMPLIANT');
  });
});

describe('a listing that breaks off is a lower bound, never a whole', () => {
  test.each<[string, FaultEffect]>([
    ['403', { type: 'deny' }],
    ['503 SlowDown', { type: 'slowDown' }],
    ['500', { type: 'internalError' }],
    ['a dropped connection', { type: 'drop' }],
    ['half an answer', { type: 'malformed' }],
    ['a connection cut in the middle of an answer', { type: 'drop', afterBytes: 300 }],
    ['301 to another Region', { type: 'redirect', region: 'us-west-2' }],
  ])(
    '%s on the second page',
    async (_name, effect) => {
      const bucket = sandbox.state.buckets.get('struck')!;
      addObjects(bucket, keysOf('page', 1_000), sealKms(KEY_ARN));
      strike({ operation: 'ListObjectsV2' }, effect, { after: 1 });
      const run = await auditSandbox(sandbox);
      expectOthersWell(run);
      expect(censusOf(run, 'struck')).toMatchObject({ complete: false, population: 1_000, assessed: 1_000 });
      expect(stored(run)).toBe('INSUFFICIENT_DATA');
      expect(findingOf(run, 'struck', 'kms-own-key', 'keys').status).toBe('INSUFFICIENT_DATA');
    },
    30_000,
  );

  test('uploads that cannot be listed keep the bucket from being compliant', async () => {
    strike({ operation: 'ListMultipartUploads' }, { type: 'deny' });
    const run = await auditSandbox(sandbox);
    expectOthersWell(run);
    expect(censusOf(run, 'struck')).toMatchObject({ complete: true, uploadsComplete: false });
    expect(stored(run)).toBe('INSUFFICIENT_DATA');
  });
});

describe('an estate that changes while it is read', () => {
  test('objects that vanish between LIST and HEAD are counted, not failed', async () => {
    addObjects(sandbox.state.buckets.get('struck')!, keysOf('more', 1_000), sealKms(KEY_ARN));
    strike({ operation: 'ListObjectsV2' }, { type: 'deleteListedObjects' }, { times: 1 });
    const run = await auditSandbox(sandbox);
    expectOthersWell(run);
    const { population, assessed, excluded, complete } = censusOf(run, 'struck');
    expect({ complete, lost: population - assessed - (excluded['VANISHED'] ?? 0) }).toEqual({
      complete: true,
      lost: 0,
    });
    expect(excluded['VANISHED']).toBeGreaterThan(0);
    expect(stored(run)).toBe('COMPLIANT');
  });

  test('a bucket deleted between the list of buckets and its facts', async () => {
    sandbox.state.faults.push(
      fault({ service: 's3', operation: 'ListBuckets' }, { type: 'deleteBucket', bucket: 'struck' }),
    );
    const run = await auditSandbox(sandbox);
    expectOthersWell(run);
    expect(run.assessment.coverage.buckets).toMatchObject({ population: 2, notAssessable: { NOT_FOUND: 1 } });
    // No requirement of the pack asks who may decrypt, so `opened` has no question there.
    const asked = run.assessment.findings.filter((f) => f.bucket === 'struck' && f.check !== 'opened');
    const statuses = asked.map((f) => f.status);
    expect(statuses).not.toContain('COMPLIANT');
    expect(statuses).not.toContain('NON_COMPLIANT');
  });

  test('a bucket deleted between its listing and its objects', async () => {
    strike({ operation: 'ListObjectsV2' }, { type: 'deleteBucket', bucket: 'struck' });
    const run = await auditSandbox(sandbox);
    expectOthersWell(run);
    expect(censusOf(run, 'struck').complete).toBe(false);
    expect(stored(run)).toBe('INSUFFICIENT_DATA');
  });
});

describe('Regions', () => {
  test('a bucket of another Region is read there', async () => {
    const far = addBucket(sandbox.state, 'far', { region: 'ap-southeast-2', strictRegion: true });
    addObjects(far, ['a'], sealSseS3);
    const run = await auditSandbox(sandbox);
    expect(run.assessment.run.regions).toEqual(['ap-southeast-2', 'eu-west-1']);
    expect(censusOf(run, 'far')).toMatchObject({ complete: true, assessed: 1 });
  });

  test('a bucket that redirects everything is not readable, and says so', async () => {
    strike({ operation: '*' }, { type: 'redirect', region: 'us-west-2' });
    const run = await auditSandbox(sandbox);
    expectOthersWell(run);
    expect(run.assessment.coverage.buckets.notAssessable).toEqual({ WRONG_REGION: 1 });
  });
});

describe('keys', () => {
  test.each<[string, FaultEffect]>([
    ['denied', { type: 'deny' }],
    ['throttled', { type: 'slowDown' }],
  ])(
    'a key whose description is %s is unknown',
    async (_name, effect) => {
      sandbox.state.faults.push(fault({ service: 'kms', operation: 'DescribeKey' }, effect));
      const run = await auditSandbox(sandbox);
      expect(findingOf(run, 'well', 'kms-own-key', 'keys').status).toBe('INSUFFICIENT_DATA');
      expect(unaccounted(run.assessment.coverage)).toEqual({ buckets: 0, objects: 0 });
    },
    30_000,
  );
});

describe('credentials that expire', () => {
  test.each([
    ['before anything', { service: 'sts' }, {}],
    ['while facts are read', { service: 's3', operation: 'GetBucketPolicy', bucket: '*' }, {}],
    ['while objects are read', { service: 's3', operation: '*', bucket: '*' }, { after: 40 }],
  ] as const)('%s stop the run with a clear word, and no report is left', async (_name, match, when) => {
    sandbox.state.faults.push(fault(match, { type: 'expiredToken' }, when));
    const running = auditSandbox(sandbox);
    await expect(running).rejects.toMatchObject({ code: 'EXPIRED_CREDENTIALS' });
  });

  test('renewed, the same run is finished, and the work that was done is kept', async () => {
    const undisturbed = await auditSandbox(sandbox);
    const rule = fault(
      { service: 's3', operation: '*', bucket: 'well' },
      { type: 'expiredToken' },
      { after: 20 },
    );
    sandbox.state.faults.push(rule);
    const folder = `${undisturbed.folder}-resumed`;
    await expect(auditSandbox(sandbox, { folder })).rejects.toMatchObject({ code: 'EXPIRED_CREDENTIALS' });
    expect(await readdir(folder)).not.toContain('manifest.json');
    sandbox.state.faults.length = 0;
    const resumed = await auditSandbox(sandbox, { folder });
    expect(withoutSpent(resumed)).toEqual(withoutSpent(undisturbed));
  });
});
