import { z } from 'zod';
import { organizationsOperation, paging } from './operation.ts';
import { administeredOrganization, organizationsPage } from './organization.ts';

/** ListAccounts: every account of the organization, the management account too. */
export const listAccounts = organizationsOperation(
  'ListAccounts',
  z.object(paging),
  (state, input, context) => {
    const organization = administeredOrganization(state, context);
    const base = `arn:${state.partition}:organizations::${organization.managementAccountId}:account/${organization.id}`;
    const accounts = organization.accounts.map((account) => ({
      Id: account.id,
      Arn: `${base}/${account.id}`,
      Email: account.email,
      Name: account.name,
      // Status is on its way out (2026-09-09); State says the same.
      Status: account.status,
      State: account.status,
      JoinedMethod: account.id === organization.managementAccountId ? 'INVITED' : 'CREATED',
      JoinedTimestamp: new Date(account.joinedAt),
    }));
    return organizationsPage('Accounts', accounts, input);
  },
);
