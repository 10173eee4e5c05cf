import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { createClients } from '../../../lib/collectors/clients.ts';
import type { Finding } from '../../../lib/model/finding.ts';
import type { Coverage } from '../../../lib/model/run.ts';
import { fault } from '../../../lib/sandbox/faults.ts';
import { sealKms, sealSseS3 } from '../../../lib/sandbox/objects.ts';
import { unaccounted } from '../../support/run.ts';
import { context, decryptRecord } from '../../ledger/records.ts';
import {
  ACCOUNT,
  addBucket,
  addObjects,
  KEY_ARN,
  keysOf,
  NOW,
  REGION,
  startTestSandbox,
} from '../../support/sandbox.ts';
import type { TestSandbox } from '../../support/sandbox.ts';
import { TaskError } from '../../support/state-machine.ts';
import { startStepFunctions } from '../../support/step-functions.ts';
import type { StepFunctions } from '../../support/step-functions.ts';
import { createSigningKey, runWorkflow } from '../../support/workflow.ts';
import type { Chaos, Stage } from '../../support/workflow.ts';

let sandbox: TestSandbox;
let workflows: StepFunctions;
beforeEach(async () => {
  sandbox = await startTestSandbox();
  workflows = await startStepFunctions();
  const tags = new Map([['data-class', 'phi']]);
  addObjects(addBucket(sandbox.state, 'phi', { tags }), ['a', 'b'], sealKms(KEY_ARN));
  addObjects(addBucket(sandbox.state, 'plain'), ['c', 'd', 'e'], sealSseS3);
  addBucket(sandbox.state, 'empty');
  addBucket(sandbox.state, 'reports');
});
afterEach(async () => {
  await workflows.close();
  await sandbox.close();
});

const reportKeys = (): string[] => [...sandbox.state.buckets.get('reports')!.objects.keys()].sort();

async function fileOf<T>(runId: string, name: string): Promise<T> {
  const { aws } = sandbox;
  const { GetObjectCommand } = await import('@aws-sdk/client-s3');
  const found = await aws
    .s3('eu-west-1')
    .send(new GetObjectCommand({ Bucket: 'reports', Key: `runs/${runId}/${name}` }));
  return JSON.parse((await found.Body?.transformToString()) ?? '') as T;
}
type Report = { findings: Finding[]; coverage: Coverage };
const RUN = '20261125T120000Z-00000a';

