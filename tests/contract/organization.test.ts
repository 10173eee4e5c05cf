import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import {
  AttachPolicyCommand,
  CreateAccountCommand,
  CreateOrganizationalUnitCommand,
  CreateOrganizationCommand,
  CreatePolicyCommand,
  DescribeCreateAccountStatusCommand,
  ListRootsCommand,
  MoveAccountCommand,
  OrganizationsClient,
} from '@aws-sdk/client-organizations';
import { CreateBucketCommand, PutBucketEncryptionCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { withAccounts } from '../../lib/collectors/account-clients.ts';
import { readCaller } from '../../lib/collectors/caller.ts';
import type { AccountScope } from '../../lib/model/run.ts';
import { auditSandbox, findingOf, removeRuns } from '../support/run.ts';
import type { TestRun } from '../support/run.ts';
import { SERVERS } from './servers.ts';
import type { Server } from './servers.ts';

const PACK = `
pack: test
title: Test
data-classes:
  all: { any: [{ bucket-name: "org-*" }] }
requirements:
  - id: sse-s3
    title: SSE-S3 alone
    data-class: all
    severity: high
    encryption: { allow: [SSE-S3] }
    controls: {}
`;

/** Refuses every upload but those that ask for SSE-S3; whatever the bucket's own policy says. */
const ONLY_SSE_S3 = JSON.stringify({
  Version: '2012-10-17',
  Statement: [
    {
      Effect: 'Deny',
      Action: 's3:PutObject',
      Resource: '*',
      Condition: { StringNotEquals: { 's3:x-amz-server-side-encryption': 'AES256' } },
    },
  ],
});

/** Another's idea of accounts: moto keeps the buckets of each apart, and lets anyone assume any role. */
describe.each(SERVERS.filter(([name]) => name === 'moto'))('many accounts on %s', (_name, start) => {
  let server: Server;
  let home: string;
  let members: { readonly bound: string; readonly free: string };
  let run: TestRun;
  const scope: AccountScope = { organization: true, ids: null, role: 'audit/sealcheck', externalId: 'x-1' };

  beforeAll(async () => {
    server = await start();
    home = (await readCaller(server.aws)).accountId;
    const { options, credentials, requestHandler } = server.aws;
    const client = new OrganizationsClient({
      region: options.region,
      endpoint: options.endpoint!,
      credentials,
      requestHandler,
    });
    await client.send(new CreateOrganizationCommand({ FeatureSet: 'ALL' }));
    const create = async (AccountName: string): Promise<string> => {
      const Email = `${AccountName}@example.com`;
      const made = await client.send(new CreateAccountCommand({ AccountName, Email }));
      const CreateAccountRequestId = made.CreateAccountStatus!.Id;
      const status = await client.send(new DescribeCreateAccountStatusCommand({ CreateAccountRequestId }));
      return status.CreateAccountStatus!.AccountId!;
    };
    members = { bound: await create('bound'), free: await create('free') };
    const { Roots } = await client.send(new ListRootsCommand({}));
    const root = Roots![0]!.Id!;
    const unit = await client.send(new CreateOrganizationalUnitCommand({ ParentId: root, Name: 'bound' }));
    const UnitId = unit.OrganizationalUnit!.Id!;
    await client.send(
      new MoveAccountCommand({
        AccountId: members.bound,
        SourceParentId: root,
        DestinationParentId: UnitId,
      }),
    );
    const { Policy } = await client.send(
      new CreatePolicyCommand({
        Name: 'only-sse-s3',
        Description: 'x',
        Type: 'SERVICE_CONTROL_POLICY',
        Content: ONLY_SSE_S3,
      }),
    );
    await client.send(new AttachPolicyCommand({ PolicyId: Policy!.PolicySummary!.Id!, TargetId: UnitId }));
    client.destroy();
    const aws = withAccounts(server.aws, scope);
    for (const [Bucket, account] of [
      ['org-home', home],
      ['org-bound', members.bound],
      ['org-free', members.free],
    ] as const) {
      const s3 = aws.account(account).s3('us-east-1');
      await s3.send(new CreateBucketCommand({ Bucket }));
      await s3.send(
        new PutBucketEncryptionCommand({
          Bucket,
          ServerSideEncryptionConfiguration: {
            Rules: [{ ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } }],
          },
        }),
      );
      await s3.send(new PutObjectCommand({ Bucket, Key: 'k', Body: 'x', ServerSideEncryption: 'AES256' }));
    }
    run = await auditSandbox({ aws }, { pack: PACK, configuration: { accounts: scope } });
  }, 60_000);
  afterAll(async () => {
    await removeRuns();
    await server.close();
  });

  test('every account shows its own buckets, and no other does', () => {
    const found = run.assessment.buckets.filter(({ name }) => name.startsWith('org-'));
    expect(found.map(({ name, accountId }) => [name, accountId])).toEqual([
      ['org-bound', members.bound],
      ['org-free', members.free],
      ['org-home', home],
    ]);
    expect(run.assessment.coverage.accounts).toEqual({
      population: 3,
      assessed: 3,
      excluded: {},
      notAssessable: {},
    });
  });

  test('objects are counted under the role of their account', () => {
    const counted = run.assessment.censuses.map(({ bucket, population, assessed }) => [
      bucket,
      population,
      assessed,
    ]);
    expect(counted.sort()).toEqual([
      ['org-bound', 1, 1],
      ['org-free', 1, 1],
      ['org-home', 1, 1],
    ]);
  });

  test('an SCP above one account holds there', () => {
    expect(findingOf(run, 'org-bound', 'sse-s3', 'enforced').status).toBe('COMPLIANT');
    expect(findingOf(run, 'org-free', 'sse-s3', 'enforced').status).toBe('NON_COMPLIANT');
  });
});
