import { roleArn } from '../collectors/account-clients.ts';
import type { AccountScope } from '../model/run.ts';
import type { IamPolicy } from './iam-policy.ts';

/** What an audit asks AWS Organizations. */
const ORGANIZATION_FACTS = [
  'organizations:DescribeOrganization',
  'organizations:DescribePolicy',
  'organizations:ListAccounts',
  'organizations:ListParents',
  'organizations:ListPoliciesForTarget',
];

/** What the auditor needs beside its own policy to audit other accounts: their role, and a look at the organization. */
export function accountsPolicy(
  { role, organization }: Pick<AccountScope, 'role' | 'organization'>,
  partition: string,
): IamPolicy {
  return {
    Version: '2012-10-17',
    Statement: [
      {
        Sid: 'EnterAccounts',
        Effect: 'Allow',
        Action: ['sts:AssumeRole'],
        Resource: [roleArn(partition, '*', role)],
      },
      ...(organization
        ? [
            {
              Sid: 'ReadOrganization',
              Effect: 'Allow',
              Action: ORGANIZATION_FACTS,
              Resource: ['*'],
            } as const,
          ]
        : []),
    ],
  };
}

export type TrustPolicy = {
  readonly Version: '2012-10-17';
  readonly Statement: readonly {
    readonly Sid: string;
    readonly Effect: 'Allow';
    readonly Principal: { readonly AWS: string };
    readonly Action: 'sts:AssumeRole';
    readonly Condition?: { readonly StringEquals: { readonly 'sts:ExternalId': string } };
  }[];
};

/** Who may assume the role in each account: the auditor alone, and by the external id where there is one. */
export const memberTrust = (auditor: string, externalId: string | null): TrustPolicy => ({
  Version: '2012-10-17',
  Statement: [
    {
      Sid: 'TrustAuditor',
      Effect: 'Allow',
      Principal: { AWS: auditor },
      Action: 'sts:AssumeRole',
      ...(externalId === null ? {} : { Condition: { StringEquals: { 'sts:ExternalId': externalId } } }),
    },
  ],
});
