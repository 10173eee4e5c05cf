import { z } from 'zod';
import { organizationsOperation, paging, policyType } from './operation.ts';
import { administeredOrganization, organizationsPage, policySummary } from './organization.ts';

/** ListPolicies of one type, attached or not. */
export const listPolicies = organizationsOperation(
  'ListPolicies',
  z.object({ Filter: policyType, ...paging }),
  (state, input, context) => {
    const organization = administeredOrganization(state, context);
    const policies = organization.policies
      .filter((policy) => policy.type === input.Filter)
      .map((policy) => policySummary(state.partition, organization, policy));
    return organizationsPage('Policies', policies, input, [input.Filter]);
  },
);