describe('the deployed workflow', () => {
  test('audits every bucket, publishes, and tells an event and a topic of it', async () => {
    const run = await runWorkflow(sandbox, workflows, { runId: RUN });
    expect(run.outcome).toMatchObject({
      status: 'SUCCEEDED',
      output: { runId: RUN, outcome: 'NON_COMPLIANT' },
    });
    expect(reportKeys()).toEqual(
      expect.arrayContaining(
        ['report.html', 'findings.json', 'manifest.json', 'evidence/run.json'].map((f) => `runs/${RUN}/${f}`),
      ),
    );
    const { coverage } = await fileOf<Report>(RUN, 'findings.json');
    expect(coverage.buckets).toMatchObject({ population: 4, assessed: 3, excluded: { REPORT_BUCKET: 1 } });
    expect(unaccounted(coverage)).toEqual({ buckets: 0, objects: 0 });
    expect(run.events).toMatchObject([
      { Source: 'sealcheck', DetailType: 'Audit finished', Detail: { runId: RUN } },
    ]);
    expect(run.published).toMatchObject([
      { TopicArn: 'topic', Message: expect.stringContaining(`runs/${RUN}/`) },
    ]);
  });

  test('signs the run and makes it the next link of the chain', async () => {
    const signingKey = await createSigningKey(sandbox);
    const run = await runWorkflow(sandbox, workflows, { runId: RUN }, { signingKey });
    expect(run.outcome).toMatchObject({ status: 'SUCCEEDED' });
    expect(reportKeys()).toEqual(
      expect.arrayContaining([
        'chain/000000000001.json',
        'latest.json',
        `runs/${RUN}/manifest.sigstore.json`,
      ]),
    );
  });

  test('keeps its own files out of the run that the manifest vouches for', async () => {
    await runWorkflow(sandbox, workflows, { runId: RUN });
    const { files } = await fileOf<{ files: { path: string }[] }>(RUN, 'manifest.json');
    const inRun = reportKeys().filter((key) => key.startsWith(`runs/${RUN}/`));
    expect(files.map(({ path }) => `runs/${RUN}/${path}`).sort()).toEqual(
      inRun.filter((key) => !/\/manifest(\.sigstore)?\.json$/.test(key)),
    );
    expect(reportKeys()).toContain(`work/${RUN}/targets.json`);
  });

  test('by schedule names the run after its execution, the same in every retry', async () => {
    let plans = 0;
    const run = await runWorkflow(
      sandbox,
      workflows,
      {},
      {
        chaos: (stage) => {
          if (stage === 'plan' && (plans += 1) < 3)
            throw new TaskError('Lambda.TooManyRequestsException', 'slow');
        },
      },
    );
    expect(run.outcome).toMatchObject({ output: { runId: expect.stringMatching(/^20261125T120000Z-/) } });
    const runs = reportKeys().filter((key) => key.startsWith('runs/'));
    expect(new Set(runs.map((key) => key.split('/')[1])).size).toBe(1);
  });

  test('tells new serious failures from those that the run before had', async () => {
    const first = await runWorkflow(sandbox, workflows, { runId: '20261124T120000Z-00000a' });
    const second = await runWorkflow(sandbox, workflows, { runId: RUN });
    expect(first.outcome).toMatchObject({ output: { newSerious: expect.any(Number) } });
    expect((first.outcome as { output: { newSerious: number } }).output.newSerious).toBeGreaterThan(0);
    expect(second.outcome).toMatchObject({ output: { newSerious: 0 } });
    expect(first.published[0]).toMatchObject({ Subject: 'Sealcheck: new high findings' });
    expect(second.published[0]).toMatchObject({ Subject: 'Sealcheck: audit finished' });
  });

  test('of an account without buckets reports that there is nothing to judge', async () => {
    sandbox.state.buckets.delete('phi');
    sandbox.state.buckets.delete('plain');
    sandbox.state.buckets.delete('empty');
    const run = await runWorkflow(sandbox, workflows, { runId: RUN });
    expect(run.visited).toEqual(['Plan', 'AnyBuckets', 'Judge', 'TellEvent', 'TellPeople']);
    expect(run.outcome).toMatchObject({ status: 'SUCCEEDED', output: { outcome: 'NOT_APPLICABLE' } });
  });
});

describe('a run that cannot be', () => {
  test('because another is under way ends before it reads a thing', async () => {
    workflows.executions.push({ name: 'earlier', status: 'RUNNING', input: '{}' });
    const run = await runWorkflow(sandbox, workflows, {});
    expect(run.outcome).toMatchObject({ status: 'FAILED', error: 'Audit.FAILED' });
    expect(run.outcome).toMatchObject({
      cause: expect.stringContaining('Another run, earlier, is under way'),
    });
    expect(sandbox.state.log).toEqual([]);
  });

  test('because a pack is broken tells people, and leaves earlier reports as they were', async () => {
    await runWorkflow(sandbox, workflows, { runId: '20261124T120000Z-00000a' });
    const before = reportKeys();
    const folder = await mkdtemp(join(tmpdir(), 'sealcheck-broken-'));
    await writeFile(join(folder, 'broken.yml'), 'pack: [');
    const run = await runWorkflow(sandbox, workflows, {}, { rules: 'broken.yml', rulesFolder: folder });
    await rm(folder, { recursive: true });
    expect(run.outcome).toMatchObject({ status: 'FAILED', error: 'Audit.RULES_INVALID' });
    expect(run.published).toMatchObject([
      { Subject: 'Sealcheck: audit failed', Message: expect.stringContaining('broken.yml') },
    ]);
    expect(run.events).toMatchObject([{ DetailType: 'Audit failed' }]);
    expect(reportKeys()).toEqual(before);
  });

  test.each<[string, object]>([
    ['a run id that is a path', { runId: '../../x' }],
    ['a pack outside its folder', { rules: ['../x.yml'] }],
    ['no buckets at all', { buckets: [] }],
  ])('because it was asked for with %s', async (_what, input) => {
    const run = await runWorkflow(sandbox, workflows, input);
    expect(run.outcome).toMatchObject({ status: 'FAILED', error: 'Audit.INPUT_INVALID' });
    expect(reportKeys()).toEqual([]);
  });
});

