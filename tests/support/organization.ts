import { newKey } from '../../lib/sandbox/services/kms/new-key.ts';
import type { OrganizationPolicy } from '../../lib/sandbox/state-services.ts';
import { createState } from '../../lib/sandbox/state.ts';
import type { SandboxState } from '../../lib/sandbox/state.ts';
import type { AccountScope } from '../../lib/model/run.ts';
import { ACCOUNT, REGION, startTestSandbox } from './sandbox.ts';
import type { TestSandbox } from './sandbox.ts';

/** Accounts of the test organization; the caller's own is `ACCOUNT`. */
export const MANAGEMENT = '999900001111';
export const MEMBER = '444455556666';
export const REFUSING = '555566667777';
export const SUSPENDED = '666677778888';
export const ROOT = 'r-test';
export const UNIT = 'ou-test-clinical1';
const EXTERNAL_ID = 'audit-2026';

/** The whole organization, by the role that its members have for the auditor. */
export const WHOLE: AccountScope = {
  organization: true,
  ids: null,
  role: 'audit/sealcheck',
  externalId: EXTERNAL_ID,
};

/** Member accounts whose role trusts the auditor; `REFUSING` has none, `SUSPENDED` is closed. */
const ENTERED = [MANAGEMENT, MEMBER];

/** An organization of five accounts, whose second member lies in a unit; nothing is attached but what AWS attaches. */
export async function startOrganization(): Promise<TestSandbox> {
  const state = createState({ region: REGION, accountId: ACCOUNT, logLimit: 100_000 });
  for (const account of ENTERED) {
    const arn = `arn:aws:iam::${account}:role/audit/sealcheck`;
    state.roles.set(arn, { arn, externalId: EXTERNAL_ID, trusts: [ACCOUNT], maxSessionSeconds: 3600 });
  }
  const ids = [ACCOUNT, MEMBER, REFUSING, SUSPENDED, MANAGEMENT];
  state.organization = {
    id: 'o-a1b2c3d4e5',
    managementAccountId: MANAGEMENT,
    managementEmail: 'root@example.com',
    rootId: ROOT,
    delegatedAdministrators: [ACCOUNT],
    accounts: ids.map((id) => ({
      id,
      name: `account ${id}`,
      email: `${id}@example.com`,
      status: id === SUSPENDED ? 'SUSPENDED' : 'ACTIVE',
      joinedAt: 0,
    })),
    parents: new Map([[UNIT, ROOT], ...ids.map((id) => [id, id === MEMBER ? UNIT : ROOT] as const)]),
    policies: [
      {
        ...policy('p-FullAWSAccess', 'SERVICE_CONTROL_POLICY', [
          { Effect: 'Allow', Action: '*', Resource: '*' },
        ]),
        targets: [ROOT, UNIT, ...ids],
      },
      {
        ...policy('p-RCPFullAWSAccess', 'RESOURCE_CONTROL_POLICY', [
          { Effect: 'Allow', Principal: '*', Action: '*', Resource: '*' },
        ]),
        targets: [ROOT, UNIT, ...ids],
      },
    ],
  };
  return startTestSandbox(state);
}

/** A policy that is attached nowhere yet. */
export const policy = (
  id: string,
  type: OrganizationPolicy['type'],
  statements: readonly object[],
): OrganizationPolicy => ({
  id,
  name: id,
  type,
  content: JSON.stringify({ Version: '2012-10-17', Statement: statements }),
  awsManaged: false,
  targets: [],
});

/** Attaches a policy to targets. */
export function attach(state: SandboxState, to: readonly string[], one: OrganizationPolicy): void {
  state.organization?.policies.push({ ...one, targets: [...to] });
}

/** A healthy key of some account, under an alias. */
export function addKeyOf(state: SandboxState, accountId: string, keyId: string, alias: string): string {
  const key = newKey({
    partition: 'aws',
    keyId,
    accountId,
    region: REGION,
    createdAt: 0,
    rotation: { enabled: true, periodInDays: 365, nextRotation: 0 },
  });
  state.keys.set(key.arn, key);
  state.aliases.set(`arn:aws:kms:${REGION}:${accountId}:alias/${alias}`, key.arn);
  return key.arn;
}
