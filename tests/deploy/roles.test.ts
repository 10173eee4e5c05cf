import { readFileSync } from 'node:fs';
import { SFNClient } from '@aws-sdk/client-sfn';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import type { ScalarTag, CollectionTag } from 'yaml';
import { workflowStarter } from '../../lib/api/workflow-starter.ts';
import { newObject, sealCustomer, sealKms, sealSseS3 } from '../../lib/sandbox/objects.ts';
import { BUCKET, RUNS, startWorld } from '../api/support.ts';
import type { ApiWorld } from '../api/support.ts';
import { changeEvent, oversizedEvent, scheduledEvent } from '../config-rule/items.ts';
import { startRule } from '../config-rule/support.ts';
import { decryptRecord } from '../ledger/records.ts';
import { BUCKET as TRAIL, deliver } from '../ledger/trail-files.ts';
import { removeRuns } from '../support/run.ts';
import { FUNCTIONS } from '../../scripts/functions.ts';
import type { SandboxState } from '../../lib/sandbox/state.ts';
import { sandboxTrail } from '../support/sandbox-trail.ts';
import { addBucket, addKey, addObjects, KEY_ARN, KEY_ID, NOW, REGION } from '../support/sandbox.ts';
import { MACHINE, startStepFunctions } from '../support/step-functions.ts';
import type { StepFunctions } from '../support/step-functions.ts';
import { createSigningKey, runWorkflow } from '../support/workflow.ts';
import type { Stage } from '../support/workflow.ts';

/** IAM's name for a call where it is not the call's own (Service Authorization Reference, Amazon S3). */
const ACTION_OF: Readonly<Record<string, string>> = {
  's3:ListBuckets': 's3:ListAllMyBuckets',
  's3:HeadBucket': 's3:ListBucket',
  's3:HeadObject': 's3:GetObject',
  's3:ListObjectsV2': 's3:ListBucket',
  's3:ListObjectVersions': 's3:ListBucketVersions',
  's3:ListMultipartUploads': 's3:ListBucketMultipartUploads',
  's3:GetBucketEncryption': 's3:GetEncryptionConfiguration',
  's3:GetPublicAccessBlock': 's3:GetBucketPublicAccessBlock',
  's3:GetBucketReplication': 's3:GetReplicationConfiguration',
  's3:GetObjectLockConfiguration': 's3:GetBucketObjectLockConfiguration',
  's3:ListBucketInventoryConfigurations': 's3:GetInventoryConfiguration',
  's3:GetBucketMetadataConfiguration': 's3:GetBucketMetadataTableConfiguration',
};
/** Calls that need no permission. */
const FREE = new Set(['sts:GetCallerIdentity']);

/** `report/runs/ s3:PutObject`: an action, and what it is done to. */
type Need = string;

type Statement = {
  readonly Sid: string;
  readonly Action: readonly string[];
  readonly Resource: unknown;
};

/** CloudFormation's short forms, kept as what they stand for. */
const tags = ['Sub', 'GetAtt', 'Ref'].map((name): ScalarTag => ({
  tag: `!${name}`,
  resolve: (text) => `${name} ${text}`,
}));
const ifTag: CollectionTag = { tag: '!If', collection: 'seq' };
const subTag: CollectionTag = { tag: '!Sub', collection: 'seq' };
const selectTag: CollectionTag = { tag: '!Select', collection: 'seq' };
const splitTag: CollectionTag = { tag: '!Split', collection: 'seq' };
const notTag: CollectionTag = { tag: '!Not', collection: 'seq' };
const equalsTag: CollectionTag = { tag: '!Equals', collection: 'seq' };
type Policy = { readonly PolicyDocument: { readonly Statement: readonly Statement[] } };
/** A role has policies; a policy has roles. */
type Properties = Policy & { readonly Policies: readonly [Policy]; readonly Roles: readonly string[] };
const resourcesOf = (file: string): Record<string, { readonly Properties: Properties }> =>
  (
    parse(readFileSync(new URL(`../../deploy/resources/${file}`, import.meta.url), 'utf8'), {
      customTags: [...tags, ifTag, subTag, selectTag, splitTag, notTag, equalsTag],
    }) as { Resources: Record<string, { Properties: Properties }> }
  ).Resources;
