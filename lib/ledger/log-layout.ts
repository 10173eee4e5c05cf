import type { TrailLogStore } from '../collectors/trails-log-store.ts';

/** One account's log files of one Region. Paths end in `/`. */
export type LogRegion = {
  readonly accountId: string;
  readonly region: string;
  readonly logs: string;
  /** Null where no digest was ever delivered. */
  readonly digests: string | null;
};

/** The folders as CloudTrail lays them out, or null where the files lie some other way. */
export type LogLayout = readonly LogRegion[] | null;

/** How far down the prefix of a trail may hide its AWSLogs folder, and how many folders are looked at for it. */
const SEARCH = { depth: 3, folders: 100 } as const;

/**
 * Finds `[prefix/]AWSLogs/[o-…/]ACCOUNT/CloudTrail/REGION/` (FACTS §4). Of an account's folders only CloudTrail and
 * CloudTrail-Digest are looked into: their siblings hold Insights and other events.
 */
export async function findLayout(store: TrailLogStore): Promise<LogLayout> {
  const roots = await findRoots(store);
  if (roots.length === 0) return null;
  const regions: LogRegion[] = [];
  for (const root of roots) {
    for (const account of await accountFolders(store, root)) {
      regions.push(...(await regionsOf(store, account)));
    }
  }
  return regions;
}

async function findRoots(store: TrailLogStore): Promise<readonly string[]> {
  let level = [''];
  let looked = 0;
  for (let depth = 0; depth <= SEARCH.depth; depth += 1) {
    const below: string[] = [];
    const roots: string[] = [];
    for (const path of level) {
      if (looked >= SEARCH.folders) return roots;
      looked += 1;
      for (const name of await store.folders(path)) {
        if (name === 'AWSLogs') roots.push(`${path}AWSLogs/`);
        else if (depth === 0 && isAccount(name)) return [''];
        else below.push(`${path}${name}/`);
      }
    }
    if (roots.length > 0) return roots;
    level = below;
  }
  return [];
}

type AccountFolder = { readonly accountId: string; readonly path: string };

/** An organization's trail puts the accounts below its own id. */
async function accountFolders(store: TrailLogStore, root: string): Promise<readonly AccountFolder[]> {
  const accounts: AccountFolder[] = [];
  for (const name of await store.folders(root)) {
    if (isAccount(name)) accounts.push({ accountId: name, path: `${root}${name}/` });
    else if (name.startsWith('o-')) accounts.push(...(await accountFolders(store, `${root}${name}/`)));
  }
  return accounts;
}

async function regionsOf(
  store: TrailLogStore,
  { accountId, path }: AccountFolder,
): Promise<readonly LogRegion[]> {
  const kinds = await store.folders(path);
  if (!kinds.includes('CloudTrail')) return [];
  const withDigests = kinds.includes('CloudTrail-Digest')
    ? await store.folders(`${path}CloudTrail-Digest/`)
    : [];
  const withLogs = await store.folders(`${path}CloudTrail/`);
  return [...new Set([...withLogs, ...withDigests])].sort().map((region) => ({
    accountId,
    region,
    logs: `${path}CloudTrail/${region}/`,
    digests: withDigests.includes(region) ? `${path}CloudTrail-Digest/${region}/` : null,
  }));
}

const isAccount = (name: string): boolean => /^\d{12}$/.test(name);
