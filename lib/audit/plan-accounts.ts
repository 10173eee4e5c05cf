import { listBuckets } from '../collectors/buckets.ts';
import type { ListedBucket } from '../collectors/buckets.ts';
import { readAccounts, readPolicies } from '../collectors/organization.ts';
import { AuditError } from '../model/errors.ts';
import { describeReason, valueOf } from '../model/observed.ts';
import type { UnknownReason } from '../model/observed.ts';
import type { OrganizationEvidence } from '../model/organization.ts';
import type { AccountScope } from '../model/run.ts';
import { eachAtOnce } from './at-once.ts';
import type { AuditContext } from './context.ts';
import { toJson } from './json-files.ts';
import { RUN_FILES } from './run-store.ts';

/** A bucket that a run looks at. The account is left out where it is the caller's own and no other was asked for. */
export type Target = ListedBucket & { readonly accountId?: string | undefined };

/** The accounts of a run: `population = listed + excluded + refused`. */
export type PlannedAccounts = {
  readonly population: number;
  /** By the status AWS gives them, such as `SUSPENDED`; `NOT_SELECTED` are those that nobody asked for. */
  readonly excluded: Readonly<Record<string, number>>;
  /** Accounts whose buckets are all known, sorted. */
  readonly listed: readonly string[];
  /** Accounts that could not be entered, or whose buckets not be listed to the end. */
  readonly refused: readonly { readonly accountId: string; readonly reason: UnknownReason }[];
};

/** Accounts whose buckets are listed at the same time. */
const ACCOUNTS_AT_ONCE = 8;

/**
 * The buckets of many accounts, each listed under its own role, and what the organization says of those accounts,
 * which is saved with the evidence. An account that refuses is told of in the answer.
 * Throws AuditError when no account is known at all.
 */
export async function bucketsOfAccounts(
  { aws, store, progress, signal }: AuditContext,
  scope: AccountScope,
): Promise<{ readonly accounts: PlannedAccounts; readonly buckets: readonly Target[] }> {
  const found = scope.organization ? await readAccounts(aws) : null;
  const chosen = chooseAccounts(scope, found);
  progress.stage('plan', `listing the buckets of ${chosen.audited.length} accounts`);
  const buckets: Target[] = [];
  const listed: string[] = [];
  const refused: PlannedAccounts['refused'][number][] = [];
  await eachAtOnce(ACCOUNTS_AT_ONCE, chosen.audited, signal, async (accountId) => {
    const answer = await listBuckets(aws.account(accountId));
    buckets.push(...answer.buckets.map((bucket) => ({ ...bucket, accountId })));
    if (answer.incomplete === null) listed.push(accountId);
    else refused.push({ accountId, reason: answer.incomplete });
  });
  if (found !== null) {
    const entered = new Set(buckets.flatMap(({ accountId }) => accountId ?? []));
    await store.write(RUN_FILES.organization, toJson(await withPolicies(aws, found, [...entered])));
  }
  const { population, excluded } = chosen;
  const byAccount = (a: Target, b: Target): number => ((a.accountId ?? '') < (b.accountId ?? '') ? -1 : 1);
  refused.sort((a, b) => (a.accountId < b.accountId ? -1 : 1));
  return {
    accounts: { population, excluded, listed: listed.sort(), refused },
    buckets: buckets.sort(byAccount),
  };
}

/** Only of the accounts that hold buckets: every other policy is without effect here. */
async function withPolicies(
  aws: AuditContext['aws'],
  found: Pick<OrganizationEvidence, 'organization' | 'accounts'>,
  entered: readonly string[],
): Promise<OrganizationEvidence> {
  const members = new Set((valueOf(found.accounts) ?? []).map(({ id }) => id));
  const management = valueOf(found.organization)?.managementAccountId;
  // No SCP or RCP binds the management account (AWS Organizations User Guide, orgs_manage_policies_rcps).
  const bound = entered.filter((id) => members.has(id) && id !== management).sort();
  return { ...found, ...(await readPolicies(aws, bound)) };
}

type Chosen = Pick<PlannedAccounts, 'population' | 'excluded'> & { readonly audited: readonly string[] };

function chooseAccounts(
  { ids }: AccountScope,
  found: Pick<OrganizationEvidence, 'organization' | 'accounts'> | null,
): Chosen {
  if (found?.organization.state === 'absent')
    throw new AuditError('NOT_FOUND', 'The account of these credentials is in no organization.');
  const members = found === null ? [] : (valueOf(found.accounts) ?? []);
  if (ids === null && found?.accounts.state === 'unknown') {
    const why = describeReason(found.accounts.reason);
    throw new AuditError(
      'ACCESS_DENIED',
      `The accounts of the organization cannot be listed (${why}); name them with --account.`,
    );
  }
  const wanted = ids === null ? null : new Set(ids);
  const excluded: Record<string, number> = {};
  const exclude = (why: string): void => void (excluded[why] = (excluded[why] ?? 0) + 1);
  const audited = new Set<string>();
  for (const { id, status } of members) {
    if (wanted?.has(id) === false) exclude('NOT_SELECTED');
    else if (status === 'ACTIVE') audited.add(id);
    else exclude(/^[A-Z_]{1,40}$/.test(status) ? status : 'UNKNOWN');
  }
  const known = new Set(members.map(({ id }) => id));
  const others = [...(wanted ?? [])].filter((id) => !known.has(id));
  others.forEach((id) => audited.add(id));
  return { population: known.size + others.length, excluded, audited: [...audited].sort() };
}
