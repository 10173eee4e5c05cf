import { z } from 'zod';
import { organizationOf } from './organization.ts';
import { organizationsOperation } from './operation.ts';

/** DescribeOrganization: the one operation that every member account may call. */
export const describeOrganization = organizationsOperation(
  'DescribeOrganization',
  z.object({}),
  (state, _input, context) => {
    const organization = organizationOf(state, context);
    const base = `arn:${state.partition}:organizations::${organization.managementAccountId}`;
    return {
      Organization: {
        Id: organization.id,
        Arn: `${base}:organization/${organization.id}`,
        FeatureSet: 'ALL',
        MasterAccountArn: `${base}:account/${organization.id}/${organization.managementAccountId}`,
        MasterAccountId: organization.managementAccountId,
        MasterAccountEmail: organization.managementEmail,
      },
    };
  },
);
