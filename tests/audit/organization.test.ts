import { afterAll, afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { accountsPolicy } from '../../lib/audit/account-policies.ts';
import { auditorPolicy } from '../../lib/audit/iam-policy.ts';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { judge } from '../../lib/audit/judge-stage.ts';
import { folderStore } from '../../lib/audit/folder-store.ts';
import { withAccounts } from '../../lib/collectors/account-clients.ts';
import type { AccountScope } from '../../lib/model/run.ts';
import { fault } from '../../lib/sandbox/faults.ts';
import { sealKms, sealSseS3 } from '../../lib/sandbox/objects.ts';
import { exitCodeOf } from '../../lib/cli/exit-codes.ts';
import { auditSandbox, findingOf, removeRuns, unaccounted } from '../support/run.ts';
import type { TestRun } from '../support/run.ts';
import {
  addKeyOf,
  attach,
  MANAGEMENT,
  MEMBER,
  policy,
  REFUSING,
  ROOT,
  startOrganization,
  SUSPENDED,
  UNIT,
  WHOLE,
} from '../support/organization.ts';
import { ACCOUNT, addBucket, addObjects } from '../support/sandbox.ts';
import type { TestSandbox } from '../support/sandbox.ts';

const PACK = `
pack: test
title: Test
data-classes:
  all: { any: [{ bucket-name: "*" }] }
requirements:
  - id: no-sse-c
    title: Never under keys that only the uploader has
    data-class: all
    severity: high
    encryption: { allow: [SSE-S3, SSE-KMS, DSSE-KMS], sse-c: blocked }
    controls: {}
  - id: own-key
    title: Under a key of ours
    data-class: all
    severity: high
    encryption: { allow: [SSE-KMS], key: { manager: CUSTOMER } }
    controls: {}
`;
const NO_SSE_C = policy('p-nossec00001', 'RESOURCE_CONTROL_POLICY', [
  {
    Sid: 'NoCustomerKeys',
    Effect: 'Deny',
    Principal: '*',
    Action: 's3:PutObject',
    Resource: '*',
    Condition: { Null: { 's3:x-amz-server-side-encryption-customer-algorithm': 'false' } },
  },
]);

/** A default that leaves SSE-C to the policies. */
const OPEN = { algorithm: 'AES256', kmsKey: null, bucketKey: false, blocked: ['NONE'] };

let sandbox: TestSandbox;
beforeEach(async () => {
  sandbox = await startOrganization();
  const { state } = sandbox;
  for (const [name, accountId] of [
    ['home-data', ACCOUNT],
    ['member-data', MEMBER],
    ['management-data', MANAGEMENT],
    ['refusing-data', REFUSING],
    ['suspended-data', SUSPENDED],
  ] as const) {
    addObjects(addBucket(state, name, { accountId, encryption: OPEN }), ['a', 'b'], sealSseS3);
  }
});
afterEach(async () => sandbox.close());
afterAll(removeRuns);

const audit = async (
  accounts: AccountScope = WHOLE,
  rest: Parameters<typeof auditSandbox>[1] = {},
): Promise<TestRun> =>
  auditSandbox(
    { aws: withAccounts(sandbox.aws, accounts) },
    { pack: PACK, ...rest, configuration: { accounts, ...rest.configuration } },
  );

const enforced = (run: TestRun, bucket: string) => findingOf(run, bucket, 'no-sse-c', 'enforced');

describe('an audit of an organization', () => {
  test('finds the buckets of every active account, each as its own', async () => {
    const { assessment } = await audit();
    const owners = assessment.buckets.map(({ name, accountId }) => [name, accountId]);
    expect(owners).toEqual([
      ['home-data', ACCOUNT],
      ['management-data', MANAGEMENT],
      ['member-data', MEMBER],
    ]);
    for (const { bucket, accountId } of assessment.findings)
      expect([bucket, accountId]).toEqual(owners.find(([name]) => name === bucket));
  });

  test('sends every call about a bucket with the credentials of its account', async () => {
    await audit();
    const { log, buckets } = sandbox.state;
    const about = log.filter(({ bucket }) => bucket !== null);
    expect(about.length).toBeGreaterThan(30);
    expect(
      about.filter(({ bucket, accountId }) => buckets.get(bucket ?? '')?.accountId !== accountId),
    ).toEqual([]);
  });

  test('enters each account once, however many clients and Regions it needs', async () => {
    addBucket(sandbox.state, 'member-far', { accountId: MEMBER, region: 'us-east-1' });
    await audit();
    // Two that let it in, one that does not and is asked once.
    expect(sandbox.state.requests.get('sts:AssumeRole')).toBe(3);
    expect(sandbox.state.requests.get('sts:GetCallerIdentity')).toBe(2);
  });

  test('an account that refuses is in the coverage, and keeps the run from being complete', async () => {
    const { coverage, findings } = (await audit()).assessment;
    expect(coverage.accounts).toEqual({
      population: 5,
      assessed: 3,
      excluded: { SUSPENDED: 1 },
      notAssessable: { ACCESS_DENIED: 1 },
    });
    expect(unaccounted(coverage)).toEqual({ buckets: 0, objects: 0 });
    expect(coverage.complete).toBe(false);
    expect(coverage.limitations.join('\n')).toContain(
      `${REFUSING} (ACCESS_DENIED on sts:AssumeRole (HTTP 403)`,
    );
    const passing = findings.filter(({ status }) => status === 'COMPLIANT');
    expect(exitCodeOf(passing, coverage)).toBe(3);
  });

  test('an account whose buckets cannot be listed is told of like one that cannot be entered', async () => {
    sandbox.state.faults.push(fault({ operation: 'ListBuckets' }, { type: 'deny' }, { times: 1 }));
    const { coverage } = (await audit({ ...WHOLE, organization: false, ids: [MEMBER] })).assessment;
    expect(coverage.accounts).toMatchObject({ assessed: 0, notAssessable: { ACCESS_DENIED: 1 } });
    expect(coverage.limitations.join('\n')).toContain(`${MEMBER} (ACCESS_DENIED on s3:ListAllMyBuckets`);
  });

  test('where every account refuses there is a run that knows nothing', async () => {
    const { assessment, folder } = await audit({
      ...WHOLE,
      role: 'nobody-has-it',
      organization: false,
      ids: [MEMBER, REFUSING],
    });
    expect(assessment.findings).toEqual([]);
    expect(assessment.coverage).toMatchObject({
      accounts: { population: 2, assessed: 0, notAssessable: { ACCESS_DENIED: 2 } },
      complete: false,
    });
    expect(exitCodeOf(assessment.findings, assessment.coverage)).toBe(3);
    const summary = new TextDecoder().decode((await folderStore(folder).read('summary.json')) ?? undefined);
    expect(JSON.parse(summary)).toMatchObject({ verdict: { outcome: 'INSUFFICIENT_DATA' } });
  });

  test('a wrong external id is a refusal', async () => {
    const { coverage } = (await audit({ ...WHOLE, externalId: 'guessed' })).assessment;
    expect(coverage.accounts).toMatchObject({ assessed: 1, notAssessable: { ACCESS_DENIED: 3 } });
  });

  test('of a list of accounts, only those; nobody asks for the organization', async () => {
    const { assessment } = await audit({ ...WHOLE, organization: false, ids: [MEMBER] });
    expect(assessment.buckets.map(({ name }) => name)).toEqual(['member-data']);
    expect(assessment.coverage.accounts).toMatchObject({ population: 1, assessed: 1 });
    expect([...sandbox.state.requests.keys()].filter((name) => name.startsWith('organizations:'))).toEqual(
      [],
    );
    expect(assessment.coverage.complete).toBe(true);
  });

  test('of the organization and a list, those of its accounts', async () => {
    const { coverage } = (await audit({ ...WHOLE, ids: [MEMBER, SUSPENDED] })).assessment;
    expect(coverage.accounts).toEqual({
      population: 5,
      assessed: 1,
      excluded: { NOT_SELECTED: 3, SUSPENDED: 1 },
      notAssessable: {},
    });
  });

  test.each([
    [
      'a member that may not see the accounts',
      (): void => void (sandbox.state.organization!.delegatedAdministrators = []),
      'ACCESS_DENIED',
      /cannot be listed .* name them with --account/,
    ],
    [
      'an account in no organization',
      (): void => void (sandbox.state.organization = null),
      'NOT_FOUND',
      /is in no organization/,
    ],
  ])('%s is told so in a sentence', async (_name, change, code, message) => {
    change();
    const failed = audit();
    await expect(failed).rejects.toThrow(message);
    await expect(failed).rejects.toMatchObject({ code });
  });

  test('a bucket that no account shows is missing only where every account was seen', async () => {
    const configuration = { bucketGlobs: ['refusing-data'] };
    const { assessment } = await audit(WHOLE, { configuration });
    expect(assessment.coverage).toMatchObject({ complete: false, buckets: { assessed: 0 } });
    await expect(audit({ ...WHOLE, ids: [MEMBER] }, { configuration })).rejects.toThrow(
      'There is no bucket refusing-data in these accounts.',
    );
  });

  test('an alias is looked up in the account of the bucket, and a key in its own', async () => {
    const { state } = sandbox;
    const own = addKeyOf(state, MEMBER, '11111111-1111-1111-1111-111111111111', 'records');
    const shared = addKeyOf(state, ACCOUNT, '22222222-2222-2222-2222-222222222222', 'records');
    const byAlias = { algorithm: 'aws:kms', kmsKey: 'alias/records', bucketKey: false, blocked: null };
    addObjects(
      addBucket(state, 'member-alias', { accountId: MEMBER, encryption: byAlias }),
      ['a'],
      sealKms(shared),
    );
    addBucket(state, 'home-alias', { encryption: byAlias });
    const run = await audit();
    const keyBehind = (reference: string, accountId: string) =>
      run.assessment.keys
        .filter((key) => key.reference === reference && key.accountId === accountId)
        .map(({ metadata, policy: document }) => [
          metadata.state === 'known' ? metadata.value.arn : metadata.state,
          document.state,
        ]);
    expect(keyBehind('alias/records', MEMBER)).toEqual([[own, 'known']]);
    expect(keyBehind('alias/records', ACCOUNT)).toEqual([[shared, 'known']]);
    // Met in the member's bucket, and read where its policy can be.
    expect(keyBehind(shared, ACCOUNT)).toEqual([[shared, 'known']]);
    expect(findingOf(run, 'member-alias', 'own-key', 'keys').status).toBe('COMPLIANT');
  });

  test('who decrypted is read in the account of each bucket and of its key; a history that is refused is that of its account alone', async () => {
    const { state } = sandbox;
    const key = addKeyOf(state, MANAGEMENT, '33333333-3333-3333-3333-333333333333', 'shared');
    addObjects(addBucket(state, 'member-sealed', { accountId: MEMBER }), ['a'], sealKms(key));
    const home = addKeyOf(state, ACCOUNT, '44444444-4444-4444-4444-444444444444', 'home');
    addObjects(addBucket(state, 'home-sealed'), ['a'], sealKms(home));
    // Account by account in the order of their ids: the first request is of the caller's own.
    state.faults.push(fault({ operation: 'LookupEvents' }, { type: 'deny' }, { times: 1 }));
    const pack = PACK.replaceAll(
      'controls: {}',
      'decrypt: { principals: ["arn:aws:iam::*:role/app"] }\n    controls: {}',
    );
    const run = await audit(WHOLE, { pack });
    const { ledger, trails } = run.assessment;
    expect(ledger?.scanned.map(({ accountId }) => accountId)).toEqual([ACCOUNT, MEMBER, MANAGEMENT]);
    expect(ledger?.gaps).toMatchObject([{ where: `${ACCOUNT}/eu-west-1/event history`, loses: 'events' }]);
    expect(trails.map(({ accountId }) => accountId)).toEqual([ACCOUNT, MEMBER, MANAGEMENT]);
    const reasons = (bucket: string) => findingOf(run, bucket, 'own-key', 'opened').reasons.join(' ');
    expect(reasons('home-sealed')).toContain('Decrypt events may be missing');
    expect(reasons('member-sealed')).not.toContain('may be missing');
    expect(findingOf(run, 'member-sealed', 'own-key', 'opened').evidence).toContain(
      `evidence/trails/${MEMBER}/eu-west-1.json`,
    );
  });

  test('a run that was stopped goes on in the same accounts', async () => {
    const abort = new AbortController();
    const folder = await mkdtemp(join(tmpdir(), 'sealcheck-organization-'));
    const progress = { stage: (name: string) => name === 'census' && abort.abort(), bucket: () => undefined };
    const stopped = audit(WHOLE, { folder, context: { signal: abort.signal, progress } });
    await expect(stopped).rejects.toMatchObject({ code: 'INTERRUPTED' });
    const asked = sandbox.state.requests.get('s3:ListBuckets');
    const resumed = await audit(WHOLE, { folder });
    expect(resumed.assessment.censuses.map(({ bucket }) => bucket)).toEqual([
      'home-data',
      'management-data',
      'member-data',
    ]);
    expect(sandbox.state.requests.get('s3:ListBuckets')).toBe(asked);
    await rm(folder, { recursive: true });
  });

  test('the auditor needs the role in each account and five calls to AWS Organizations, and uses them all', async () => {
    await audit();
    const asked = [...sandbox.state.requests.keys()].filter((name) => /^(sts|organizations):/.test(name));
    const policies = accountsPolicy(WHOLE, 'aws').Statement;
    const granted = policies.flatMap(({ Action }) => Action);
    // GetCallerIdentity needs no permission.
    expect(asked.filter((name) => name !== 'sts:GetCallerIdentity').sort()).toEqual([...granted].sort());
    expect(policies[0]?.Resource).toEqual(['arn:aws:iam::*:role/audit/sealcheck']);
    expect(accountsPolicy({ ...WHOLE, organization: false }, 'aws').Statement).toHaveLength(1);
    const own = auditorPolicy({
      objectReads: true,
      inventoryBuckets: [],
      reportBucket: null,
      partition: 'aws',
    });
    const elsewhere = sandbox.state.log.filter(({ accountId }) => accountId === MEMBER);
    // What is done under a role is what an audit of one account does: the same policy serves both.
    expect(elsewhere.length).toBeGreaterThan(10);
    expect(own.Statement.flatMap(({ Action }) => Action)).not.toContain('sts:AssumeRole');
    expect(elsewhere.filter(({ operation }) => /^(sts|organizations):/.test(operation))).toEqual([]);
  });

  test('judged again from its evidence, it is the same to the byte', async () => {
    attach(sandbox.state, [UNIT], NO_SSE_C);
    const run = await audit();
    const store = folderStore(run.folder);
    const before = await store.read('findings.json');
    // A sealed run that came out otherwise would throw.
    const again = await judge(store);
    expect(again.findings).toEqual(run.assessment.findings);
    expect(again.coverage).toEqual(run.assessment.coverage);
    expect(await store.read('findings.json')).toEqual(before);
  });
});

describe('RCPs and SCPs', () => {
  test('an RCP turns a refuted bucket into a proved one, below where it is attached and nowhere else', async () => {
    attach(sandbox.state, [UNIT], NO_SSE_C);
    const run = await audit();
    expect(enforced(run, 'member-data')).toMatchObject({ status: 'COMPLIANT' });
    expect(enforced(run, 'home-data')).toMatchObject({ status: 'NON_COMPLIANT' });
    expect(enforced(run, 'member-data').evidence).toContain('evidence/organization.json');
  });

  test('the root binds every member, and never the management account', async () => {
    attach(sandbox.state, [ROOT], NO_SSE_C);
    const run = await audit();
    expect(enforced(run, 'member-data').status).toBe('COMPLIANT');
    expect(enforced(run, 'home-data').status).toBe('COMPLIANT');
    expect(enforced(run, 'management-data').status).toBe('NON_COMPLIANT');
    expect(enforced(run, 'management-data').proofs?.put?.assumptions.join(' ')).toContain(
      'management account',
    );
  });

  test('an SCP binds callers of the account; whoever the bucket policy lets in from elsewhere is not bound', async () => {
    attach(
      sandbox.state,
      [MEMBER],
      policy('p-scpnossec01', 'SERVICE_CONTROL_POLICY', [
        {
          Effect: 'Deny',
          Action: 's3:PutObject',
          Resource: '*',
          Condition: { Null: { 's3:x-amz-server-side-encryption-customer-algorithm': 'false' } },
        },
      ]),
    );
    addBucket(sandbox.state, 'member-open', {
      accountId: MEMBER,
      encryption: OPEN,
      policy: JSON.stringify({
        Version: '2012-10-17',
        Statement: [
          {
            Effect: 'Allow',
            Principal: { AWS: 'arn:aws:iam::777788889999:root' },
            Action: 's3:PutObject',
            Resource: 'arn:aws:s3:::member-open/*',
          },
        ],
      }),
    });
    const run = await audit();
    expect(enforced(run, 'member-data').status).toBe('COMPLIANT');
    expect(enforced(run, 'member-open').status).toBe('NON_COMPLIANT');
  });

  test('each policy is read once, however many accounts it holds for', async () => {
    attach(sandbox.state, [ROOT, UNIT], NO_SSE_C);
    await audit();
    expect(sandbox.state.requests.get('organizations:DescribePolicy')).toBe(3);
  });

  test.each([
    ['a policy', 'DescribePolicy', 'the RCP p-nossec00001 could not be read'],
    ['what is attached', 'ListPoliciesForTarget', 'the RCPs of '],
    ['the units', 'ListParents', 'the units above account '],
  ])(
    'where %s cannot be read, a request that gets through is no failure, and a proof stays one',
    async (_name, operation, words) => {
      attach(sandbox.state, [UNIT], NO_SSE_C);
      const proved = addBucket(sandbox.state, 'member-proved', {
        accountId: MEMBER,
        encryption: { algorithm: 'AES256', kmsKey: null, bucketKey: false, blocked: ['SSE-C'] },
      });
      sandbox.state.faults.push(fault({ service: 'organizations', operation }, { type: 'deny' }));
      const run = await audit();
      const finding = enforced(run, 'member-data');
      expect(finding.status).toBe('INSUFFICIENT_DATA');
      expect(finding.reasons.join(' ')).toContain(words);
      expect(finding.proofs?.put?.verdict).toBe('undecided');
      expect(enforced(run, proved.name).status).toBe('COMPLIANT');
    },
  );
});
