import { beforeAll, describe, expect, test } from '@jest/globals';
import {
  DescribeOrganizationCommand,
  DescribePolicyCommand,
  ListAccountsCommand,
  ListParentsCommand,
  ListPoliciesCommand,
  ListPoliciesForTargetCommand,
  ListRootsCommand,
} from '@aws-sdk/client-organizations';
import type { OrganizationPolicy } from '../../../lib/sandbox/state-services.ts';
import { ACCOUNT, expectRefusal, NOON, useSandbox } from '../sdk.ts';
import type { Clients } from '../sdk.ts';

const rig = useSandbox();
const MEMBER = '222233334444';
const DELEGATE = '333344445555';

beforeAll(() => {
  const account = (id: string, i: number) => ({
    id,
    name: `account ${i}`,
    email: `${i}@example.com`,
    status: i === 9 ? 'SUSPENDED' : 'ACTIVE',
    joinedAt: NOON,
  });
  const policy = (
    id: string,
    type: OrganizationPolicy['type'],
    targets: string[],
    awsManaged = false,
  ): OrganizationPolicy => ({
    id,
    name: `name of ${id}`,
    type,
    content: `{"Sid":"${id}"}`,
    awsManaged,
    targets,
  });
  rig.state.organization = {
    id: 'o-example1234',
    managementAccountId: ACCOUNT,
    managementEmail: 'owner@example.com',
    rootId: 'r-abcd',
    delegatedAdministrators: [DELEGATE],
    accounts: [
      ACCOUNT,
      MEMBER,
      DELEGATE,
      ...Array.from({ length: 40 }, (_, i) => `9000000000${String(i).padStart(2, '0')}`),
    ].map(account),
    parents: new Map([
      [ACCOUNT, 'r-abcd'],
      ['ou-abcd-prod', 'r-abcd'],
      [MEMBER, 'ou-abcd-prod'],
    ]),
    policies: [
      policy('p-full', 'SERVICE_CONTROL_POLICY', ['r-abcd', 'ou-abcd-prod', MEMBER], true),
      policy('p-deny', 'SERVICE_CONTROL_POLICY', ['ou-abcd-prod']),
      policy('p-rcp', 'RESOURCE_CONTROL_POLICY', ['r-abcd']),
    ],
  };
});

const FILTER = { Filter: 'SERVICE_CONTROL_POLICY' } as const;

