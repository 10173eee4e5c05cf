import { readTrails } from '../collectors/trails.ts';
import { lookupRegion, mergeRegions } from '../ledger/lookup.ts';
import type { LookupAccount, LookupOptions } from '../ledger/lookup.ts';
import type { PieceStore } from '../ledger/lookup-pieces.ts';
import { readTrailLogs } from '../ledger/trail-logs.ts';
import { AuditError } from '../model/errors.ts';
import type { BucketEvidence, KeyEvidence } from '../model/evidence.ts';
import { asOfMoment } from '../model/fact-source.ts';
import { groupBy } from '../model/group-by.ts';
import type { DecryptLedger, LedgerWindow } from '../model/ledger.ts';
import { unknown, valueOf } from '../model/observed.ts';
import type { RegionTrails } from '../model/trail.ts';
import { wholeSecond } from '../model/whole-second.ts';
import type { AuditContext } from './context.ts';
import { lookupPace } from './defaults.ts';
import { folderStore } from './folder-store.ts';
import { readJson, requireJson, toJson } from './json-files.ts';
import { openTrail } from './open-trail.ts';
import type { Plan } from './plan.ts';
import { RUN_FILES } from './run-store.ts';
import { scopeOf } from './scope.ts';

/** How far back decrypts are read where no requirement says: as far as event history goes. */
const DEFAULT_DAYS = 90;

/**
 * Stage 4. Reads who decrypted, and what the trails record, for the Regions of buckets whose requirements ask. Skips
 * what is already there; an event history that broke off goes on where its saved pieces end. What AWS refuses is in
 * the ledger; only lost credentials, an abort and a trail that is not there throw.
 */
export async function takeLedger(
  context: AuditContext,
  planned: Plan,
  buckets: readonly BucketEvidence[],
): Promise<void> {
  const { store, progress } = context;
  const asked = await ledgerAsked(context, planned, buckets);
  if (asked === null || (await store.has(RUN_FILES.ledger))) return;
  progress.stage(
    'ledger',
    `reading who decrypted, in ${asked.places.map(({ region }) => region).join(', ')}`,
  );
  await takeEarlier(context);
  await takeTrails(context, planned, asked.places);
  const ledger = await readLedger(context, asked);
  await store.write(RUN_FILES.ledger, toJson(ledger));
}

/** A Region, and the accounts whose events of it are read. */
export type LedgerPlace = { readonly region: string; readonly accounts: readonly string[] };

/** Where and when the requirements want to know who decrypted. */
export type LedgerAsked = {
  readonly places: readonly LedgerPlace[];
  readonly window: LedgerWindow;
  /** When the run was planned: event history reaches back 90 days from here. */
  readonly now: string;
};

/** Null when no requirement asks about any of these buckets. */
export async function ledgerAsked(
  context: Pick<AuditContext, 'packs' | 'configuration' | 'store'>,
  planned: Plan,
  buckets: readonly BucketEvidence[],
): Promise<LedgerAsked | null> {
  const asked = bucketsAsked(context, buckets);
  if (asked.size === 0) return null;
  return {
    places: await placesOf(context, planned, asked),
    window: windowOf(context, planned),
    now: wholeSecond(planned.startedAt),
  };
}

/** Buckets that some requirement on who may decrypt is about, by Region: S3 keeps a bucket's keys in its Region. */
function bucketsAsked(
  { packs }: Pick<AuditContext, 'packs'>,
  buckets: readonly BucketEvidence[],
): ReadonlyMap<string, readonly BucketEvidence[]> {
  const asking = packs.flatMap((pack) => pack.requirements).filter(({ decrypt }) => decrypt !== null);
  const asked = buckets.filter((bucket) => {
    const { memberships } = scopeOf(packs, bucket);
    return (
      valueOf(bucket.region) !== undefined &&
      asking.some(({ dataClass }) => (memberships[dataClass] ?? 'no') !== 'no')
    );
  });
  return groupBy(asked, ({ region }) => valueOf(region) ?? '');
}

/** The accounts of the buckets, and those of their keys: a key's account has a record of every use (FACTS §5.5). */
async function placesOf(
  { store }: Pick<AuditContext, 'store'>,
  { caller, accounts }: Plan,
  asked: ReadonlyMap<string, readonly BucketEvidence[]>,
): Promise<readonly LedgerPlace[]> {
  const regions = [...asked.keys()].sort();
  if (accounts === undefined) return regions.map((region) => ({ region, accounts: [caller.accountId] }));
  const listed = new Set(accounts.listed);
  const keys: KeyEvidence[] = [];
  for (const path of await store.list(RUN_FILES.keyFolder))
    keys.push(await requireJson<KeyEvidence>(store, path));
  return regions.map((region) => {
    const owners = keys
      .filter((key) => key.region === region)
      .flatMap(({ metadata }) => valueOf(metadata)?.accountId ?? [])
      .filter((owner) => listed.has(owner));
    const of = (asked.get(region) ?? []).map(({ accountId }) => accountId);
    return { region, accounts: [...new Set([...of, ...owners])].sort() };
  });
}

/** Copied into the run, so that a replay compares with the same. */
async function takeEarlier({ store, configuration }: AuditContext): Promise<void> {
  if (configuration.baseline === undefined) return;
  const earlier = await readJson<DecryptLedger>(folderStore(configuration.baseline), RUN_FILES.ledger);
  if (!earlier) {
    throw new AuditError(
      'NOT_FOUND',
      `The earlier run ${configuration.baseline} has no ledger to compare with.`,
    );
  }
  await store.write(RUN_FILES.earlierLedger, toJson(earlier));
}

