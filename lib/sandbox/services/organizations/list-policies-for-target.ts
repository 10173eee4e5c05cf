import { z } from 'zod';
import { jsonFault } from '../../operation.ts';
import { organizationsOperation, paging, policyType } from './operation.ts';
import { administeredOrganization, isTarget, organizationsPage, policySummary } from './organization.ts';

/** ListPoliciesForTarget: those attached to a root, unit or account itself, not the inherited ones. */
export const listPoliciesForTarget = organizationsOperation(
  'ListPoliciesForTarget',
  z.object({ TargetId: z.string(), Filter: policyType, ...paging }),
  (state, input, context) => {
    const organization = administeredOrganization(state, context);
    if (!isTarget(organization, input.TargetId)) {
      throw jsonFault(
        'TargetNotFoundException',
        "We can't find a root, OU, or account with the TargetId that you specified.",
      );
    }
    const policies = organization.policies
      .filter((policy) => policy.type === input.Filter && policy.targets.includes(input.TargetId))
      .map((policy) => policySummary(state.partition, organization, policy));
    return organizationsPage('Policies', policies, input, [input.TargetId, input.Filter]);
  },
);
