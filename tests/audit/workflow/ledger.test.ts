import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { Finding } from '../../../lib/model/finding.ts';
import type { DecryptLedger } from '../../../lib/model/ledger.ts';
import type { RunConfiguration } from '../../../lib/model/run.ts';
import { valueOf } from '../../../lib/model/observed.ts';
import { fault } from '../../../lib/sandbox/faults.ts';
import { newObject, sealKms } from '../../../lib/sandbox/objects.ts';
import { context, decryptRecord, role, user } from '../../ledger/records.ts';
import { BUCKET as TRAIL, deliver, TRUSTED } from '../../ledger/trail-files.ts';
import { auditSandbox, removeRuns } from '../../support/run.ts';
import { sandboxTrail } from '../../support/sandbox-trail.ts';
import { ACCOUNT, addBucket, addObjects, KEY_ARN, REGION, startTestSandbox } from '../../support/sandbox.ts';
import type { TestSandbox } from '../../support/sandbox.ts';
import { TaskError } from '../../support/state-machine.ts';
import { startStepFunctions } from '../../support/step-functions.ts';
import type { StepFunctions } from '../../support/step-functions.ts';
import { runWorkflow } from '../../support/workflow.ts';
import type { Chaos } from '../../support/workflow.ts';

const PACK = `
pack: test
title: Test
data-classes:
  phi: { any: [{ bucket-name: "phi-*" }] }
requirements:
  - id: opened
    title: Only App opens PHI
    data-class: phi
    severity: high
    encryption: { allow: [SSE-KMS, DSSE-KMS] }
    decrypt: { principals: ["arn:aws:iam::${ACCOUNT}:role/App"], max-age: 3 }
    controls: {}
`;
const FAR = 'us-east-1';
const NOW = Date.UTC(2026, 7, 4);
const RUN = '20260804T000000Z-00000a';

let sandbox: TestSandbox;
let workflows: StepFunctions;
let rulesFolder: string;
beforeEach(async () => {
  sandbox = await startTestSandbox();
  sandbox.state.now = () => NOW;
  workflows = await startStepFunctions();
  rulesFolder = await mkdtemp(join(tmpdir(), 'sealcheck-ledger-'));
  await writeFile(join(rulesFolder, 'test.yml'), PACK);
  addObjects(addBucket(sandbox.state, 'phi-records'), ['a'], sealKms(KEY_ARN));
  addObjects(addBucket(sandbox.state, 'phi-far', { region: FAR }), ['a'], sealKms(KEY_ARN));
  addBucket(sandbox.state, 'plain');
  addBucket(sandbox.state, 'reports');
});
afterEach(async () => {
  await workflows.close();
  await sandbox.close();
  await rm(rulesFolder, { recursive: true });
  await removeRuns();
});

type Options = Parameters<typeof runWorkflow>[3];
const deployed = async (options: Options = {}, runId = RUN) =>
  runWorkflow(
    sandbox,
    workflows,
    { runId },
    { rules: 'test.yml', rulesFolder, now: NOW, startTime: new Date(NOW).toISOString(), ...options },
  );

const fileOf = (name: string, runId = RUN): string | undefined => {
  const body = sandbox.state.buckets.get('reports')!.objects.get(`runs/${runId}/${name}`)?.[0]?.body;
  return body === undefined ? undefined : Buffer.from(body ?? []).toString();
};
const ledgerOf = (runId = RUN): DecryptLedger =>
  JSON.parse(fileOf('evidence/ledger/ledger.json', runId)!) as DecryptLedger;
const findingsOf = (runId = RUN): Finding[] =>
  (JSON.parse(fileOf('findings.json', runId)!) as { findings: Finding[] }).findings;
const opened = (bucket: string, runId = RUN): Finding =>
  findingsOf(runId).find((finding) => finding.bucket === bucket && finding.check === 'opened')!;

