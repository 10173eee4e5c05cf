import {
  OrganizationsClient,
  DescribeOrganizationCommand,
  DescribePolicyCommand,
  ListAccountsCommand,
  ListParentsCommand,
  ListPoliciesForTargetCommand,
} from '@aws-sdk/client-organizations';
import type { Observed } from '../model/observed.ts';
import { known, valueOf } from '../model/observed.ts';
import type {
  AttachedPolicies,
  OrganizationAccount,
  OrganizationEvidence,
  OrganizationPolicy,
  PolicyKind,
} from '../model/organization.ts';
import type { AwsClients } from './clients.ts';
import { MalformedAnswer, observe } from './observe.ts';

/** Organizations answers a few requests a second, for all its callers together. */
const AT_ONCE = 4;
/** Units nest five deep below the root (AWS Organizations quotas); whatever goes deeper goes in a circle. */
const DEEPEST = 10;

/** Made here and not with the others, since most of what is deployed never asks for it. */
const clientOf = ({ options, credentials, requestHandler }: AwsClients): OrganizationsClient =>
  new OrganizationsClient({
    region: options.region,
    credentials,
    requestHandler,
    maxAttempts: options.maxAttempts ?? 5,
    customUserAgent: [['sealcheck', options.toolVersion]],
    ...(options.endpoint === null ? {} : { endpoint: options.endpoint }),
  });

/** The organization and its accounts, as its management account or a delegated administrator sees them. */
export async function readAccounts(
  aws: AwsClients,
): Promise<Pick<OrganizationEvidence, 'organization' | 'accounts'>> {
  const client = clientOf(aws);
  const organization = await observe(
    'organizations:DescribeOrganization',
    async () => {
      const { Organization: it } = await client.send(new DescribeOrganizationCommand({}));
      return {
        id: idOf(IDS.organization, it?.Id),
        managementAccountId: idOf(IDS.account, it?.MasterAccountId),
      };
    },
    ['AWSOrganizationsNotInUseException'],
  );
  if (organization.state !== 'known') return { organization, accounts: organization };
  return {
    organization,
    accounts: await observe('organizations:ListAccounts', async () => accountsOf(client)),
  };
}

async function accountsOf(client: OrganizationsClient): Promise<readonly OrganizationAccount[]> {
  const pages = await everyPage(async (NextToken) => {
    const page = await client.send(new ListAccountsCommand({ ...(NextToken ? { NextToken } : {}) }));
    return { items: page.Accounts ?? [], next: page.NextToken };
  });
  const accounts = pages.map(({ Id, Name, Status, State }): OrganizationAccount => ({
    id: idOf(IDS.account, Id),
    name: Name ?? '',
    status: State ?? Status ?? 'UNKNOWN',
  }));
  return accounts.sort((a, b) => (a.id < b.id ? -1 : 1));
}

/**
 * The SCPs and RCPs that hold for some accounts: of each account itself, of the units above it and of the root. What
 * accounts share is read once, and so is each policy. What Organizations refuses is unknown where it was to be known.
 */
export async function readPolicies(
  aws: AwsClients,
  accountIds: readonly string[],
): Promise<Pick<OrganizationEvidence, 'parents' | 'attached' | 'policies'>> {
  const client = clientOf(aws);
  const parentOf = once(async (child) => readParent(client, child));
  const parents = await forEach(accountIds, async (id) => readParents(id, parentOf));
  const targets = new Set([
    ...accountIds,
    ...Object.values(parents).flatMap((above) => valueOf(above) ?? []),
  ]);
  const found = new Map<string, Pick<OrganizationPolicy, 'name' | 'kind'>>();
  const attached = await forEach([...targets], async (target): Promise<AttachedPolicies> => ({
    scp: await readAttached(client, target, 'scp', found),
    rcp: await readAttached(client, target, 'rcp', found),
  }));
  const policies = await forEach([...found.keys()], async (id) => ({
    name: found.get(id)?.name ?? id,
    kind: found.get(id)?.kind ?? 'scp',
    content: await observe('organizations:DescribePolicy', async () => {
      const { Policy } = await client.send(new DescribePolicyCommand({ PolicyId: id }));
      if (Policy?.Content === undefined) throw new MalformedAnswer('DescribePolicy answered no document');
      return Policy.Content;
    }),
  }));
  return { parents, attached, policies };
}