describe('a stage that fails', () => {
  const failing =
    (which: Stage, bucket: string, error: string): Chaos =>
    (stage, payload) => {
      const about = payload['bucket'] as { name?: string } | undefined;
      if (stage === which && about?.name === bucket && !('stage' in payload)) {
        throw new TaskError(error, '{"errorMessage":"it would not"}');
      }
    };

  test.each<[Stage, string]>([
    ['inspect', 'Lambda.Unknown'],
    ['census', 'States.Timeout'],
  ])('%s, with %s, leaves its bucket not known, and judges the others', async (stage, error) => {
    const run = await runWorkflow(
      sandbox,
      workflows,
      { runId: RUN },
      { chaos: failing(stage, 'plain', error) },
    );
    expect(run.outcome).toMatchObject({ status: 'SUCCEEDED' });
    const { findings, coverage } = await fileOf<Report>(RUN, 'findings.json');
    const about = (bucket: string) => findings.filter((finding) => finding.bucket === bucket);
    expect(about('plain').find(({ check }) => check === 'stored')).toMatchObject({
      status: 'INSUFFICIENT_DATA',
      reasons: expect.arrayContaining([
        expect.stringContaining(`the ${stage} stage gave up: ${error}: it would not`),
      ]),
    });
    expect(about('phi').find(({ check }) => check === 'stored')?.status).not.toBe('INSUFFICIENT_DATA');
    expect(unaccounted(coverage)).toEqual({ buckets: 0, objects: 0 });
  });

  test('a census without time left ends with its reason, and is in the report', async () => {
    const controller = new AbortController();
    controller.abort();
    const limits = { rounds: 3, smallPages: 10, pieces: 64, shards: 256 };
    const run = await runWorkflow(
      sandbox,
      workflows,
      { runId: RUN },
      { signalOf: (stage) => (stage === 'census' ? controller.signal : undefined), limits },
    );
    expect(run.outcome).toMatchObject({ status: 'SUCCEEDED' });
    const { findings } = await fileOf<Report>(RUN, 'findings.json');
    expect(findings.filter(({ check, status }) => check === 'stored' && status === 'COMPLIANT')).toEqual([]);
    expect(JSON.stringify(findings)).toContain('not counted to its end in 3 calls of the census function');
  }, 60_000);

  test('a census out of time is called again until it is done', async () => {
    let calls = 0;
    const run = await runWorkflow(
      sandbox,
      workflows,
      { runId: RUN },
      {
        signalOf: () => {
          const controller = new AbortController();
          if ((calls += 1) <= 5) controller.abort();
          return controller.signal;
        },
      },
    );
    expect(run.outcome).toMatchObject({ status: 'SUCCEEDED' });
    expect(run.visited).not.toContain('LostCensus');
    const { coverage } = await fileOf<Report>(RUN, 'findings.json');
    expect(coverage.objects).toMatchObject({ population: 5, assessed: 5 });
  });

  test('past its retries when even the loss cannot be noted fails the run, and tells people', async () => {
    const run = await runWorkflow(
      sandbox,
      workflows,
      { runId: RUN },
      {
        chaos: (stage, payload) => {
          if (stage === 'inspect' || 'stage' in payload) throw new TaskError('Lambda.Unknown', 'dead');
        },
      },
    );
    expect(run.outcome).toMatchObject({ status: 'FAILED', error: 'States.ExceedToleratedFailureThreshold' });
    expect(run.published).toMatchObject([{ Subject: 'Sealcheck: audit failed' }]);
    expect(reportKeys()).not.toContain(`runs/${RUN}/manifest.json`);
  });
});

