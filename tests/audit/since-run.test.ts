import { afterAll, afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { generateKeyPairSync } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { folderStore } from '../../lib/audit/folder-store.ts';
import { requireJson } from '../../lib/audit/json-files.ts';
import type { RegionChanges } from '../../lib/audit/reuse-stage.ts';
import { RUN_FILES } from '../../lib/audit/run-store.ts';
import type { Census } from '../../lib/model/census.ts';
import type { RunConfiguration } from '../../lib/model/run.ts';
import {
  addVersion,
  newDeleteMarker,
  newObject,
  removeVersion,
  sealCustomer,
  sealDsse,
  sealKms,
  sealNone,
  sealSseS3,
} from '../../lib/sandbox/objects.ts';
import type { Bucket, Seal } from '../../lib/sandbox/state-s3.ts';
import { createState } from '../../lib/sandbox/state.ts';
import { localSigner } from '../../lib/seal/signer.ts';
import { addTrail, deliverInto, managementRecord, updateRecord } from '../support/in-place-trail.ts';
import { auditSandbox, removeRuns } from '../support/run.ts';
import type { TestRun } from '../support/run.ts';
import { ACCOUNT, addBucket, addKey, KEY_ARN, REGION, startTestSandbox } from '../support/sandbox.ts';
import type { TestSandbox } from '../support/sandbox.ts';

const OTHER_ID = '9999abcd-12ab-34cd-56ef-1234567890ab';
const OTHER_ARN = `arn:aws:kms:${REGION}:${ACCOUNT}:key/${OTHER_ID}`;
/** The hours are those of 1 August 2026, as in the log files. */
const hour = (at: number): number => Date.UTC(2026, 7, 1) + at * 3_600_000;
const iso = (at: number): string => new Date(hour(at)).toISOString().replace('.000Z', 'Z');
const [FIRST, CHANGE, SECOND] = [5.25, 8.5, 12.25];
/** Digests come for the hours that are over; an hour more is allowed for late events. */
const UNTIL = '2026-08-01T11:00:00.000Z';
const JULY = Date.UTC(2026, 6, 1);

const SEALS: Readonly<Record<string, Seal>> = {
  s3: sealSseS3,
  kms: sealKms(KEY_ARN),
  dsse: sealDsse(KEY_ARN),
  ssec: sealCustomer('md5'),
  none: sealNone,
};

let sandbox: TestSandbox;
let now = 0;
let bucket: Bucket;
let logs: Bucket;
let runs = 0;

async function begin(): Promise<void> {
  sandbox = await startTestSandbox(
    createState({ region: REGION, accountId: ACCOUNT, now: () => now, logLimit: 1_000_000 }),
  );
  addKey(sandbox.state, OTHER_ID);
  logs = await addTrail(sandbox);
  bucket = addBucket(sandbox.state, 'data', { versioning: 'Enabled' });
}

type Asked = TestRun & { readonly census: Census; readonly heads: readonly string[] };

async function run(
  at: number,
  configuration: Partial<RunConfiguration>,
  rest: Parameters<typeof auditSandbox>[1] = {},
): Promise<Asked> {
  now = hour(at);
  sandbox.state.log.length = 0;
  runs += 1;
  const result = await auditSandbox(sandbox, {
    configuration: { bucketGlobs: ['data'], ...configuration },
    runId: `run-${runs}`,
    ...rest,
    context: { clock: () => new Date(now), ...rest.context },
  });
  const census = result.assessment.censuses[0];
  if (!census) throw new Error('no census');
  const heads = sandbox.state.log.flatMap(({ operation, bucket: where, key }) =>
    operation === 's3:HeadObject' && where === 'data' ? [key ?? ''] : [],
  );
  return { ...result, census, heads: heads.sort() };
}

const first = async (): Promise<Asked> => run(FIRST, { keepSeals: true });
const again = async (
  { folder }: Asked,
  more: Partial<RunConfiguration> = {},
  rest: Parameters<typeof auditSandbox>[1] = {},
): Promise<Asked> =>
  run(SECOND, { sinceRun: folder, trail: 's3://trail-bucket', maxSealAge: 365, ...more }, rest);

const version = (key: string, seal: Seal, versionId: string | null, lastModified = JULY): void =>
  addVersion(bucket, key, newObject({ size: 10, etag: 'e', lastModified, seal, versionId }));

/** What log files hold of what happened in hours 8 and 12, with digests up to noon. */
const deliverLogs = (
  records: readonly unknown[] = [],
  late: readonly unknown[] = [],
  change?: Parameters<typeof deliverInto>[2],
): void => {
  deliverInto(logs, { hours: 12, logs: { 'eu-west-1/8': records } }, change);
  if (late.length > 0) deliverInto(logs, { hours: 13, digests: false, logs: { 'eu-west-1/12': late } });
};

/** What was counted, without where it came from. */
const count = ({ census }: Asked): Partial<Census> => {
  const rest: { -readonly [K in keyof Census]?: Census[K] } = { ...census };
  delete rest.origin;
  delete rest.spent;
  delete rest.reuse;
  return rest;
};

describe('a run since an earlier one', () => {
  beforeEach(begin);
  afterEach(async () => sandbox.close());
  afterAll(async () => removeRuns());

  const fill = (): void => {
    for (const [name, seal] of Object.entries(SEALS)) {
      version(name, seal, 'v1');
      version(name, seal, 'v2');
    }
  };

  test('asks nobody when nothing changed and a trail proves it, and counts the same', async () => {
    fill();
    const before = await first();
    expect(before.heads).toHaveLength(10);
    deliverLogs();
    const after = await again(before);
    expect(after.heads).toEqual([]);
    expect(count(after)).toEqual(count(before));
    expect(after.census.reuse).toEqual({ asked: 0, takenOver: 10, because: {} });
    expect(after.census.origin?.notes.join(' ')).toContain(`left them alone up to ${UNTIL}`);
    expect(after.assessment.coverage.limitations.join(' ')).toContain('the seals of 10');
  });

  test('without a trail only what cannot change in place is taken over', async () => {
    fill();
    const after = await again(await first(), { trail: 's3://trail-bucket/elsewhere' });
    expect(after.heads).toEqual(['kms', 'kms', 's3', 's3']);
    expect(after.census.reuse).toEqual({ asked: 4, takenOver: 6, because: { NO_PROOF: 4 } });
    expect(after.census.origin?.notes.join(' ')).toMatch(/nothing proves .* no log files of account/);
  });

  test('a changed seal is found by its event, by whatever version', async () => {
    fill();
    const before = await first();
    for (const each of bucket.objects.get('s3') ?? []) each.seal = sealKms(OTHER_ARN);
    deliverLogs([updateRecord('data', 's3', iso(CHANGE)), updateRecord('other', 'kms', iso(CHANGE))]);
    const after = await again(before);
    expect(after.heads).toEqual(['s3', 's3']);
    expect(after.census.reuse?.because).toEqual({ UPDATED: 2 });
    const control = await run(SECOND, {});
    expect(count(after)).toEqual(count(control));
  });

  test('an event that no digest proves yet is heeded all the same', async () => {
    fill();
    const before = await first();
    for (const each of bucket.objects.get('kms') ?? []) each.seal = sealKms(OTHER_ARN);
    deliverLogs([], [updateRecord('data', 'kms', iso(12.1))]);
    expect((await again(before)).heads).toEqual(['kms', 'kms']);
  });

  test('what was changed after the proof ends is found by the run after', async () => {
    fill();
    const before = await first();
    deliverLogs();
    for (const each of bucket.objects.get('kms') ?? []) each.seal = sealKms(OTHER_ARN);
    const second = await again(before);
    expect(count(second)).toEqual(count(before));
    deliverInto(logs, {
      hours: 18,
      logs: { 'eu-west-1/8': [], 'eu-west-1/11': [updateRecord('data', 'kms', iso(11.2))] },
    });
    const third = await run(18.5, { sinceRun: second.folder, trail: 's3://trail-bucket', maxSealAge: 365 });
    expect(third.heads).toEqual(['kms', 'kms']);
    expect(count(third)).toEqual(count(await run(18.5, {})));
  });

  test.each<[string, () => void, RegExp]>([
    [
      'a digest is missing',
      () => {
        deliverLogs([], [], (files) =>
          [...files.keys()]
            .filter((key) => key.includes('Digest') && key.includes('T090000Z'))
            .forEach((key) => files.delete(key)),
        );
      },
      /this digest is gone/,
    ],
    [
      'a log file is missing',
      () => {
        const logged = { 'eu-west-1/8': [], 'eu-west-1/9': [] };
        deliverInto(logs, { hours: 12, logs: logged }, (files) => {
          for (const key of files.keys()) if (key.includes('20260801T0900Z_')) files.delete(key);
        });
      },
      /could not be read/,
    ],
    [
      'a log file was changed',
      () => {
        deliverLogs([managementRecord('ListTrails', iso(CHANGE))], [], (files) => {
          for (const [key, file] of files)
            if (key.includes('/CloudTrail/')) files.set(key, { ...file, bytes: gzipSync('{"Records":[]}') });
        });
      },
      /is not the log file that CloudTrail delivered/,
    ],
    [
      'a signature is gone',
      () => {
        deliverLogs([], [], (files) => {
          for (const [key, file] of files)
            if (key.includes('T120000Z')) files.set(key, { ...file, signature: null });
        });
      },
      /have no signature/,
    ],
    [
      'digests are signed by somebody else',
      () => {
        deliverInto(logs, {
          hours: 12,
          logs: { 'eu-west-1/8': [] },
          signer: generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey,
        });
      },
      /signature does not fit/,
    ],
    [
      'the selectors were changed and put back',
      () => deliverLogs([managementRecord('PutEventSelectors', iso(CHANGE))]),
      /it was changed: PutEventSelectors/,
    ],
    [
      'logging was stopped and started',
      () => deliverLogs([managementRecord('StopLogging', iso(CHANGE))]),
      /it was changed: StopLogging/,
    ],
    [
      'a change of some trail does not say of which',
      () => deliverLogs([managementRecord('UpdateTrail', iso(CHANGE), { requestParameters: null })]),
      /it was changed: UpdateTrail/,
    ],
    [
      'the selectors are others now',
      () => {
        deliverLogs();
        const [trail] = sandbox.state.trails;
        trail!.advancedEventSelectors = [...(trail!.advancedEventSelectors ?? [])].reverse();
      },
      /other event selectors/,
    ],
    [
      'logging was started again lately',
      () => {
        deliverLogs();
        sandbox.state.trails[0]!.startedAt = hour(7);
      },
      /began to log/,
    ],
    [
      'Batch Operations was at work',
      () => deliverLogs([managementRecord('JobCreated', iso(CHANGE), { eventSource: 's3.amazonaws.com' })]),
      /Batch Operations was at work/,
    ],
    [
      'the digests end hours before',
      () => deliverInto(logs, { hours: 5, logs: { 'eu-west-1/1': [] } }),
      /no digests/,
    ],
  ])('asks whatever may have changed when %s', async (_what, happen, why) => {
    fill();
    const before = await first();
    happen();
    const after = await again(before);
    expect(after.heads).toEqual(['kms', 'kms', 's3', 's3']);
    expect(after.census.origin?.notes.join(' ')).toMatch(why);
  });

  test('a clock that was ahead when the earlier run began hides no change', async () => {
    fill();
    const before = await run(6.1, { keepSeals: true });
    deliverInto(logs, { hours: 12, logs: { 'eu-west-1/5': [updateRecord('data', 's3', iso(5.9))] } });
    expect((await again(before)).heads).toEqual(['s3', 's3']);
  });

  test('an attempt that was refused, or is about another trail, changes nothing', async () => {
    fill();
    const before = await first();
    deliverLogs([
      managementRecord('PutEventSelectors', iso(CHANGE), { errorCode: 'AccessDenied' }),
      managementRecord('StopLogging', iso(CHANGE), { requestParameters: { name: 'another' } }),
      updateRecord('data', 's3', iso(CHANGE), { errorCode: 'AccessDenied' }),
    ]);
    expect((await again(before)).heads).toEqual([]);
  });

  test('an update through an access point may have been of any bucket', async () => {
    fill();
    const before = await first();
    deliverLogs([updateRecord('my-alias-s3alias', 'x', iso(CHANGE), { resources: [] })]);
    const after = await again(before);
    expect(after.heads).toEqual([]);
    const other = await again(before, {}, {});
    expect(other.heads).toEqual([]);
    deliverLogs([updateRecord('my-alias-s3alias', 's3', iso(CHANGE), { resources: [] })]);
    expect((await again(before)).heads).toEqual(['s3', 's3']);
  });

  test('a null version is asked again when it was overwritten, or could have been unseen', async () => {
    bucket.versioning = 'Suspended';
    version('same', sealSseS3, null);
    version('overwritten', sealNone, null);
    version('fresh', sealNone, null, hour(FIRST) - 60_000);
    addVersion(bucket, 'big', newObject({ size: 10, etag: 'e-2', lastModified: JULY, seal: sealNone }));
    addVersion(bucket, 'done', newObject({ size: 10, etag: 'e-2', lastModified: JULY, seal: sealNone }));
    bucket.uploads.set('u', {
      uploadId: 'u',
      key: 'big',
      initiated: JULY,
      template: newObject({ size: 0, lastModified: JULY }),
      initiatorArn: '',
      checksumAlgorithm: null,
      checksumType: null,
      parts: new Map(),
    });
    const before = await first();
    version('overwritten', sealSseS3, null, hour(CHANGE));
    deliverLogs();
    const after = await again(before);
    expect(after.heads).toEqual(['big', 'fresh', 'overwritten']);
    expect(after.census.reuse?.because).toEqual({ NEW: 1, RECENT: 1, CHANGED: 1 });
  });

  test('everything is asked again within the longest age, spread over the runs', async () => {
    for (let i = 0; i < 300; i += 1) version(`k${i}`, sealNone, 'v1');
    let last = await first();
    const asked = new Map<string, number>();
    for (let day = 1; day <= 5; day += 1) {
      last = await run(FIRST + day * 24, { sinceRun: last.folder, maxSealAge: 5 });
      for (const key of last.heads) asked.set(key, (asked.get(key) ?? 0) + 1);
      expect(last.heads.length).toBeGreaterThan(30);
      expect(last.heads.length).toBeLessThan(100);
    }
    expect(asked.size).toBe(300);
    expect(Math.max(...asked.values())).toBe(1);
  });

  test('a run that was stopped goes on with what it began with', async () => {
    fill();
    const before = await first();
    deliverLogs();
    const folder = await mkdtemp(join(tmpdir(), 'sealcheck-test-'));
    const abort = new AbortController();
    const progress = {
      stage: () => undefined,
      bucket: (_name: string, { kind }: { kind: string }) => kind === 'inspected' && abort.abort(),
    };
    await expect(again(before, {}, { folder, context: { progress, signal: abort.signal } })).rejects.toThrow(
      /interrupted/,
    );
    const after = await again(before, {}, { folder });
    expect(after.heads).toEqual([]);
    expect(count(after)).toEqual(count(before));
    await rm(folder, { recursive: true });
  });
});

describe('an earlier run that cannot be trusted', () => {
  beforeEach(begin);
  afterEach(async () => sandbox.close());

  const damage =
    (path: string, change: (bytes: Buffer) => Buffer) =>
    async ({ folder }: Asked): Promise<void> => {
      const file = join(folder, path);
      await writeFile(file, change(await readFile(file)));
    };

  test.each<[string, (earlier: Asked) => Promise<void>, RegExp]>([
    ['never sealed', async ({ folder }) => rm(join(folder, 'manifest.json')), /was never finished/],
    ['with another manifest', damage('manifest.json', (bytes) => bytes.subarray(0, 50)), /cannot be read/],
    [
      'with changed seals',
      damage('evidence/seals/data/000001.jsonl.gz', (bytes) => Buffer.concat([bytes, gzipSync('x')])),
      /was changed since it was sealed/,
    ],
    [
      'with a changed plan',
      damage('evidence/plan.json', (bytes) => Buffer.from(bytes.toString().replace('"plan"', '') + ' ')),
      /plan\.json was changed/,
    ],
    [
      'without its seals',
      async ({ folder }) => rm(join(folder, 'evidence/seals/data/000001.jsonl.gz')),
      /no file|was changed/,
    ],
  ])('%s is refused in one sentence', async (_what, harm, why) => {
    version('a', sealNone, 'v1');
    const before = await first();
    await harm(before);
    await expect(again(before)).rejects.toThrow(why);
  });

  test('a run signed by nobody, or by another key, is refused by one that signs', async () => {
    version('a', sealNone, 'v1');
    const key = () =>
      localSigner(
        generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({
          format: 'pem',
          type: 'pkcs8',
        }),
        'test',
      );
    const signer = key();
    const unsigned = await first();
    await expect(again(unsigned, {}, { context: { signer } })).rejects.toThrow(/not signed by the key/);
    const signed = await run(FIRST, { keepSeals: true }, { context: { signer: key() } });
    await expect(again(signed, {}, { context: { signer } })).rejects.toThrow(/not signed by the key/);
    const own = await run(FIRST, { keepSeals: true }, { context: { signer } });
    expect((await again(own, {}, { context: { signer } })).heads).toEqual([]);
  });

  test('a run of another account is refused', async () => {
    version('a', sealNone, 'v1');
    const before = await first();
    sandbox.state.accountId = '444455556666';
    sandbox.state.callerArn = 'arn:aws:iam::444455556666:user/other';
    bucket.accountId = '444455556666';
    await expect(again(before)).rejects.toThrow(/another account or endpoint/);
  });
});

describe('whatever happens between two runs', () => {
  afterAll(async () => removeRuns());

  const KEYS = ['a', 'a.instruction', 'b/1', 'b/2', 'c', 'd', 'é', '😀'];
  const seal = fc.constantFrom(...Object.keys(SEALS));
  const change = fc.oneof(
    fc.record({ kind: fc.constant('put' as const), key: fc.constantFrom(...KEYS), seal }),
    fc.record({ kind: fc.constant('overwrite' as const), key: fc.constantFrom(...KEYS), seal }),
    fc.record({ kind: fc.constant('delete' as const), key: fc.constantFrom(...KEYS) }),
    fc.record({ kind: fc.constant('mark' as const), key: fc.constantFrom(...KEYS) }),
    fc.record({ kind: fc.constant('update' as const), key: fc.constantFrom(...KEYS) }),
  );
  const world = fc.record({
    versioning: fc.constantFrom('Enabled' as const, 'Suspended' as const),
    objects: fc.array(fc.record({ key: fc.constantFrom(...KEYS), seal, nullVersion: fc.boolean() }), {
      maxLength: 14,
    }),
    changes: fc.array(change, { maxLength: 6 }),
    late: fc.array(fc.constantFrom(...KEYS), { maxLength: 2 }),
    trail: fc.constantFrom('sees', 'sees', 'none', 'changed', 'no digest'),
  });

  /** Seals the versions of a key anew where S3 would. */
  const update = (key: string): void => {
    for (const each of bucket.objects.get(key) ?? [])
      if (each.seal.algorithm === 'AES256' || each.seal.algorithm === 'aws:kms')
        each.seal = sealKms(OTHER_ARN);
  };

  test('counts what a full census counts at the moment that is proven, and asks only what changed', async () => {
    await fc.assert(
      fc.asyncProperty(world, async ({ versioning, objects, changes, late, trail }) => {
        await begin();
        try {
          bucket.versioning = versioning;
          let ids = 0;
          const newId = (): string => `v${(ids += 1)}`;
          for (const { key, seal: name, nullVersion } of objects)
            version(key, SEALS[name]!, nullVersion ? null : newId());
          const before = await first();
          const known = new Map([...bucket.objects].map(([key, versions]) => [key, [...versions]]));
          const records: unknown[] = [];
          const updated = new Set<string>();
          for (const each of changes) {
            const { key } = each;
            if (each.kind === 'put') version(key, SEALS[each.seal]!, newId(), hour(CHANGE));
            else if (each.kind === 'overwrite') version(key, SEALS[each.seal]!, null, hour(CHANGE));
            else if (each.kind === 'mark') addVersion(bucket, key, newDeleteMarker(hour(CHANGE), newId()));
            else if (each.kind === 'delete') {
              const [newest] = bucket.objects.get(key) ?? [];
              if (newest) removeVersion(bucket, key, newest);
            } else {
              update(key);
              updated.add(key);
              records.push(updateRecord('data', key, iso(CHANGE)));
            }
          }
          const proven = trail === 'sees';
          if (trail === 'changed') records.push(managementRecord('PutEventSelectors', iso(CHANGE)));
          deliverLogs(records, [], (files) => {
            if (trail !== 'no digest') return;
            for (const name of files.keys()) if (name.includes('T100000Z')) files.delete(name);
          });
          const place = trail === 'none' ? {} : { trail: 's3://trail-bucket' };
          // A full census at the moment of the proof, or, when nothing is proven, of now.
          if (!proven) late.forEach(update);
          const control = await run(SECOND, {});
          if (proven) for (const key of late.filter((each) => !updated.has(each))) updateKnown(key, known);
          const after = await run(SECOND, { sinceRun: before.folder, maxSealAge: 365, ...place });
          expect(count(after)).toEqual(count(control));
          const expected = [...bucket.objects].flatMap(([key, versions]) =>
            versions.flatMap((each) => {
              if (each.deleteMarker) return [];
              const same = known.get(key)?.includes(each) === true;
              const may = wasChangeable(each.seal);
              const ask = !same || (may && (!proven || updated.has(key)));
              return ask ? [key] : [];
            }),
          );
          expect(after.heads.filter((key) => !key.endsWith('.instruction'))).toEqual(
            expected.filter((key) => !key.endsWith('.instruction')).sort(),
          );
          const changesFile = await requireJson<RegionChanges>(
            folderStore(after.folder),
            RUN_FILES.changes(REGION),
          );
          expect(changesFile.record.kind).toBe(proven ? 'proven' : 'unproven');
        } finally {
          await sandbox.close();
        }
      }),
      { numRuns: 20 },
    );
  });

  /** In place, and no event of it delivered yet: of versions that the earlier run knew alone. */
  function updateKnown(key: string, known: ReadonlyMap<string, readonly { seal: Seal }[]>): void {
    for (const each of bucket.objects.get(key) ?? [])
      if (known.get(key)?.includes(each) && wasChangeable(each.seal)) each.seal = sealKms(OTHER_ARN);
  }
  const wasChangeable = ({ algorithm }: Seal): boolean => algorithm === 'AES256' || algorithm === 'aws:kms';
});