/** How AWS Organizations writes its ids (API reference). They become names of role, property and file. */
const IDS = {
  organization: /^o-[a-z0-9]{10,32}$/,
  account: /^\d{12}$/,
  parent: /^(r-[0-9a-z]{4,32}|ou-[0-9a-z]{4,32}-[a-z0-9]{8,32})$/,
  policy: /^p-[0-9a-zA-Z_]{8,128}$/,
} as const;

function idOf(pattern: RegExp, id: string | undefined): string {
  if (id !== undefined && pattern.test(id)) return id;
  throw new MalformedAnswer(
    `AWS Organizations answered ${JSON.stringify(id ?? null).slice(0, 80)} for an id`,
  );
}

type Parent = Observed<{ readonly id: string; readonly isRoot: boolean }>;

async function readParent(client: OrganizationsClient, child: string): Promise<Parent> {
  return observe('organizations:ListParents', async () => {
    const { Parents } = await client.send(new ListParentsCommand({ ChildId: child }));
    const [parent] = Parents ?? [];
    return { id: idOf(IDS.parent, parent?.Id), isRoot: parent?.Type === 'ROOT' };
  });
}

async function readParents(
  account: string,
  parentOf: (child: string) => Promise<Parent>,
): Promise<Observed<readonly string[]>> {
  const above: string[] = [];
  let at = account;
  for (;;) {
    const parent = await parentOf(at);
    if (parent.state !== 'known') return parent;
    above.push(parent.value.id);
    if (parent.value.isRoot) return known(above);
    if (above.length > DEEPEST) {
      return observe('organizations:ListParents', () =>
        Promise.reject(new MalformedAnswer(`ListParents leads from ${account} to no root`)),
      );
    }
    at = parent.value.id;
  }
}

const FILTERS = { scp: 'SERVICE_CONTROL_POLICY', rcp: 'RESOURCE_CONTROL_POLICY' } as const;

async function readAttached(
  client: OrganizationsClient,
  target: string,
  kind: PolicyKind,
  found: Map<string, Pick<OrganizationPolicy, 'name' | 'kind'>>,
): Promise<Observed<readonly string[]>> {
  return observe('organizations:ListPoliciesForTarget', async () => {
    const policies = await everyPage(async (NextToken) => {
      const page = await client.send(
        new ListPoliciesForTargetCommand({
          TargetId: target,
          Filter: FILTERS[kind],
          ...(NextToken ? { NextToken } : {}),
        }),
      );
      return { items: page.Policies ?? [], next: page.NextToken };
    });
    const ids = policies.map(({ Id }) => idOf(IDS.policy, Id));
    policies.forEach(({ Name }, i) => found.set(ids[i] ?? '', { name: Name ?? ids[i] ?? '', kind }));
    return ids.sort();
  });
}

/** Pages may be empty and yet name a next one (AWS Organizations API reference). */
async function everyPage<T>(
  read: (
    token: string | undefined,
  ) => Promise<{ readonly items: readonly T[]; readonly next?: string | undefined }>,
): Promise<readonly T[]> {
  const all: T[] = [];
  let token: string | undefined;
  do {
    const { items, next } = await read(token);
    if (next !== undefined && next === token)
      throw new MalformedAnswer('a page names itself as the next one');
    all.push(...items);
    token = next;
  } while (token !== undefined && token !== '');
  return all;
}

/** By id, in the order of ids; so many at a time. */
async function forEach<T>(
  ids: readonly string[],
  read: (id: string) => Promise<T>,
): Promise<Readonly<Record<string, T>>> {
  const results = new Map<string, T>();
  const waiting = [...ids];
  const worker = async (): Promise<void> => {
    for (let id = waiting.shift(); id !== undefined; id = waiting.shift()) results.set(id, await read(id));
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  return Object.fromEntries([...results].sort(([a], [b]) => (a < b ? -1 : 1)));
}

function once<T>(read: (id: string) => Promise<T>): (id: string) => Promise<T> {
  const asked = new Map<string, Promise<T>>();
  return async (id) => {
    let reading = asked.get(id);
    if (reading === undefined) {
      reading = read(id);
      asked.set(id, reading);
    }
    return reading;
  };
}
