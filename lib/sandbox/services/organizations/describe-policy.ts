import { z } from 'zod';
import { jsonFault } from '../../operation.ts';
import { organizationsOperation } from './operation.ts';
import { administeredOrganization, policySummary } from './organization.ts';

/** DescribePolicy: one policy with its document. */
export const describePolicy = organizationsOperation(
  'DescribePolicy',
  z.object({ PolicyId: z.string() }),
  (state, input, context) => {
    const organization = administeredOrganization(state, context);
    const policy = organization.policies.find(({ id }) => id === input.PolicyId);
    if (!policy) {
      throw jsonFault(
        'PolicyNotFoundException',
        "We can't find a policy with the PolicyId that you specified.",
      );
    }
    return {
      Policy: {
        PolicySummary: policySummary(state.partition, organization, policy),
        Content: policy.content,
      },
    };
  },
);
