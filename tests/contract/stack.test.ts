import { createHash, createPublicKey } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { CreateKeyCommand, GetPublicKeyCommand } from '@aws-sdk/client-kms';
import {
  CreateBucketCommand,
  GetBucketCorsCommand,
  GetBucketEncryptionCommand,
  GetBucketLifecycleConfigurationCommand,
  GetBucketOwnershipControlsCommand,
  GetBucketPolicyCommand,
  GetBucketVersioningCommand,
  GetObjectLockConfigurationCommand,
  GetPublicAccessBlockCommand,
  ListObjectVersionsCommand,
  PutBucketTaggingCommand,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import type { PutObjectCommandInput } from '@aws-sdk/client-s3';
import { DescribeExecutionCommand, DescribeStateMachineCommand, SFNClient } from '@aws-sdk/client-sfn';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { openPack } from '../../lib/audit/pack-bucket.ts';
import { bucketStore } from '../../lib/audit/bucket-store.ts';
import { runPrefix } from '../../lib/audit/publish.ts';
import type { Finding } from '../../lib/model/finding.ts';
import type { Coverage } from '../../lib/model/run.ts';
import { verifyPack } from '../../lib/seal/verify.ts';
import type { PackVerdict } from '../../lib/seal/verify.ts';
import { httpEvent } from '../support/lambda.ts';
import { execute } from '../support/state-machine.ts';
import type { Engine, Machine, Outcome } from '../support/state-machine.ts';
import { queryCall, restGet } from './aws-requests.ts';
import { deployStack } from './deployed-stack.ts';
import type { DeployedStack } from './deployed-stack.ts';
import { auditorOf, openInbox, servicesOf } from './stack-services.ts';
import type { Auditor, Inbox } from './stack-services.ts';
import { SERVERS } from './servers.ts';
import type { Divergence, Server } from './servers.ts';

/** The only server that runs a stack with its functions. */
const [, startMiniStack] = SERVERS.find(([name]) => name === 'MiniStack')!;

let server: Server;
let stack: DeployedStack;
let sfn: SFNClient;
let inbox: Inbox;
let auditor: Auditor;
let ended: Outcome;
let visited: readonly string[];
let runId: string;

const diverges = (divergence: Divergence): boolean => server.diverges.has(divergence);
const s3 = () => stack.aws.s3(stack.region);
const reports = () => stack.outputs['ReportBucketName'] ?? '';
const machine = () => stack.outputs['WorkflowArn'] ?? '';
const good = () => `patients-${stack.accountId}`;
const bad = () => `old-patients-${stack.accountId}`;
const signingKey = () => stack.outputs['SigningKeyArn'] ?? '';

/** Two buckets of patients: one as the rules want it, one with an object under the wrong seal. */
async function makeEstate(): Promise<void> {
  const { KeyMetadata } = await stack.aws.kms(stack.region).send(new CreateKeyCommand({}));
  const sealed = { ServerSideEncryption: 'aws:kms', SSEKMSKeyId: KeyMetadata?.Arn } as const;
  const put = async (Bucket: string, Key: string, rest: Partial<PutObjectCommandInput>) =>
    s3().send(new PutObjectCommand({ Bucket, Key, Body: 'x', ...rest }));
  for (const Bucket of [good(), bad()]) {
    await s3().send(
      new CreateBucketCommand({ Bucket, CreateBucketConfiguration: { LocationConstraint: 'eu-west-1' } }),
    );
    const Tagging = { TagSet: [{ Key: 'data-class', Value: 'phi' }] };
    await s3().send(new PutBucketTaggingCommand({ Bucket, Tagging }));
    for (const key of ['a', 'b', 'c']) await put(Bucket, key, sealed);
  }
  await put(bad(), 'plain', { ServerSideEncryption: 'AES256' });
}

/** The definition as the stack has it, executed from what the schedule sends; every task is done by MiniStack. */
async function runFromSchedule(): Promise<void> {
  const schedule = await restGet<{ Target: { Arn: string; Input: string } }>(
    stack.place,
    'scheduler',
    '/schedules/sealcheck-dev-audit',
  );
  expect(schedule.Target.Arn).toBe(machine());
  const { definition } = await sfn.send(new DescribeStateMachineCommand({ stateMachineArn: machine() }));
  const engine: Engine = {
    services: servicesOf(stack),
    visited: [],
    context: {
      Execution: {
        Id: `${machine().replace(':stateMachine:', ':execution:')}:scheduled`,
        Name: 'scheduled',
        StartTime: new Date().toISOString(),
      },
      StateMachine: { Id: machine() },
    },
  };
  ended = await execute(JSON.parse(definition ?? '') as Machine, JSON.parse(schedule.Target.Input), engine);
  ({ visited } = engine);
}

beforeAll(async () => {
  server = await startMiniStack();
  stack = await deployStack(server.aws.options.endpoint ?? '');
  const { region, endpoint, credentials } = stack.place;
  sfn = new SFNClient({ region, endpoint, credentials });
  inbox = await openInbox(stack);
  auditor = await auditorOf(stack);
  await makeEstate();
  await runFromSchedule();
  runId = ended.status === 'SUCCEEDED' ? (ended.output as { runId: string }).runId : '';
}, 300_000);
afterAll(async () => {
  sfn.destroy();
  stack.aws.close();
  await server.close();
});

describe('the stack that was packed', () => {
  test('is made whole, nothing left out', () => {
    expect([...stack.resources].sort()).toEqual([...stack.expected].sort());
  });

  /** Read back from the account; `null` is what a known divergence leaves of it. */
  test.each<[string, () => Promise<unknown>, () => unknown, Divergence | null]>([
    [
      'the seal of the report bucket',
      async () => {
        const { ServerSideEncryptionConfiguration: found } = await s3().send(
          new GetBucketEncryptionCommand({ Bucket: reports() }),
        );
        const [rule] = found?.Rules ?? [];
        return rule?.ApplyServerSideEncryptionByDefault?.SSEAlgorithm === 'aws:kms'
          ? rule.BucketKeyEnabled
          : null;
      },
      () => true,
      'stack-encryption-dropped',
    ],
    [
      'its Object Lock',
      async () => {
        const found = await s3()
          .send(new GetObjectLockConfigurationCommand({ Bucket: reports() }))
          .catch(() => null);
        return found?.ObjectLockConfiguration?.Rule?.DefaultRetention ?? null;
      },
      () => ({ Mode: 'GOVERNANCE', Days: 400 }),
      'stack-object-lock-dropped',
    ],
    [
      'its lifecycle',
      async () => {
        const found = await s3()
          .send(new GetBucketLifecycleConfigurationCommand({ Bucket: reports() }))
          .catch(() => null);
        return found?.Rules?.length ?? null;
      },
      () => 4,
      'stack-lifecycle-dropped',
    ],
    [
      'its versioning',
      async () => (await s3().send(new GetBucketVersioningCommand({ Bucket: reports() }))).Status,
      () => 'Enabled',
      null,
    ],
    [
      'its owner',
      async () => {
        const found = await s3().send(new GetBucketOwnershipControlsCommand({ Bucket: reports() }));
        return found.OwnershipControls?.Rules;
      },
      () => [{ ObjectOwnership: 'BucketOwnerEnforced' }],
      null,
    ],
    [
      'its closed doors to the public',
      async () => {
        const found = await s3().send(new GetPublicAccessBlockCommand({ Bucket: reports() }));
        return Object.entries(found.PublicAccessBlockConfiguration ?? {}).map(([, on]) => on === true);
      },
      () => [true, true, true, true],
      null,
    ],
    [
      'the page that may download from it',
      async () => {
        const found = await s3().send(new GetBucketCorsCommand({ Bucket: reports() }));
        return found.CORSRules?.map(({ AllowedOrigins }) => AllowedOrigins);
      },
      () => [[stack.outputs['ApiUrl']]],
      null,
    ],
    [
      'its policy, names filled in',
      async () => {
        const { Policy = '{}' } = await s3().send(new GetBucketPolicyCommand({ Bucket: reports() }));
        const { Statement } = JSON.parse(Policy) as {
          Statement: { Sid: string; Resource: string | string[] }[];
        };
        return Statement.map(({ Sid, Resource }) => [Sid, [Resource].flat().at(-1)]);
      },
      () =>
        ['OnlyTls12', 'OnlyEncryptedTransport', 'OnlySseKms', 'NeverTheAwsManagedKey', 'OnlyOurKey']
          .concat('NoCustomerKeys')
          .map((sid) => [sid, `arn:aws:s3:::${reports()}/*`]),
      null,
    ],
    [
      'the key of the topic',
      async () => {
        const answer = await queryCall(stack.place, 'sns', '2010-03-31', {
          Action: 'GetTopicAttributes',
          TopicArn: stack.outputs['TopicArn'] ?? '',
        });
        return JSON.stringify(answer).includes('KmsMasterKeyId') || null;
      },
      () => true,
      'stack-topic-key-dropped',
    ],
    [
      'the rate limit of the API',
      async () => {
        type Stages = { items: { defaultRouteSettings?: { throttlingRateLimit?: number } }[] };
        const { items } = await restGet<Stages>(
          stack.place,
          'apigateway',
          `/v2/apis/${auditor.apiId}/stages`,
        );
        return items[0]?.defaultRouteSettings?.throttlingRateLimit ?? null;
      },
      () => 20,
      'stack-api-throttling-dropped',
    ],
    [
      'the log of the workflow',
      async () => {
        const found = await sfn.send(new DescribeStateMachineCommand({ stateMachineArn: machine() }));
        return found.loggingConfiguration?.level ?? null;
      },
      () => 'ERROR',
      'stack-workflow-logging-dropped',
    ],
    [
      'when it starts',
      async () => {
        type Schedule = { ScheduleExpression: string; ScheduleExpressionTimezone: string; State: string };
        const path = '/schedules/sealcheck-dev-audit';
        const found = await restGet<Schedule>(stack.place, 'scheduler', path);
        return [found.ScheduleExpression, found.ScheduleExpressionTimezone, found.State];
      },
      () => ['rate(1 day)', 'UTC', 'ENABLED'],
      null,
    ],
  ])('keeps %s', async (_, read, whole, divergence) => {
    expect(await read()).toEqual(divergence !== null && diverges(divergence) ? null : whole());
  });
});

describe('an audit by schedule, by the deployed functions', () => {
  test('goes through every stage to the end', () => {
    expect(ended).toMatchObject({ status: 'SUCCEEDED', output: { runId, outcome: 'NON_COMPLIANT' } });
    expect(visited.slice(-1)).toEqual(['TellPeople']);
    expect(visited.filter((state) => state.startsWith('Lost'))).toEqual([]);
  });

  test('leaves a report that is byte for byte what the key of the stack signed', async () => {
    const verdict = await verified(runId);
    expect(verdict.problems).toEqual([]);
    expect(verdict).toMatchObject({ verdict: 'whole', manifest: { runId, sequence: 1 } });
    expect(verdict.files).toBeGreaterThan(10);
  });

  test('finds what is wrong and what is right in the estate, and counts everything once', async () => {
    const { findings, coverage } = await document(runId);
    const stored = (bucket: string) =>
      findings
        .filter((finding) => finding.pack === 'hipaa' && finding.check === 'stored')
        .filter((finding) => finding.bucket === bucket)
        .map(({ status }) => status);
    expect(stored(bad())).toContain('NON_COMPLIANT');
    expect(stored(good())).not.toContain('NON_COMPLIANT');
    const { population, assessed, excluded, notAssessable } = coverage.objects;
    const rest = [...Object.values(excluded), ...Object.values(notAssessable)];
    expect(assessed + rest.reduce((sum, count) => sum + count, 0)).toBe(population);
    const deployment = stack.outputs['ServerlessDeploymentBucketName'] ?? '';
    const lying = await Promise.all([good(), bad(), deployment].map(async (name) => versions(name)));
    expect(population).toBe(lying.flat().length);
  });

  test('tells people and events of the outcome', async () => {
    const told = await inbox.read(2);
    expect(told.map(({ subject }) => subject)).toContain('Sealcheck: new high findings');
    expect(told.map(({ detailType }) => detailType)).toContain('Audit finished');
    expect(told.find(({ detailType }) => detailType)?.detail).toMatchObject({ runId });
  });
});

test('a bad event fails with the name that the workflow retries by', async () => {
  const error = diverges('lambda-errors-unnamed') ? 'Runtime.HandlerError' : 'Audit.INPUT_INVALID';
  const message = expect.stringContaining('The event is not one of the audit workflow') as unknown;
  expect(await stack.invoke('sealcheck-dev-plan', {})).toMatchObject({ error, message });
});

describe('an auditor, over the API', () => {
  test('lists the run, opens it and downloads its report', async () => {
    const list = await auditor.ask('GET', '/runs');
    expect(list.body).toMatchObject({ runs: [{ runId, status: 'complete' }] });
    const { body: run } = await auditor.ask('GET', `/runs/${runId}`);
    const files = run['files'] as { path: string; bytes: number; sha256: string }[];
    for (const { path, bytes, sha256 } of files) {
      const { body: link } = await auditor.ask('GET', `/runs/${runId}/files/${path}`);
      const content = Buffer.from(await (await fetch(String(link['url']))).arrayBuffer());
      const digest = createHash('sha256').update(content).digest('hex');
      expect([path, content.length, digest]).toEqual([path, bytes, sha256]);
    }
    expect(files.map(({ path }) => path)).toContain('report.html');
  });

  test('is given the public key that the report verifies with', async () => {
    const { body } = await auditor.ask('GET', '/signing-key');
    const pack = await openPack(stack.aws, `s3://${reports()}/${runPrefix(runId)}`);
    expect((await verifyPack(pack, createPublicKey(String(body['pem'])))).verdict).toBe('whole');
  });

  test('is refused without a signature, and told of what is not there', async () => {
    const unsigned = await stack.invoke('sealcheck-dev-api', httpEvent('GET', '/runs', null));
    expect(unsigned).toMatchObject({ payload: { statusCode: 401 } });
    const unknown = await auditor.ask('GET', '/runs/20200101T000000Z-000000');
    expect([unknown.status, unknown.body['detail']]).toEqual([
      404,
      expect.stringContaining('There is no run'),
    ]);
    const climbing = await auditor.ask('GET', `/runs/${runId}/files/evidence%2F..%2F..%2Flatest.json`);
    expect(climbing.status).toBe(400);
  });

  test('starts a run; one that fails leaves the old report as it was, and everybody is told', async () => {
    const asked = { rules: ['hipaa.yml'], buckets: ['patients*'] };
    const before = await versions(reports());
    const started = await auditor.ask('POST', '/runs', JSON.stringify(asked));
    const id = String(started.body['runId']);
    const executionArn = `${machine().replace(':stateMachine:', ':execution:')}:${id}`;
    const execution = await finished(executionArn);
    expect(JSON.parse(execution.input ?? '')).toEqual({ runId: id, ...asked });
    if (!diverges('map-ignores-jsonata')) {
      expect(execution.status).toBe('SUCCEEDED');
      return;
    }
    // MiniStack cannot read the list of buckets; everything before and after that is the deployed workflow's own.
    expect(execution).toMatchObject({ status: 'FAILED', error: 'States.ItemReaderFailed' });
    const { body: view } = await auditor.ask('GET', `/runs/${id}`);
    expect(view).toMatchObject({
      status: 'failed',
      reason: expect.stringContaining('States.ItemReaderFailed') as unknown,
      files: [],
    });
    const told = await inbox.read(2);
    expect(told.map(({ subject }) => subject)).toContain('Sealcheck: audit failed');
    expect(told.map(({ detailType }) => detailType)).toContain('Audit failed');
    expect((await versions(reports())).filter((version) => !version.includes(id))).toEqual(before);
    expect((await verified(runId)).verdict).toBe('whole');
  });
});

async function verified(id: string): Promise<PackVerdict> {
  const { PublicKey } = await stack.aws
    .kms(stack.region)
    .send(new GetPublicKeyCommand({ KeyId: signingKey() }));
  const key = createPublicKey({ key: Buffer.from(PublicKey ?? []), type: 'spki', format: 'der' });
  return verifyPack(await openPack(stack.aws, `s3://${reports()}/${runPrefix(id)}`), key);
}

async function document(id: string): Promise<{ findings: readonly Finding[]; coverage: Coverage }> {
  const bytes = await bucketStore(s3(), reports(), runPrefix(id)).read('findings.json');
  return JSON.parse(Buffer.from(bytes ?? []).toString()) as {
    findings: readonly Finding[];
    coverage: Coverage;
  };
}

/** Every version of every object of a bucket. */
async function versions(Bucket: string): Promise<readonly string[]> {
  const { Versions = [], IsTruncated } = await s3().send(new ListObjectVersionsCommand({ Bucket }));
  expect(IsTruncated).not.toBe(true);
  return Versions.map(({ Key, VersionId, ETag }) => `${Key} ${VersionId} ${ETag}`).sort();
}

async function finished(executionArn: string) {
  for (;;) {
    const found = await sfn.send(new DescribeExecutionCommand({ executionArn }));
    if (found.status !== 'RUNNING') return found;
    await sleep(100);
  }
}
