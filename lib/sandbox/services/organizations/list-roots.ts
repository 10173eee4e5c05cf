import { z } from 'zod';
import { organizationsOperation, paging } from './operation.ts';
import { administeredOrganization, organizationsPage } from './organization.ts';

/** ListRoots: the one root, with the policy types in use. */
export const listRoots = organizationsOperation('ListRoots', z.object(paging), (state, input, context) => {
  const organization = administeredOrganization(state, context);
  const types = [...new Set(organization.policies.map((policy) => policy.type))].sort();
  const root = {
    Id: organization.rootId,
    Arn: `arn:${state.partition}:organizations::${organization.managementAccountId}:root/${organization.id}/${organization.rootId}`,
    Name: 'Root',
    PolicyTypes: types.map((Type) => ({ Type, Status: 'ENABLED' })),
  };
  return organizationsPage('Roots', [root], input);
});