describe('chaos', () => {
  const ERRORS = [
    'Lambda.TooManyRequestsException',
    'Lambda.ServiceException',
    'Lambda.Unknown',
    'Runtime.ExitError',
    'Sandbox.Timedout',
    'States.Timeout',
  ];
  const findingsOf = async (runId: string) =>
    (await fileOf<Report>(runId, 'findings.json')).findings.map((finding) => finding);

  /** More than a page of keys, so that the bucket is cut; and decrypts, so that there are slices of more than a page. */
  const limits = { rounds: 60, smallPages: 0, pieces: 4, shards: 16 };
  const grow = (): void => {
    sandbox.state.now = () => NOW;
    addObjects(addBucket(sandbox.state, 'large'), keysOf('a/', 1060), sealSseS3);
    for (let i = 0; i < 120; i += 1) {
      const eventTime = new Date(NOW - 3_600_000 - i * 1000).toISOString().replace('.000Z', 'Z');
      const record = decryptRecord({
        eventID: `event-${i}`,
        eventTime,
        requestParameters: context('arn:aws:s3:::phi/a'),
      });
      const time = Date.parse(eventTime);
      sandbox.state.events.push({ accountId: ACCOUNT, region: REGION, time, record });
    }
  };

  test('stages that are killed, throttled, out of time and answered twice at random end in the same findings', async () => {
    grow();
    await runWorkflow(sandbox, workflows, { runId: RUN }, { limits });
    const calm = await findingsOf(RUN);
    const aws = createClients({ ...sandbox.aws.options, maxAttempts: 5 });
    let nth = 0;
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1 }), async (seed) => {
        nth += 1;
        const runId = `20261125T130000Z-${nth.toString(16).padStart(6, '0')}`;
        let random = seed;
        const strike = (): number => (random = (random * 48_271) % 2_147_483_647) / 2_147_483_647;
        const struck = new Map<string, number>();
        const hit = (stage: Stage, payload: Readonly<Record<string, unknown>>): void => {
          const id = `${stage} ${JSON.stringify(payload)}`;
          const times = struck.get(id) ?? 0;
          // Fewer than the definition's retries, so that nothing is lost: those cases are above.
          if (times >= 3 || strike() > 0.3) return;
          struck.set(id, times + 1);
          throw new TaskError(ERRORS[Math.floor(strike() * ERRORS.length)] ?? '', 'x');
        };
        // Not on facts of buckets: the SDK takes the still clock for a wrong one, and asks again until its last attempt.
        const throttled = { rate: 0.02, seed, times: 3 };
        sandbox.state.faults.push(
          fault({ service: 's3', bucket: 'reports' }, { type: 'slowDown' }, throttled),
          fault({ operation: 'HeadObject' }, { type: 'slowDown' }, throttled),
        );
        const run = await runWorkflow(
          sandbox,
          workflows,
          { runId },
          {
            chaos: (stage, payload) => {
              hit(stage, payload);
            },
            // The work is done, and nobody hears of it: the stage is called again.
            afterwards: (stage, payload) => {
              hit(stage, payload);
            },
            signalOf: (_stage, payload) =>
              ('slice' in payload || 'ranges' in payload) && strike() > 0.6 ? AbortSignal.abort() : undefined,
            limits,
            aws,
          },
        );
        sandbox.state.faults.length = 0;
        expect(run.outcome).toMatchObject({ status: 'SUCCEEDED' });
        expect(await findingsOf(runId)).toEqual(calm);
      }),
      { numRuns: 4 },
    );
    aws.close();
  }, 240_000);

  test('a run that is done again from any point has the same files', async () => {
    type Manifest = { files: readonly { readonly path: string }[]; sequence: number };
    // Work that is done twice is paid for twice, and these say so.
    const tells = /^(evidence\/(requests|census)\/.*|findings\.json|report\.html|summary\.json)$/;
    const filesOf = async () =>
      (await fileOf<Manifest>(RUN, 'manifest.json')).files.filter(({ path }) => !tells.test(path));
    await runWorkflow(sandbox, workflows, { runId: RUN });
    const { objects } = sandbox.state.buckets.get('reports')!;
    const files = await filesOf();
    const findings = await findingsOf(RUN);
    for (const gone of ['evidence/census/plain.json', 'evidence/buckets/phi.json', 'report.html']) {
      objects.delete(`runs/${RUN}/${gone}`);
      objects.delete(`runs/${RUN}/manifest.json`);
      await runWorkflow(sandbox, workflows, { runId: RUN });
      expect(await filesOf()).toEqual(files);
      expect(await findingsOf(RUN)).toEqual(findings);
    }
  });
});
