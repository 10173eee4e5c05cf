import { readTrails } from '../collectors/trails.ts';
import { lookupLedger } from '../ledger/lookup.ts';
import type { LookupOptions } from '../ledger/lookup.ts';
import type { PieceStore } from '../ledger/lookup-pieces.ts';
import { readTrailLogs } from '../ledger/trail-logs.ts';
import { AuditError } from '../model/errors.ts';
import type { BucketEvidence } from '../model/evidence.ts';
import type { DecryptLedger, LedgerWindow } from '../model/ledger.ts';
import { valueOf } from '../model/observed.ts';
import type { RegionTrails } from '../model/trail.ts';
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
  const asked = ledgerAsked(context, planned, buckets);
  if (asked === null || (await store.has(RUN_FILES.ledger))) return;
  progress.stage('ledger', `reading who decrypted, in ${asked.regions.join(', ')}`);
  await takeEarlier(context);
  for (const region of asked.regions) await takeTrails(context, region);
  const ledger = await readLedger(context, planned, asked);
  await store.write(RUN_FILES.ledger, toJson(ledger));
}

/** Where and when the requirements want to know who decrypted. */
export type LedgerAsked = { readonly regions: readonly string[]; readonly window: LedgerWindow };

/** Null when no requirement asks about any of these buckets. */
export function ledgerAsked(
  context: Pick<AuditContext, 'packs' | 'configuration'>,
  planned: Plan,
  buckets: readonly BucketEvidence[],
): LedgerAsked | null {
  const regions = regionsAsked(context, buckets);
  return regions.length === 0 ? null : { regions, window: windowOf(context, planned) };
}

/** Regions of buckets that some requirement on who may decrypt is about; S3 keeps a bucket's keys in its Region. */
function regionsAsked(
  { packs }: Pick<AuditContext, 'packs'>,
  buckets: readonly BucketEvidence[],
): readonly string[] {
  const asking = packs.flatMap((pack) => pack.requirements).filter(({ decrypt }) => decrypt !== null);
  const regions = buckets
    .filter((bucket) => {
      const { memberships } = scopeOf(packs, bucket);
      return asking.some(({ dataClass }) => (memberships[dataClass] ?? 'no') !== 'no');
    })
    .flatMap(({ region }) => valueOf(region) ?? []);
  return [...new Set(regions)].sort();
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

/** What the trails of a Region record: read once a run, by whoever needs it first. */
export async function takeTrails({ aws, store }: AuditContext, region: string): Promise<void> {
  const path = RUN_FILES.trails(region);
  if (await store.has(path)) return;
  const trails: RegionTrails = { region, trails: await readTrails(aws, region) };
  await store.write(path, toJson(trails));
}

async function readLedger(
  context: AuditContext,
  planned: Plan,
  { regions, window }: LedgerAsked,
): Promise<DecryptLedger> {
  const { aws, signal, ledgerDeadline, configuration } = context;
  const stop = signal === undefined ? {} : { signal };
  if (configuration.trail !== undefined) {
    const { store, publicKeys } = await openTrail(aws, configuration.trail, undefined);
    return readTrailLogs({ store, window, publicKeys, ...stop });
  }
  return lookupLedger({
    ...historyOptions(context, planned, window),
    regions,
    ...stop,
    ...(ledgerDeadline === undefined ? {} : { deadline: ledgerDeadline }),
  });
}

/** How event history is read in a run, in one process or in several: its pieces are in the run. */
export const historyOptions = (
  { aws, store }: Pick<AuditContext, 'aws' | 'store'>,
  { caller }: Plan,
  window: LedgerWindow,
): Omit<LookupOptions, 'regions'> => ({
  aws,
  accountId: caller.accountId,
  window,
  now: window.to,
  pace: lookupPace(aws.options.endpoint),
  pieces: piecesIn(store),
});

/** From `--since`, else as far back as the requirements judge, to the moment the run was planned. */
function windowOf(
  { packs, configuration }: Pick<AuditContext, 'packs' | 'configuration'>,
  { startedAt }: Plan,
): LedgerWindow {
  const to = startedAt.replace(/\.\d+Z$/, 'Z');
  if (configuration.since !== undefined) return { from: configuration.since, to };
  const days = packs
    .flatMap((pack) => pack.requirements)
    .flatMap(({ decrypt }) => (decrypt === null ? [] : [decrypt.maxAgeDays ?? DEFAULT_DAYS]));
  const from = new Date(Date.parse(to) - Math.max(...days) * 86_400_000);
  return { from: from.toISOString().replace(/\.\d+Z$/, 'Z'), to };
}

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
