import { jsonFault } from '../../operation.ts';
import type { CallContext } from '../../operation.ts';
import type { Organization, OrganizationPolicy } from '../../state-services.ts';
import type { SandboxState } from '../../state.ts';
import { pageOf } from '../paging.ts';

/** The caller's organization. Throws AWSOrganizationsNotInUseException for an account in none. */
export function organizationOf(state: SandboxState, context: CallContext): Organization {
  const organization = state.organization;
  if (!organization?.accounts.some((account) => account.id === context.accountId)) {
    throw jsonFault('AWSOrganizationsNotInUseException', 'Your account is not a member of an organization.');
  }
  return organization;
}

/** The organization, for calls that only its management account and delegated administrators may make. */
export function administeredOrganization(state: SandboxState, context: CallContext): Organization {
  const organization = organizationOf(state, context);
  const administrators = [organization.managementAccountId, ...organization.delegatedAdministrators];
  if (!administrators.includes(context.accountId)) {
    throw jsonFault('AccessDeniedException', "You don't have permissions to access this resource.");
  }
  return organization;
}

/** A page in Organizations' manner. Throws InvalidInputException for a token of another request. */
export function organizationsPage(
  member: string,
  all: readonly unknown[],
  input: { readonly MaxResults?: number | undefined; readonly NextToken?: string | undefined },
  scope: readonly unknown[] = [],
): Record<string, unknown> {
  const page = pageOf(all, input.MaxResults ?? 20, input.NextToken, [member, ...scope]);
  if (page === null) {
    throw jsonFault(
      'InvalidInputException',
      'You provided a value that does not match the required pattern: NextToken',
    );
  }
  return { [member]: page.items, NextToken: page.next ?? undefined };
}

const TYPE_IN_ARN = {
  SERVICE_CONTROL_POLICY: 'service_control_policy',
  RESOURCE_CONTROL_POLICY: 'resource_control_policy',
} as const;

/** PolicySummary. Policies that AWS manages belong to no account. */
export function policySummary(
  partition: string,
  organization: Organization,
  policy: OrganizationPolicy,
): Record<string, unknown> {
  const owner = policy.awsManaged ? 'aws' : organization.managementAccountId;
  const path = policy.awsManaged ? 'policy' : `policy/${organization.id}`;
  return {
    Id: policy.id,
    Arn: `arn:${partition}:organizations::${owner}:${path}/${TYPE_IN_ARN[policy.type]}/${policy.id}`,
    Name: policy.name,
    Description: '',
    Type: policy.type,
    AwsManaged: policy.awsManaged,
  };
}

/** Whether an id is the root, a unit or an account of the organization. */
export const isTarget = (organization: Organization, id: string): boolean =>
  id === organization.rootId ||
  organization.parents.has(id) ||
  organization.accounts.some((account) => account.id === id);
