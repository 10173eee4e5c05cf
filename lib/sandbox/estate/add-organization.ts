import { timeOf } from './notation.ts';
import type { Placing } from './place.ts';
import { policyDocument } from './placeholders.ts';

/** Puts the estate's organization and the roles that can be assumed into the sandbox. */
export function addOrganization(placing: Placing): void {
  const { estate, state, now } = placing;
  for (const role of estate.roles) {
    state.roles.set(role.arn, {
      arn: role.arn,
      externalId: role['external-id'] ?? null,
      trusts: role.trusts,
      maxSessionSeconds: 3600,
    });
  }
  const given = estate.organization;
  if (!given) return;
  state.organization = {
    id: given.id,
    managementAccountId: given['management-account'],
    managementEmail: given['management-email'],
    rootId: given.root,
    delegatedAdministrators: [...given['delegated-administrators']],
    accounts: given.accounts.map((account) => ({
      id: account.id,
      name: account.name,
      email: account.email,
      status: account.status,
      joinedAt: timeOf(account.joined, now),
    })),
    parents: new Map([
      ...Object.entries(given.units),
      ...given.accounts.map((account) => [account.id, account.parent] as const),
    ]),
    policies: given.policies.map((policy) => ({
      id: policy.id,
      name: policy.name,
      type: policy.type,
      content: policyDocument(placing, policy.statements),
      awsManaged: policy['aws-managed'],
      targets: [...policy.targets],
    })),
  };
}