const roles = resourcesOf('roles.yml');
/** What the ledger has besides, where the stack is given a trail. */
const added = Object.values(resourcesOf('trail.yml'));

/** What every function has for its own log and trace. */
const OWN = new Set(['Log', 'Trace']);

function grantsOf(role: string): ReadonlySet<Need> {
  const more = added.filter(({ Properties }) => Properties.Roles.includes(`Ref ${role}`));
  const statements = [
    roles[role]!.Properties.Policies[0],
    ...more.map(({ Properties }) => Properties),
  ].flatMap(({ PolicyDocument }) => PolicyDocument.Statement);
  return new Set(
    statements
      .filter(({ Sid }) => !OWN.has(Sid))
      .flatMap(({ Action, Resource }) => Action.map((action) => `${scopeOf(Resource)} ${action}`)),
  );
}

function scopeOf(resource: unknown): string {
  const text = JSON.stringify(resource);
  if (text === '"*"') return 'audited';
  if (text.includes('param:trail-key')) return 'trail-key';
  if (text.includes('param:trail}')) return 'trail';
  if (text.includes('ReportKey')) return 'report-key';
  if (text.includes('SigningKey')) return 'signing-key';
  const [, prefix] = /ReportBucket\.Arn\}\/([^"*]+)/.exec(text) ?? [];
  if (prefix !== undefined) return `report/${prefix}`;
  if (text.includes('ReportBucket.Arn')) return 'report';
  if (text.includes(':states:')) return 'workflow';
  if (text.includes('param:member-role')) return 'member-role';
  throw new Error(`no scope of ${text}`);
}

const OTHER_KEY = '9999abcd-12ab-34cd-56ef-1234567890ab';
const needs: Record<string, Set<Need>> = {};
/** Services that each function called, as IAM names them. */
const called: Record<string, Set<string>> = {};

let world: ApiWorld;
let workflows: StepFunctions;

/** Everything is done here that any function can be asked for; each call is kept with whom it was made for. */
beforeAll(async () => {
  world = await startWorld();
  workflows = await startStepFunctions();
  const { state } = world.sandbox;
  const versioned = addBucket(state, 'versioned', {
    versioning: 'Enabled',
    encryption: { algorithm: 'aws:kms', kmsKey: KEY_ARN, bucketKey: false, blocked: null },
  });
  addObjects(versioned, ['phi/a'], sealKms(KEY_ARN));
  addKey(state, OTHER_KEY);
  addObjects(versioned, ['phi/b'], sealKms(KEY_ARN.replace(KEY_ID, OTHER_KEY)));
  addObjects(addBucket(state, 'plain'), ['phi/b'], sealSseS3);
  addObjects(addBucket(state, 'with-sse-c'), ['phi/c'], sealCustomer('eB5eJF1ptWaXm4bijSPyxw=='));

  beOneOfTwo(state);
  addObjects(addBucket(state, 'of-member', { accountId: MEMBER }), ['d'], sealSseS3);

  const signingKey = await createSigningKey(world.sandbox);
  let stage: Stage | null = null;
  const flush = (): void => {
    if (stage !== null) take(stage);
    else clear();
  };
  clear();
  await runWorkflow(
    world.sandbox,
    workflows,
    { runId: '20261125T100000Z-00000c' },
    {
      signingKey,
      variables: { ACCOUNTS: 'organization', MEMBER_ROLE: 'sealcheck' },
      chaos: (next) => {
        if (next === stage) return;
        flush();
        stage = next;
      },
    },
  );
  flush();
  stage = null;
  putTrail();
  clear();
  await runWorkflow(
    world.sandbox,
    workflows,
    { runId: '20261125T110000Z-00000d' },
    {
      variables: { TRAIL: `s3://${TRAIL}` },
      chaos: (next) => {
        if (next === stage) return;
        flush();
        stage = next;
      },
    },
  );
  flush();

  const sfn = new SFNClient({
    region: REGION,
    endpoint: workflows.url,
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  });
  const starter = workflowStarter(sfn, MACHINE);
  await starter.start('r', { rules: null, buckets: null });
  await starter.state('r');
  sfn.destroy();
  for (const path of ['/signing-key', '/runs', `/runs/${RUNS[0]}`, `/runs/${RUNS[0]}/files/findings.json`])
    await world.ask({ path });
  take('api');

  const rule = await startRule(world.sandbox);
  await rule.answer(scheduledEvent());
  await rule.answer(changeEvent({ name: 'blocked-b' }));
  await rule.answer(oversizedEvent({ name: 'blocked-b' }));
  addBucket(state, 'far', { region: REGION });
  await rule.close();
  take('config-rule');
}, 60_000);
afterAll(async () => {
  await workflows.close();
  await world.sandbox.close();
  await removeRuns();
});

/** Log files of a trail, with digests. */
function putTrail(): void {
  const { state } = world.sandbox;
  const { files } = deliver({ hours: 2, logs: { [`${REGION}/1`]: [decryptRecord()] } });
  const trail = addBucket(state, TRAIL);
  for (const [key, { bytes, signature }] of files) {
    const day = key.replaceAll('/2026/08/01/', '/2026/11/24/').replaceAll('_20260801T', '_20261124T');
    const metadata: Record<string, string> = signature === null ? {} : { signature };
    const body = Buffer.from(bytes);
    trail.objects.set(day, [newObject({ size: body.length, lastModified: NOW, body, metadata })]);
  }
  state.trails.push(sandboxTrail('main', { s3Bucket: TRAIL }));
}

function clear(): void {
  world.sandbox.state.log.length = 0;
  workflows.calls.length = 0;
}

/** Puts what was called since the last time down to a function. */
function take(who: string): void {
  const found = (needs[who] ??= new Set());
  const services = (called[who] ??= new Set());
  for (const { operation, bucket, key, status, accountId } of world.sandbox.state.log) {
    // What is done under the role of another account is that role's to allow.
    if (accountId === MEMBER) continue;
    // The map's own reader, which runs as the workflow.
    if (operation === 's3:GetObject' && /\/(targets|items-\d+)\.json$/.test(key ?? '')) continue;
    services.add(serviceOf(operation));
    if (FREE.has(operation)) continue;
    // To the rule the report bucket is a bucket like any other.
    const ownBucket = bucket === BUCKET && who !== 'config-rule';
    const ofTrail = bucket === TRAIL && who === 'ledger';
    const scope = ownBucket ? 'report' : ofTrail ? 'trail' : scopeOfKeyCall(operation);
    const action = ACTION_OF[operation] ?? operation;
    const isObject = /Object(Version)?$/.test(action) && scope === 'report';
    found.add(`${isObject ? `report/${prefixOf(key ?? '')}` : scope} ${action}`);
    const versioned = bucket !== null && world.sandbox.state.buckets.get(bucket)?.versioning === 'Enabled';
    if (operation === 's3:HeadObject' && versioned) found.add(`${scope} s3:GetObjectVersion`);
    // Only who may list is told that there is no such file; others are refused.
    if (scope === 'report' && status === 404) found.add('report s3:ListBucket');
    if (scope === 'report' && operation === 's3:PutObject') found.add('report-key kms:GenerateDataKey');
    if (scope === 'report' && operation === 's3:GetObject') found.add('report-key kms:Decrypt');
    // Where the log files are sealed with a key, opening one takes that too.
    if (scope === 'trail' && operation === 's3:GetObject') found.add('trail-key kms:Decrypt');
  }
  for (const call of workflows.calls) {
    services.add(serviceOf(call));
    found.add(`workflow ${call}`);
  }
  clear();
}

const serviceOf = (call: string): string => call.slice(0, call.indexOf(':'));

/** IAM's name for a service where the SDK has another. */
const IAM_NAMES: Readonly<Record<string, string>> = { sfn: 'states', 'config-service': 'config' };
const MEMBER = '444455556666';

/** Makes the account one of two of an organization, whose other lets the auditor in. */
function beOneOfTwo(state: SandboxState): void {
  const arn = `arn:aws:iam::${MEMBER}:role/sealcheck`;
  state.roles.set(arn, { arn, externalId: null, trusts: null, maxSessionSeconds: 3600 });
  const accounts = [state.accountId, MEMBER].map((id) => ({
    id,
    name: id,
    email: `${id}@example.com`,
    status: 'ACTIVE',
    joinedAt: 0,
  }));
  const parents = new Map(accounts.map(({ id }) => [id, 'r-test']));
  const policies = [
    {
      id: 'p-RCPFullAWSAccess',
      name: 'RCPFullAWSAccess',
      type: 'RESOURCE_CONTROL_POLICY' as const,
      content:
        '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":"*","Action":"*","Resource":"*"}]}',
      awsManaged: true,
      targets: ['r-test'],
    },
  ];
  state.organization = {
    id: 'o-a1b2c3d4e5',
    managementAccountId: state.accountId,
    managementEmail: 'root@example.com',
    rootId: 'r-test',
    delegatedAdministrators: [],
    accounts,
    parents,
    policies,
  };
}

/** Only one key is signed with, or asked for its public half. */
const scopeOfKeyCall = (operation: string): string =>
  operation === 'sts:AssumeRole'
    ? 'member-role'
    : operation === 'kms:Sign' || operation === 'kms:GetPublicKey'
      ? 'signing-key'
      : 'audited';

/** `runs/` of a key, or the whole of one that lies in no folder. */
const prefixOf = (key: string): string => (key.includes('/') ? key.slice(0, key.indexOf('/') + 1) : key);

/** A grant on everything covers the report bucket too. */
const covers = (grants: ReadonlySet<Need>, need: Need): boolean =>
  grants.has(need) || grants.has(need.replace(/^report\S* s3:/, 'audited s3:'));

describe.each([
  ['plan', 'PlanRole'],
  ['inspect', 'InspectRole'],
  ['census', 'CensusRole'],
  ['ledger', 'LedgerRole'],
  ['judge', 'JudgeRole'],
  ['api', 'ApiRole'],
  ['config-rule', 'ConfigRuleRole'],
])('the role of %s', (name, role) => {
  test('allows every call that the function makes', () => {
    expect(needs[name]!.size).toBeGreaterThan(3);
    expect([...needs[name]!].filter((need) => !covers(grantsOf(role), need))).toEqual([]);
  });

  test('belongs to a bundle with the clients of what the function calls, and no other', () => {
    const bundled = FUNCTIONS[name]!.map((service) => IAM_NAMES[service] ?? service);
    expect(bundled.sort()).toEqual([...called[name]!].sort());
  });

  test('allows nothing that the function does not call', () => {
    const grants = [...grantsOf(role)];
    const used = [...needs[name]!];
    expect(grants.filter((grant) => !used.some((need) => covers(new Set([grant]), need)))).toEqual([]);
  });

  test('writes to nothing but reports, runs and evaluations', () => {
    const writes = [...grantsOf(role)].filter(
      (grant) => !/ \w+:(Get|List|Describe|Lookup|Decrypt|GenerateDataKey)/.test(grant),
    );
    const allowed = [
      ...['runs/', 'work/', 'chain/', 'latest.json'].map((prefix) => `report/${prefix} s3:PutObject`),
      'workflow states:StartExecution',
      'audited config:PutEvaluations',
      'signing-key kms:Sign',
      'member-role sts:AssumeRole',
    ];
    expect(writes.filter((grant) => !allowed.includes(grant))).toEqual([]);
  });

  test('opens nothing that is audited', () => {
    expect(
      [...grantsOf(role)].filter((grant) => /^audited kms:(Decrypt|GenerateDataKey)/.test(grant)),
    ).toEqual([]);
  });
});