/** The ledger and findings of an audit of the same estate in one process. */
async function inProcess(configuration: Partial<RunConfiguration> = {}) {
  const { folder } = await auditSandbox(sandbox, {
    pack: PACK,
    configuration: { bucketGlobs: ['phi-*', 'plain'], ...configuration },
    context: { clock: () => new Date(NOW) },
  });
  const text = async (name: string) => readFile(join(folder, name), 'utf8');
  const { findings } = JSON.parse(await text('findings.json')) as { findings: Finding[] };
  return { ledger: await text('evidence/ledger/ledger.json'), findings };
}

/** Every call that reads gets as far as the first page, or file. */
const noTimeForSlices = (_stage: unknown, payload: object): AbortSignal | undefined =>
  'slice' in payload ? AbortSignal.abort() : undefined;

const read = (i: number, rest: Record<string, unknown> = {}): Record<string, unknown> =>
  decryptRecord({
    eventID: `event-${i}`,
    eventTime: new Date(Date.UTC(2026, 7, 1, 9, 0, i)).toISOString().replace('.000Z', 'Z'),
    userIdentity: i % 7 === 0 ? user('dana') : role('App', `s${i % 3}`),
    requestParameters: context('arn:aws:s3:::phi-records/a'),
    ...rest,
  });
const happen = (record: Record<string, unknown>, region = REGION) =>
  sandbox.state.events.push({
    accountId: ACCOUNT,
    region,
    time: Date.parse(String(record['eventTime'])),
    record,
  });

