import { AuditError } from '../model/errors.ts';
import type { AccountScope } from '../model/run.ts';

/** IAM role names, and paths before them (IAM API reference, CreateRole). */
const ROLE = /^\/?(?:[\w+=,.@-]+\/)*[\w+=,.@-]{1,64}$/;
/** STS API reference, AssumeRole. */
const EXTERNAL_ID = /^[\w+=,.@:/-]{2,1224}$/;

/** What the parts are called where they were written. */
type Names = Readonly<Record<'ids' | 'role' | 'externalId', string>>;

/** Checked and in one form. Throws AuditError USAGE that names the part that is wrong. */
export function accountScopeOf(
  given: { readonly [Part in keyof AccountScope]: AccountScope[Part] | undefined },
  names: Names,
): AccountScope | undefined {
  const { organization = false, ids = null, role, externalId = null } = given;
  if (!organization && ids === null) {
    if (role === undefined && externalId === null) return undefined;
    throw usage(`${names.role} and ${names.externalId} say how accounts are entered; say which accounts.`);
  }
  if (role === undefined)
    throw usage(`Accounts need ${names.role}: the role that is assumed in each but the caller's own.`);
  if (role.startsWith('arn:'))
    throw usage(
      `${names.role} takes a role's name, the same in every account, not the ARN ${JSON.stringify(role)}.`,
    );
  if (!ROLE.test(role) || role.length > 512)
    throw usage(`${names.role} is ${JSON.stringify(role)}, which is no name of a role.`);
  if (externalId !== null && !EXTERNAL_ID.test(externalId))
    throw usage(`${names.externalId} has 2 to 1,224 letters, digits and +=,.@:/-_ and no others.`);
  const bad = ids?.find((id) => !/^\d{12}$/.test(id));
  if (bad !== undefined)
    throw usage(`${names.ids} ${JSON.stringify(bad)} is no account id: those have 12 digits.`);
  return {
    organization,
    ids: ids === null ? null : [...new Set(ids)].sort(),
    role: role.replace(/^\//, ''),
    externalId,
  };
}

/**
 * The accounts of a function's environment: ACCOUNTS is `organization`, ids with commas, or both; MEMBER_ROLE and
 * EXTERNAL_ID say how they are entered. `none` stands for what is not set. Throws AuditError USAGE.
 */
export function accountScopeFrom(
  variables: Readonly<Record<string, string | undefined>>,
): AccountScope | undefined {
  const of = (name: string): string | undefined => {
    const value = variables[name];
    return value === undefined || value === '' || value === 'none' ? undefined : value;
  };
  const words = of('ACCOUNTS')
    ?.split(',')
    .map((word) => word.trim());
  if (words === undefined) return undefined;
  const ids = words.filter((word) => word !== 'organization');
  return accountScopeOf(
    {
      organization: ids.length < words.length,
      ids: ids.length === 0 ? null : ids,
      role: of('MEMBER_ROLE'),
      externalId: of('EXTERNAL_ID'),
    },
    { ids: 'ACCOUNTS', role: 'MEMBER_ROLE', externalId: 'EXTERNAL_ID' },
  );
}

const usage = (message: string): AuditError => new AuditError('USAGE', message);