/** Where the trails of a Region are kept: by account, in a run about several. */
export const trailsFile = ({ accounts }: Pick<Plan, 'accounts'>, region: string, account: string): string =>
  RUN_FILES.trails(region, accounts === undefined ? undefined : account);

/** What the trails record, by Region and account: read once a run, by whoever needs it first. */
export async function takeTrails(
  { aws, store, configuration }: AuditContext,
  planned: Plan,
  places: readonly LedgerPlace[],
): Promise<void> {
  // Selectors and states of trails are told as they are now.
  const past = asOfMoment(configuration.facts) !== null;
  const message = 'trails as they were at a past moment are not known';
  for (const { region, accounts } of places) {
    for (const account of accounts) {
      const path = trailsFile(planned, region, account);
      if (await store.has(path)) continue;
      const trails: RegionTrails = {
        region,
        ...(planned.accounts === undefined ? {} : { accountId: account }),
        trails: past
          ? unknown({ code: 'NOT_READ', operation: 'cloudtrail:DescribeTrails', message })
          : await readTrails(aws.account(account), region),
      };
      await store.write(path, toJson(trails));
    }
  }
}

async function readLedger(context: AuditContext, asked: LedgerAsked): Promise<DecryptLedger> {
  const { places, window } = asked;
  const { aws, signal, ledgerDeadline, configuration } = context;
  const stop = signal === undefined ? {} : { signal };
  if (configuration.trail !== undefined) {
    const { store, publicKeys } = await openTrail(aws, configuration.trail, undefined);
    return readTrailLogs({ store, window, publicKeys, ...stop });
  }
  const parts = await Promise.all(
    places.map(async ({ region, accounts }) =>
      lookupRegion(
        {
          ...historyOptions(context, accounts, asked),
          regions: [region],
          ...stop,
          ...(ledgerDeadline === undefined ? {} : { deadline: ledgerDeadline }),
        },
        region,
      ),
    ),
  );
  return mergeRegions(wholeHistory(asked), parts);
}

/** How event history of some accounts is read in a run, in one process or in several: its pieces are in the run. */
export function historyOptions(
  { aws, store }: Pick<AuditContext, 'aws' | 'store'>,
  accounts: readonly string[],
  { window, now }: Pick<LedgerAsked, 'window' | 'now'>,
): Omit<LookupOptions, 'regions'> {
  const [first = '', ...others] = accounts;
  const of = (accountId: string): LookupAccount => ({ accountId, aws: aws.account(accountId) });
  return {
    ...of(first),
    others: others.map(of),
    window,
    now,
    pace: lookupPace(aws.options.endpoint),
    pieces: piecesIn(store),
  };
}

/** What the ledger of all these places is about. */
export function wholeHistory({ places, window, now }: LedgerAsked): Parameters<typeof mergeRegions>[0] {
  const [accountId = '', ...others] = [...new Set(places.flatMap(({ accounts }) => accounts))].sort();
  return { accountId, others: others.map((other) => ({ accountId: other })), window, now };
}

/** From `--since`, else as far back as the requirements judge, to the moment that the run judges by. */
function windowOf(
  { packs, configuration }: Pick<AuditContext, 'packs' | 'configuration'>,
  planned: Plan,
): LedgerWindow {
  const past = asOfMoment(configuration.facts);
  const to = past === null ? wholeSecond(planned.startedAt) : nextSecond(past);
  if (configuration.since !== undefined) return { from: configuration.since, to };
  const days = packs
    .flatMap((pack) => pack.requirements)
    .flatMap(({ decrypt }) => (decrypt === null ? [] : [decrypt.maxAgeDays ?? DEFAULT_DAYS]));
  const from = new Date(Date.parse(to) - Math.max(...days) * 86_400_000);
  return { from: wholeSecond(from), to };
}

/** The end of a window is not part of it: the last second of a day reaches to the next. */
const nextSecond = (time: string): string => wholeSecond(new Date(Math.ceil(Date.parse(time) / 1000) * 1000));

function piecesIn(store: AuditContext['store']): PieceStore {
  return {
    list: async (region) => {
      const paths = await store.list(RUN_FILES.ledgerPieces(region));
      return Promise.all(paths.map(async (path) => requireJson<DecryptLedger>(store, path)));
    },
    save: async (region, piece) =>
      store.write(
        `${RUN_FILES.ledgerPieces(region)}${piece.window.from.replace(/[-:]/g, '')}.json`,
        toJson(piece),
      ),
  };
}

/** What the stage left behind; the ledger is null when no requirement asked for one. */
export async function savedLedger(store: AuditContext['store']): Promise<{
  readonly ledger: DecryptLedger | null;
  readonly earlierLedger: DecryptLedger | null;
  readonly trails: readonly RegionTrails[];
}> {
  const trails: RegionTrails[] = [];
  for (const path of await store.list(RUN_FILES.trailFolder))
    trails.push(await requireJson<RegionTrails>(store, path));
  return {
    ledger: await readJson<DecryptLedger>(store, RUN_FILES.ledger),
    earlierLedger: await readJson<DecryptLedger>(store, RUN_FILES.earlierLedger),
    trails,
  };
}
