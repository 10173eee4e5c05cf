import { createHash } from 'node:crypto';
import type { TrailLogStore } from '../collectors/trails-log-store.ts';
import { AuditError } from '../model/errors.ts';
import type { LedgerGap, LedgerWindow } from '../model/ledger.ts';
import type { TrailEvidence } from '../model/trail.ts';
import { ahead } from './ahead.ts';
import { changesIn } from './change-events.ts';
import type { ChangeEvent } from './change-events.ts';
import type { Digest } from './digest.ts';
import { checkDigests } from './digest-chain.ts';
import { inflate } from './inflate.ts';
import { unreadable } from './log-gaps.ts';
import { findLayout } from './log-layout.ts';
import type { LogRegion } from './log-layout.ts';
import { daysToRead, listLogs } from './log-listing.ts';
import { keysFor, placeFits, readDigests } from './read-digests.ts';
import type { PublicKeySource } from './read-digests.ts';

export type ChangeOptions = {
  readonly store: TrailLogStore;
  readonly publicKeys: PublicKeySource;
  readonly trail: Pick<TrailEvidence, 'name' | 'arn' | 'accountId' | 'homeRegion' | 'organization'>;
  /** Whose buckets, in which Region. */
  readonly accountId: string;
  readonly region: string;
  readonly buckets: readonly string[];
  /** ISO 8601 UTC: `from` is when the earlier run began, `to` is now. */
  readonly window: LedgerWindow;
  readonly signal?: AbortSignal;
};

/** What UpdateObjectEncryption did since an instant, or in a few words why that is not known. */
export type InPlaceRecord =
  | {
      readonly kind: 'proven';
      /** Up to here, ISO 8601 UTC, no other object was sealed anew; later changes are listed as far as they were met. */
      readonly until: string;
      readonly logFiles: number;
      /** By bucket, sorted: keys whose versions may have been sealed anew; null is any of them. */
      readonly touched: Readonly<Record<string, readonly string[] | null>>;
    }
  | { readonly kind: 'unproven'; readonly why: string };

/** CloudTrail delivers within minutes, and promises nothing: an event may be this late and is not missed. */
const DELIVERY_MS = 3_600_000;

/** What is known only up to an earlier time than this before now is not worth taking over. */
const STALE_MS = 24 * 3_600_000;

/** Keys that are remembered of one bucket; where there are more, all of it counts as touched. */
const KEYS_KEPT = 100_000;

const FILES_AHEAD = 3;

/**
 * Reads from a trail's log files which objects were sealed anew in place. Only what its digests prove counts: every
 * digest of the window signed and chained, every log file they list there and unchanged, and no change of the trail.
 * Throws AuditError for lost credentials and an abort alone.
 */
export async function readInPlaceChanges(options: ChangeOptions): Promise<InPlaceRecord> {
  try {
    return await read(options);
  } catch (error) {
    if (error instanceof Unproven) return { kind: 'unproven', why: error.message };
    throw error;
  }
}

/** Breaks off where nothing can be proven any more. */
class Unproven extends Error {}

async function read(options: ChangeOptions): Promise<InPlaceRecord> {
  const { store, trail, window } = options;
  const places = await placesOf(options);
  const gaps: LedgerGap[] = [];
  const all = await readDigests(store, places, window, gaps);
  assertNone(gaps);
  const ends: string[] = [];
  const logs = new Map<string, string>();
  for (const place of places) {
    const chain = all.filter(
      ({ name, document }) =>
        name.accountId === place.accountId &&
        name.region === place.region &&
        name.trail === `${trail.name}_${trail.homeRegion}` &&
        !name.backfill &&
        Date.parse(document.digestEndTime) > Date.parse(window.from),
    );
    ends.push(await endOfChain(options, place, chain));
    for (const { document } of chain)
      for (const { s3Object, hashValue } of document.logFiles) logs.set(s3Object, hashValue);
  }
  const until = new Date(Date.parse(ends.sort()[0] ?? window.from) - DELIVERY_MS).toISOString();
  if (Date.parse(until) <= Date.parse(window.from)) throw new Unproven(`its digests end too soon to tell`);
  if (Date.parse(window.to) - Date.parse(until) > STALE_MS)
    throw new Unproven(`what its digests prove ends at ${until}, more than a day before this run`);
  const touched = createTouched(options);
  for await (const events of ahead(logs, FILES_AHEAD, async ([key, hash]) => provenLog(store, key, hash))) {
    if (options.signal?.aborted)
      throw new AuditError('INTERRUPTED', 'The reading of log files was interrupted.');
    events.forEach(touched.note);
  }
  for await (const events of newestLogs(options, places, until, logs)) events.forEach(touched.note);
  return { kind: 'proven', until, logFiles: logs.size, touched: touched.list() };
}

