import { fromTemporaryCredentials } from '@aws-sdk/credential-providers';
import type { AccountScope } from '../model/run.ts';
import { readCaller } from './caller.ts';
import type { Caller } from './caller.ts';
import type { AwsClients, CredentialSource } from './clients.ts';
import { reasonOf, RefusedRole } from './observe.ts';

/** Credentials are renewed this long before they end. */
const RENEW_MS = 5 * 60_000;

/**
 * Clients that lead into other accounts: `account(id)` acts under the role of that account, and under the caller's
 * own credentials where the account is its own. Made on first use and kept; a role is assumed with the first call
 * under it and again before its credentials end. Without a role every account is the caller's own.
 */
export function withAccounts(aws: AwsClients, scope: AccountScope | undefined): AwsClients {
  if (scope === undefined) return aws;
  const caller = kept(async () => readCaller(aws));
  return leading(
    aws,
    onceEach((accountId) => credentialsOf(aws, scope, accountId, caller)),
  );
}

/** Whatever meter the clients at home have counts what is asked of the other accounts as well. */
function leading(home: AwsClients, credentials: (accountId: string) => CredentialSource): AwsClients {
  const account = onceEach((accountId): AwsClients => ({
    ...home.as(credentials(accountId)),
    account,
    metered: () => metered().account(accountId),
  }));
  const metered = (): AwsClients => leading(home.metered(), credentials);
  return { ...home, account, metered };
}

function onceEach<T>(make: (accountId: string) => T): (accountId: string) => T {
  const made = new Map<string, T>();
  return (accountId) => {
    let one = made.get(accountId);
    if (one === undefined) {
      one = make(accountId);
      made.set(accountId, one);
    }
    return one;
  };
}

function credentialsOf(
  aws: AwsClients,
  scope: AccountScope,
  accountId: string,
  caller: () => Promise<Caller>,
): CredentialSource {
  const assumed = kept(async () => {
    const { partition } = await caller();
    const { role, externalId } = scope;
    const assume = fromTemporaryCredentials({
      masterCredentials: aws.credentials,
      params: {
        RoleArn: roleArn(partition, accountId, role),
        RoleSessionName: SESSION_NAME,
        ...(externalId === null ? {} : { ExternalId: externalId }),
      },
      clientConfig: {
        region: aws.options.region,
        maxAttempts: aws.options.maxAttempts ?? 5,
        customUserAgent: [['sealcheck', aws.options.toolVersion]],
        requestHandler: aws.requestHandler,
        ...(aws.options.endpoint === null ? {} : { endpoint: aws.options.endpoint }),
      },
    });
    try {
      return await assume();
    } catch (error) {
      throw new RefusedRole(reasonOf('sts:AssumeRole', error), error);
    }
  }, isLasting);
  return async () => ((await caller()).accountId === accountId ? aws.credentials() : assumed());
}

/** What CloudTrail of the other account shows as the session. */
const SESSION_NAME = 'sealcheck';

/** @param role a name, with its path where it has one: `audit/sealcheck` */
export const roleArn = (partition: string, accountId: string, role: string): string =>
  `arn:${partition}:iam::${accountId}:role/${role}`;

/** Asks once for everybody, and again when what was answered is no longer `good`; a failure is not kept. */
function kept<T>(ask: () => Promise<T>, good: (answer: T) => boolean = () => true): () => Promise<T> {
  let current: Promise<T> | null = null;
  const renew = async (): Promise<T> => {
    const asking = ask();
    current = asking;
    try {
      return await asking;
    } catch (error) {
      if (current === asking) current = null;
      throw error;
    }
  };
  return async () => {
    const held = current;
    if (held === null) return renew();
    const answer = await held;
    if (good(answer)) return answer;
    return current === held || current === null ? renew() : current;
  };
}

const isLasting = ({ expiration }: { readonly expiration?: Date }): boolean =>
  expiration === undefined || expiration.getTime() - Date.now() > RENEW_MS;
