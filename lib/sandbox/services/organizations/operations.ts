import type { JsonOperation } from '../../operation.ts';
import { describeOrganization } from './describe-organization.ts';
import { describePolicy } from './describe-policy.ts';
import { listAccounts } from './list-accounts.ts';
import { listParents } from './list-parents.ts';
import { listPolicies } from './list-policies.ts';
import { listPoliciesForTarget } from './list-policies-for-target.ts';
import { listRoots } from './list-roots.ts';

/** Every AWS Organizations operation of the sandbox. */
export const organizationsOperations: readonly JsonOperation[] = [
  describeOrganization,
  describePolicy,
  listAccounts,
  listParents,
  listPolicies,
  listPoliciesForTarget,
  listRoots,
];
