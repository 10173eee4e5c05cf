import type { Command } from 'commander';
import { accountScopeOf } from '../audit/account-scope.ts';
import type { AccountScope } from '../model/run.ts';

/** Which accounts an audit is about, as it was told. */
export type AccountOptions = {
  readonly organization?: boolean;
  readonly account?: readonly string[];
  readonly role?: string;
  readonly externalId?: string;
};

/** Gives a command the options of an audit over several accounts. */
export const withAccountOptions = (command: Command): Command =>
  command
    .option('--organization', 'audit every active account of the organization, under its RCPs and SCPs')
    .option('--account <id...>', 'audit these accounts; with --organization, these of its accounts')
    .option('--role <name>', 'the role to assume in each of them but the own one')
    .option('--external-id <text>', "the external id that the role's trust asks for");

/** As the plan keeps it; undefined where the caller's own account alone is audited. Throws AuditError USAGE. */
export const accountScope = ({
  organization,
  account,
  role,
  externalId,
}: AccountOptions): AccountScope | undefined =>
  accountScopeOf(
    { organization, ids: account?.flatMap((ids) => ids.split(',')), role, externalId },
    { ids: '--account', role: '--role', externalId: '--external-id' },
  );