describe('the organization as its management account sees it', () => {
  test('itself, its root with the policy types in use, and the way up from an account', async () => {
    const { Organization } = await rig.organizations.send(new DescribeOrganizationCommand({}));
    expect(Organization).toMatchObject({
      Id: 'o-example1234',
      Arn: `arn:aws:organizations::${ACCOUNT}:organization/o-example1234`,
      MasterAccountId: ACCOUNT,
    });
    const { Roots } = await rig.organizations.send(new ListRootsCommand({}));
    expect(Roots!.map(({ Id, PolicyTypes }) => [Id, PolicyTypes!.map(({ Type }) => Type)])).toEqual([
      ['r-abcd', ['RESOURCE_CONTROL_POLICY', 'SERVICE_CONTROL_POLICY']],
    ]);
    const way: unknown[] = [];
    for (let ChildId = MEMBER; ChildId !== 'r-abcd';) {
      const { Parents } = await rig.organizations.send(new ListParentsCommand({ ChildId }));
      way.push(Parents);
      ChildId = Parents![0]!.Id!;
    }
    expect(way).toEqual([
      [{ Id: 'ou-abcd-prod', Type: 'ORGANIZATIONAL_UNIT' }],
      [{ Id: 'r-abcd', Type: 'ROOT' }],
    ]);
  });

  test.each([1, 7, 20, undefined])('every account, in pages of %s', async (MaxResults) => {
    const found: (string | undefined)[] = [];
    let NextToken: string | undefined;
    do {
      const input = { ...(MaxResults ? { MaxResults } : {}), ...(NextToken ? { NextToken } : {}) };
      const page = await rig.organizations.send(new ListAccountsCommand(input));
      expect(page.Accounts!.length).toBeLessThanOrEqual(MaxResults ?? 20);
      found.push(...page.Accounts!.map(({ Id }) => Id));
      NextToken = page.NextToken;
    } while (NextToken);
    expect(found).toEqual(rig.state.organization!.accounts.map(({ id }) => id));
  });

  test('policies by type, those attached to a target itself, and their documents', async () => {
    const { Policies } = await rig.organizations.send(new ListPoliciesCommand(FILTER));
    expect(Policies!.map(({ Id, AwsManaged, Arn }) => [Id, AwsManaged, Arn])).toEqual([
      ['p-full', true, 'arn:aws:organizations::aws:policy/service_control_policy/p-full'],
      [
        'p-deny',
        false,
        `arn:aws:organizations::${ACCOUNT}:policy/o-example1234/service_control_policy/p-deny`,
      ],
    ]);
    const attached = async (TargetId: string) => {
      const answer = await rig.organizations.send(new ListPoliciesForTargetCommand({ TargetId, ...FILTER }));
      return answer.Policies!.map(({ Id }) => Id);
    };
    expect(await attached('ou-abcd-prod')).toEqual(['p-full', 'p-deny']);
    // Not the inherited ones.
    expect(await attached(MEMBER)).toEqual(['p-full']);
    expect(await attached(ACCOUNT)).toEqual([]);
    const { Policy } = await rig.organizations.send(new DescribePolicyCommand({ PolicyId: 'p-rcp' }));
    expect([Policy!.Content, Policy!.PolicySummary!.Type]).toEqual([
      '{"Sid":"p-rcp"}',
      'RESOURCE_CONTROL_POLICY',
    ]);
  });

  test.each<[string, (clients: Clients) => Promise<unknown>, string]>([
    [
      'a policy that is not there',
      ({ organizations: o }) => o.send(new DescribePolicyCommand({ PolicyId: 'p-none' })),
      'PolicyNotFoundException',
    ],
    [
      'a target that is not there',
      ({ organizations: o }) => o.send(new ListPoliciesForTargetCommand({ TargetId: 'ou-none', ...FILTER })),
      'TargetNotFoundException',
    ],
    [
      'a child that is not there',
      ({ organizations: o }) => o.send(new ListParentsCommand({ ChildId: 'ou-none' })),
      'ChildNotFoundException',
    ],
    [
      'a type that is not kept',
      ({ organizations: o }) => o.send(new ListPoliciesCommand({ Filter: 'TAG_POLICY' })),
      'InvalidInputException',
    ],
    [
      '21 a page',
      ({ organizations: o }) => o.send(new ListAccountsCommand({ MaxResults: 21 })),
      'InvalidInputException',
    ],
    [
      'a token of another request',
      ({ organizations: o }) => o.send(new ListAccountsCommand({ NextToken: 'x' })),
      'InvalidInputException',
    ],
  ])('%s', async (_, call, code) => {
    await expectRefusal(call(rig), 400, code);
  });
});

describe('who may look', () => {
  const roots = ({ organizations }: Clients) => organizations.send(new ListRootsCommand({}));
  const organization = ({ organizations }: Clients) =>
    organizations.send(new DescribeOrganizationCommand({}));

  test('a delegated administrator, like the management account', async () => {
    await roots(rig.principal(`arn:aws:iam::${DELEGATE}:user/a`));
  });

  test('a member only at the organization itself', async () => {
    const member = rig.principal(`arn:aws:iam::${MEMBER}:user/a`);
    await organization(member);
    await expectRefusal(roots(member), 400, 'AccessDeniedException');
  });

  test('an account outside is in none', async () => {
    const outside = rig.principal('arn:aws:iam::999999999999:user/a');
    await expectRefusal(organization(outside), 400, 'AWSOrganizationsNotInUseException');
    await expectRefusal(roots(outside), 400, 'AWSOrganizationsNotInUseException');
  });
});