describe('the ledger of a deployed audit', () => {
  describe('from event history', () => {
    beforeEach(() => {
      for (let i = 0; i < 230; i += 1) happen(read(i));
      happen(read(900, { awsRegion: FAR, requestParameters: context('arn:aws:s3:::phi-far/a') }), FAR);
    });

    test('is the one of an audit in one process, byte for byte, and so are the findings', async () => {
      const run = await deployed();
      expect(run.outcome).toMatchObject({ status: 'SUCCEEDED' });
      const alone = await inProcess();
      expect(fileOf('evidence/ledger/ledger.json')).toBe(alone.ledger);
      expect(findingsOf()).toEqual(alone.findings);
      expect(ledgerOf()).toMatchObject({ events: 231, gaps: [] });
      expect(opened('phi-records').status).toBe('NON_COMPLIANT');
    });

    test('never asks one Region from two sides', async () => {
      const slices: string[] = [];
      await deployed({
        chaos: (stage, payload) => {
          if (stage === 'ledger' && 'slice' in payload)
            slices.push((payload['slice'] as { region: string }).region);
        },
      });
      expect(slices.sort()).toEqual([REGION, FAR]);
    });

    test('a Region that takes longer than a function has is gone on with, and comes to the same', async () => {
      await deployed();
      const calm = findingsOf();
      const run = await deployed({ signalOf: noTimeForSlices }, '20260804T000000Z-00000b');
      // One page of fifty events a call.
      expect(run.visited.filter((state) => state === 'PlanLedger').length).toBeGreaterThan(4);
      expect(ledgerOf('20260804T000000Z-00000b')).toMatchObject({
        events: 231,
        gaps: [],
        entries: ledgerOf().entries,
      });
      expect(findingsOf('20260804T000000Z-00000b')).toEqual(calm);
    }, 60_000);

    const failing =
      (region: string): Chaos =>
      (stage, payload) => {
        const slice = payload['slice'] as { region?: string } | undefined;
        if (stage === 'ledger' && slice?.region === region && !('error' in payload))
          throw new TaskError('Runtime.ExitError', '{"errorMessage":"out of memory"}');
      };

    test('a Region that fails for good is a gap that only its own buckets have, and the run goes on', async () => {
      const run = await deployed({ chaos: failing(FAR) });
      expect(run.outcome).toMatchObject({ status: 'SUCCEEDED' });
      expect(ledgerOf().gaps).toMatchObject([
        {
          kind: 'NOT_READ',
          loses: 'events',
          where: FAR,
          message: expect.stringContaining('the ledger stage gave up: Runtime.ExitError: out of memory'),
        },
      ]);
      expect(opened('phi-far').status).toBe('INSUFFICIENT_DATA');
      expect(opened('phi-records').reasons.join(' ')).not.toContain('gave up');
      expect(ledgerOf().events).toBe(230);
    });

    test('that cannot even be cut into slices is a gap, and the run goes on', async () => {
      const run = await deployed({
        chaos: (stage, payload) => {
          if (stage === 'ledger' && !('error' in payload)) throw new TaskError('Lambda.Unknown', 'dead');
        },
      });
      expect(run.outcome).toMatchObject({ status: 'SUCCEEDED' });
      for (const bucket of ['phi-records', 'phi-far']) {
        expect(opened(bucket)).toMatchObject({
          status: 'INSUFFICIENT_DATA',
          reasons: expect.arrayContaining([expect.stringContaining('the ledger stage gave up')]),
        });
      }
    });

    test('what CloudTrail refuses is the gap that it is in one process', async () => {
      sandbox.state.faults.push(fault({ operation: 'LookupEvents' }, { type: 'deny' }));
      await deployed();
      expect(fileOf('evidence/ledger/ledger.json')).toBe((await inProcess()).ledger);
    });
  });

  test('is not read when no requirement asks', async () => {
    await writeFile(join(rulesFolder, 'test.yml'), PACK.replace(/\n {4}decrypt:.*/, ''));
    const run = await deployed();
    expect(run.outcome).toMatchObject({ status: 'SUCCEEDED' });
    expect(run.visited).not.toContain('ReadSlices');
    expect(fileOf('evidence/ledger/ledger.json')).toBeUndefined();
    expect([...sandbox.state.requests.keys()].filter((call) => call.startsWith('cloudtrail:'))).toEqual([]);
  });

  describe('from log files', () => {
    const variables = { TRAIL: `s3://${TRAIL}/org` };

    /** Files of two accounts, a copy of a call in each; one call is delivered a day late, and another three. */
    beforeEach(async () => {
      const shared = (recipientAccountId: string, rest: object) =>
        read(500, {
          sharedEventID: 'shared-1',
          eventTime: '2026-08-01T23:59:00Z',
          recipientAccountId,
          ...rest,
        });
      const own = deliver({
        hours: 80,
        prefix: 'org/',
        logs: {
          [`${REGION}/9`]: Array.from({ length: 40 }, (_, i) => read(i)),
          [`${REGION}/23`]: [shared(ACCOUNT, { eventID: 'own' })],
          [`${REGION}/33`]: [read(600, { eventTime: '2026-08-01T23:58:00Z' }), read(3)],
          [`${REGION}/75`]: [read(700, { eventTime: '2026-08-01T10:00:00Z' })],
          [`${FAR}/30`]: [read(800, { requestParameters: context('arn:aws:s3:::phi-far/a') })],
        },
      });
      const other = deliver({
        hours: 80,
        prefix: 'org/',
        accountId: '444455556666',
        logs: { [`${REGION}/24`]: [shared('444455556666', { eventID: 'copy', userIdentity: null })] },
      });
      const trail = addBucket(sandbox.state, TRAIL, { region: FAR });
      for (const [key, { bytes, signature }] of [...own.files, ...other.files]) {
        const metadata: Record<string, string> = signature === null ? {} : { signature };
        trail.objects.set(key, [
          newObject({ size: bytes.length, lastModified: NOW, body: Buffer.from(bytes), metadata }),
        ]);
      }
      trail.objects.set('org/AWSLogs/111122223333/CloudTrail/eu-west-1/2026/08/02/notes.txt', [
        newObject({ size: 1, lastModified: NOW }),
      ]);
      const keys = valueOf(await TRUSTED(REGION, { from: '', to: '' })) ?? [];
      for (const region of [REGION, FAR]) {
        for (const { fingerprint, der } of keys) {
          sandbox.state.trailPublicKeys.push({
            region,
            fingerprint,
            value: Buffer.from(der),
            validFrom: 0,
            validTo: NOW * 2,
          });
        }
      }
      sandbox.state.trails.push(
        sandboxTrail('main', { multiRegion: true, s3Bucket: TRAIL, s3Prefix: 'org' }),
      );
    });

    test('is the one of an audit in one process, byte for byte, and so are the findings', async () => {
      const run = await deployed({ variables });
      expect(run.outcome).toMatchObject({ status: 'SUCCEEDED' });
      const alone = await inProcess({ trail: variables.TRAIL });
      expect(fileOf('evidence/ledger/ledger.json')).toBe(alone.ledger);
      expect(findingsOf()).toEqual(alone.findings);
      const { events, copies, gaps, validation } = ledgerOf();
      expect({ events, copies }).toEqual({ events: 44, copies: 2 });
      expect(gaps.map(({ kind }) => kind)).toEqual(expect.arrayContaining(['LATE_EVENT', 'IGNORED_FILE']));
      expect(validation).toMatchObject({ digests: expect.any(Number), logFiles: 6 });
    });

    test('is read a day at a time', async () => {
      const days: string[][] = [];
      await deployed({
        variables,
        chaos: (stage, payload) => {
          if (stage === 'ledger' && 'slice' in payload)
            days.push((payload['slice'] as { days: string[] }).days);
        },
      });
      expect(days.sort()).toEqual([['2026-08-01'], ['2026-08-02'], ['2026-08-03'], ['2026-08-04']]);
    });

    test('a day that takes longer than a function has is gone on with, and comes to the same bytes', async () => {
      await deployed({ variables });
      const again = '20260804T000000Z-00000b';
      let calls = 0;
      await deployed(
        {
          variables,
          signalOf: noTimeForSlices,
          chaos: (stage, payload) => {
            calls += stage === 'ledger' && 'slice' in payload ? 1 : 0;
          },
        },
        again,
      );
      expect(calls).toBeGreaterThan(6);
      expect(fileOf('evidence/ledger/ledger.json', again)).toBe(fileOf('evidence/ledger/ledger.json'));
    }, 60_000);

    test('a day that fails for good is a gap', async () => {
      const run = await deployed({
        variables,
        chaos: (stage, payload) => {
          const slice = payload['slice'] as { days?: string[] } | undefined;
          if (stage === 'ledger' && slice?.days?.[0] === '2026-08-02' && !('error' in payload))
            throw new TaskError('Lambda.Unknown', '');
        },
      });
      expect(run.outcome).toMatchObject({ status: 'SUCCEEDED' });
      expect(ledgerOf().gaps).toEqual(
        expect.arrayContaining([
          expect.objectContaining({
            kind: 'NOT_READ',
            loses: 'events',
            where: `AWSLogs/${ACCOUNT}/CloudTrail/${REGION}/2026/08/02/`,
          }),
        ]),
      );
      // Files that nobody could read are not said to be gone.
      expect(ledgerOf().gaps.filter(({ loses }) => loses === 'integrity')).toEqual([]);
      expect(opened('phi-records').status).not.toBe('COMPLIANT');
    });

    test('a trail that is not there is a gap, and the run goes on', async () => {
      const run = await deployed({ variables: { TRAIL: 's3://nobodys-bucket' } });
      expect(run.outcome).toMatchObject({ status: 'SUCCEEDED' });
      expect(opened('phi-records')).toMatchObject({
        status: 'INSUFFICIENT_DATA',
        reasons: expect.arrayContaining([expect.stringContaining('nobodys-bucket cannot be reached')]),
      });
    });
  });

  test.each<[string, Record<string, string>]>([
    ['a trail that is no address', { TRAIL: '/var/log' }],
    ['a source that nobody knows', { SOURCE: 'guess' }],
    ['a switch that is neither on nor off', { OBJECT_READS: 'maybe' }],
  ])('a stack with %s fails its run with a sentence', async (_what, variables) => {
    const run = await deployed({ variables });
    expect(run.outcome).toMatchObject({ status: 'FAILED', error: 'Audit.INPUT_INVALID' });
    expect(run.published).toMatchObject([{ Message: expect.stringContaining(Object.keys(variables)[0]!) }]);
  });
});