/** The folders to read: where the buckets' own events are, and where changes of the trail are recorded. */
async function placesOf({ store, trail, accountId, region }: ChangeOptions): Promise<readonly LogRegion[]> {
  let layout;
  try {
    layout = await findLayout(store);
  } catch (error) {
    throw new Unproven(unreadable(store.location, error).message);
  }
  const has = (one: LogRegion, account: string, where: string): boolean =>
    one.accountId === account && one.region === where;
  const places = (layout ?? []).filter(
    (one) =>
      has(one, accountId, region) ||
      // An organization's trail may be changed from more than one account.
      (one.region === trail.homeRegion && (trail.organization || one.accountId === trail.accountId)),
  );
  for (const [account, where] of [
    [accountId, region],
    [trail.accountId, trail.homeRegion],
  ] as const) {
    if (!places.some((one) => has(one, account, where)))
      throw new Unproven(`there are no log files of account ${account} in ${where} at ${store.location}`);
  }
  return places;
}

/** Where an unbroken chain of signed digests that begins before the window ends. */
async function endOfChain(
  { store, publicKeys, window }: ChangeOptions,
  { accountId, region }: LogRegion,
  chain: readonly Digest[],
): Promise<string> {
  const where = `account ${accountId} in ${region}`;
  const found = checkDigests(chain, await keysFor(chain, window, publicKeys), (digest) =>
    placeFits(store, digest),
  );
  const sorted = [...chain].sort((a, b) => (a.document.digestEndTime < b.document.digestEndTime ? -1 : 1));
  const [first, last] = [sorted[0]?.document, sorted.at(-1)?.document];
  if (!first || !last) throw new Unproven(`it has no digests of ${where}`);
  assertNone(found.gaps);
  if (found.signed !== chain.length) throw new Unproven(`not every digest of ${where} is signed`);
  if (Date.parse(first.digestStartTime) > Date.parse(window.from))
    throw new Unproven(`its digests of ${where} begin at ${first.digestStartTime}`);
  for (const [i, { document }] of sorted.entries()) {
    const before = sorted[i - 1]?.document.digestEndTime;
    if (before !== undefined && document.digestStartTime !== before)
      throw new Unproven(`its digests of ${where} leave out the time from ${before}`);
  }
  return last.digestEndTime;
}

function assertNone(gaps: readonly LedgerGap[]): void {
  const [gap] = gaps;
  if (gap) throw new Unproven(`${gap.where}: ${gap.message}`);
}

/** The changes in a log file that a digest lists, when it is that very file. */
async function provenLog(store: TrailLogStore, key: string, hash: string): Promise<readonly ChangeEvent[]> {
  const prefix = store.keyOf('');
  if (!key.startsWith(prefix)) throw new Unproven(`a digest lists ${key}, which is not at ${store.location}`);
  const path = key.slice(prefix.length);
  const bytes = await inflated(store, path);
  if (createHash('sha256').update(bytes).digest('hex') !== hash)
    throw new Unproven(`${path} is not the log file that CloudTrail delivered`);
  const changes = changesIn(bytes);
  if (changes === null) throw new Unproven(`${path} is not a CloudTrail log file`);
  return changes;
}

async function inflated(store: TrailLogStore, path: string): Promise<Uint8Array> {
  let answer;
  try {
    answer = await inflate((await store.read(path)).bytes);
  } catch (error) {
    throw new Unproven(`${path}: ${unreadable(path, error).message}`);
  }
  if (answer.defect !== null) throw new Unproven(`${path} is damaged`);
  return answer.bytes;
}

/** Log files that no digest lists yet: nothing proves them, but what they tell of is asked again today. */
async function* newestLogs(
  { store, window }: ChangeOptions,
  places: readonly LogRegion[],
  until: string,
  proven: ReadonlyMap<string, string>,
): AsyncGenerator<readonly ChangeEvent[]> {
  for await (const folder of listLogs(store, places, daysToRead({ from: until, to: window.to }))) {
    if (folder.kind === 'unlisted') continue;
    for (const { path } of folder.files) {
      if (proven.has(store.keyOf(path))) continue;
      try {
        yield changesIn(await inflated(store, path)) ?? [];
      } catch (error) {
        if (!(error instanceof Unproven)) throw error;
      }
    }
  }
}

function createTouched({ buckets, trail, region }: ChangeOptions) {
  const touched = new Map<string, Set<string> | null>();
  const touch = (bucket: string, keys: readonly string[] | null): void => {
    const before = touched.get(bucket);
    if (before === null) return;
    const all = before ?? new Set<string>();
    for (const key of keys ?? []) all.add(key);
    touched.set(bucket, keys === null || all.size > KEYS_KEPT ? null : all);
  };
  return {
    note: (event: ChangeEvent): void => {
      if (event.kind === 'job') {
        if (event.region !== null && event.region !== region) return;
        throw new Unproven(
          `S3 Batch Operations was at work (${event.name}), which may have updated encryption`,
        );
      }
      if (event.kind === 'trail') {
        if (event.trail === null || event.trail === trail.name || event.trail === trail.arn)
          throw new Unproven(`it was changed: ${event.name}`);
        return;
      }
      for (const bucket of buckets)
        if (event.buckets === null || event.buckets.includes(bucket)) touch(bucket, event.keys);
    },
    list: (): Record<string, readonly string[] | null> =>
      Object.fromEntries(
        [...touched]
          .sort(([a], [b]) => (a < b ? -1 : 1))
          .map(([bucket, keys]) => [bucket, keys && [...keys].sort()]),
      ),
  };
}
