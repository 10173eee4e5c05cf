import type { Census } from '../model/census.ts';
import { addRequests, addSpent } from '../model/spent.ts';
import type { RequestCounts, Spent } from '../model/spent.ts';
import type { AuditContext } from './context.ts';
import { readJson, toJson } from './json-files.ts';
import { RUN_FILES } from './run-store.ts';
import type { RunStore } from './run-store.ts';

/**
 * A census with all that was spent on it: by the parts it has, by this call beyond them, and by calls before that
 * broke off. A call that breaks off leaves its own account behind; one that is killed leaves what its parts say.
 */
export async function spentOn(
  context: AuditContext,
  bucket: string,
  count: (metered: AuditContext) => Promise<Census>,
): Promise<Census> {
  const { store } = context;
  const aws = context.aws.metered();
  const path = RUN_FILES.spent(bucket);
  const before = await readJson<Spent>(store, path);
  const withRest = (spent: Spent | undefined): Spent =>
    addSpent([spent, before, aws.meter.take()].filter((one) => one !== null && one !== undefined));
  try {
    const census = await count({ ...context, aws });
    return { ...census, spent: withRest(census.spent) };
  } catch (error) {
    await leave(store, path, withRest(undefined));
    throw error;
  }
}

/** Does some work of a run, and adds the requests it sent, by service, to the account of that stage. */
export async function withRequestsTold<T>(
  context: AuditContext,
  stage: string,
  work: (metered: AuditContext) => Promise<T>,
): Promise<T> {
  const { store } = context;
  const aws = context.aws.metered();
  const path = RUN_FILES.requests(stage);
  const told = async (): Promise<RequestCounts | null> => {
    const sent = aws.meter.requests();
    if (Object.keys(sent).length === 0) return null;
    const before = await readJson<RequestCounts>(store, path);
    return addRequests(before ? [before, sent] : [sent]);
  };
  let result: T;
  try {
    result = await work({ ...context, aws });
  } catch (error) {
    // A run that could not even be planned leaves nothing behind.
    if (await store.has(RUN_FILES.plan).catch(() => false))
      await leave(store, path, await told().catch(() => null));
    throw error;
  }
  const counts = await told();
  if (counts) await store.write(path, toJson(counts));
  return result;
}

/** What broke the work off may break the store as well, and is what has to be told. */
async function leave(store: RunStore, path: string, account: Spent | RequestCounts | null): Promise<void> {
  if (account) await store.write(path, toJson(account)).catch(() => undefined);
}

/** The requests of a run by service, null when none of its stages told. */
export async function readRequests(store: RunStore): Promise<RequestCounts | null> {
  const all: RequestCounts[] = [];
  for (const path of await store.list(RUN_FILES.requestsFolder)) {
    const counts = await readJson<RequestCounts>(store, path);
    if (counts) all.push(counts);
  }
  return all.length === 0 ? null : addRequests(all);
}
