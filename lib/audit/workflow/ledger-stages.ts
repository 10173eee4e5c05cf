import { lookupRegion, lookupRegionSoFar, mergeRegions } from '../../ledger/lookup.ts';
import { listLogs } from '../../ledger/log-listing.ts';
import { readingId, readLogs } from '../../ledger/read-logs.ts';
import { foldLogs, trailLayout } from '../../ledger/trail-logs.ts';
import { AuditError } from '../../model/errors.ts';
import type { BucketEvidence } from '../../model/evidence.ts';
import type { DecryptLedger } from '../../model/ledger.ts';
import { eachAtOnce } from '../at-once.ts';
import type { AuditContext } from '../context.ts';
import { readJson, requireJson, toJson } from '../json-files.ts';
import { historyOptions, ledgerAsked, takeTrails, wholeHistory } from '../ledger-stage.ts';
import type { LedgerAsked } from '../ledger-stage.ts';
import { openTrail } from '../open-trail.ts';
import type { OpenTrail } from '../open-trail.ts';
import type { Plan } from '../plan.ts';
import { RUN_FILES } from '../run-store.ts';
import { withRequestsTold } from '../spent.ts';
import type { RunStore } from '../run-store.ts';
import { resumedContext, workPrefix, workStoreOf } from './environment.ts';
import type { StageCall, StageEnvironment, StageRound } from './environment.ts';
import { lostSliceEvent, parseEvent, roundEvent, sliceEvent, whyLost } from './events.ts';
import { cutLedger } from './ledger-slices.ts';
import type { LedgerSlice, LogSlice, SlicePlan } from './ledger-slices.ts';
import {
  allReadings,
  namesIn,
  pieceWriter,
  readLost,
  savedReadings,
  SLICE_FILES,
  writeLost,
} from './slice-files.ts';

/** What the workflow's history keeps of one slice; what was read of it is in the run, or beside it. */
export type SliceDone = { readonly slice: string; readonly done: boolean };

/** Calls of fifteen minutes that a slice is given: more than a day. What is not read by then is a gap. */
const ROUNDS = 100;

/** Buckets whose facts are read at the same time. */
const AT_ONCE = 32;

/**
 * Stage 4 of a deployed audit. Without a slice: lists the slices that have yet to be read, or, when none has, puts the
 * ledger together. With one: reads it as far as the time goes. With an error: keeps the account of what was given up.
 */
export async function ledgerStage(
  environment: StageEnvironment,
  event: unknown,
  call: StageCall,
): Promise<StageRound | SliceDone> {
  if (has(event, 'error')) return lostSlice(environment, event);
  return has(event, 'slice') ? readSlice(environment, event, call) : planSlices(environment, event, call);
}

const has = (event: unknown, field: string): boolean =>
  typeof event === 'object' && event !== null && field in event;

async function planSlices(
  environment: StageEnvironment,
  event: unknown,
  { signal, invocation }: StageCall,
): Promise<StageRound> {
  const { runId, round } = parseEvent(roundEvent, event);
  const { context, plan } = await resumedContext(environment, runId, signal);
  const work = workStoreOf(environment, runId);
  const answer = (items: number): StageRound => ({
    runId,
    reportBucket: environment.reportBucket,
    round: round + 1,
    itemsKey: workPrefix(runId) + SLICE_FILES.items(round),
    items,
  });
  if (await context.store.has(RUN_FILES.ledger)) return answer(0);
  const told = async <T>(ask: (metered: AuditContext) => Promise<T>): Promise<T> =>
    withRequestsTold(context, `ledger-${invocation}`, ask);
  const slicePlan = await told(async (metered) => takeSlicePlan(metered, plan, work));
  if (slicePlan === null) return answer(0);
  const lost = await readLost(work);
  const ended = await endedSlices(context.store, work, slicePlan);
  const left = slicePlan.slices.filter(({ name }) => !ended.has(name) && !lost.has(name));
  if (left.length > 0 && round < ROUNDS) {
    await work.write(SLICE_FILES.items(round), toJson(left), 'application/json');
    return answer(left.length);
  }
  const unread = new Map([
    ...[...lost].filter(([name]) => !ended.has(name)),
    ...left.map(({ name }) => [name, 'the time for it was up'] as const),
  ]);
  const ledger = await told(async (metered) => mergeSlices(metered, work, slicePlan, unread));
  await context.store.write(RUN_FILES.ledger, toJson(ledger));
  return answer(0);
}

/** Cut once a run, so that every round speaks of the same slices; null when no requirement asks. */
async function takeSlicePlan(context: AuditContext, plan: Plan, work: RunStore): Promise<SlicePlan | null> {
  const saved = await readJson<SlicePlan>(work, SLICE_FILES.plan);
  if (saved) return saved;
  const asked = await ledgerAsked(context, plan, await readBuckets(context, plan));
  if (asked === null) return null;
  await takeTrails(context, plan, asked.places);
  const trail = await trailOf(context);
  const cut = cutLedger(asked, trail === null ? undefined : await trailLayout(trail.store));
  await work.write(SLICE_FILES.plan, toJson(cut));
  return cut;
}

async function readBuckets({ store, signal }: AuditContext, plan: Plan): Promise<readonly BucketEvidence[]> {
  const buckets: BucketEvidence[] = [];
  await eachAtOnce(AT_ONCE, plan.targets, signal, async ({ name }) => {
    buckets.push(await requireJson<BucketEvidence>(store, RUN_FILES.bucket(name)));
  });
  return buckets;
}

const trailOf = async ({ aws, configuration }: AuditContext): Promise<OpenTrail | null> =>
  configuration.trail === undefined ? null : openTrail(aws, configuration.trail, undefined);

async function endedSlices(
  store: RunStore,
  work: RunStore,
  { slices }: SlicePlan,
): Promise<ReadonlySet<string>> {
  const ended = new Set(await namesIn(work, SLICE_FILES.endedFolder));
  for (const slice of slices) {
    if (slice.kind === 'history' && (await store.has(RUN_FILES.ledgerRegion(slice.region))))
      ended.add(slice.name);
  }
  return ended;
}

/** @param unread why slices are not whole, by name */
async function mergeSlices(
  context: AuditContext,
  work: RunStore,
  slicePlan: SlicePlan,
  unread: ReadonlyMap<string, string>,
): Promise<DecryptLedger> {
  const { window, layout } = slicePlan;
  const trail = await trailOf(context);
  if (trail !== null) {
    const readings = allReadings(work, slicePlan, (slice) => unread.get(slice) ?? null);
    return foldLogs({ ...trail, window, ...stopOf(context) }, layout ?? null, readings);
  }
  const parts: DecryptLedger[] = [];
  for (const slice of slicePlan.slices) {
    if (slice.kind !== 'history') continue;
    const { name, region } = slice;
    parts.push(
      (await readJson<DecryptLedger>(context.store, RUN_FILES.ledgerRegion(region))) ??
        (await lookupRegionSoFar(
          historyOptions(context, accountsIn(slicePlan, region), slicePlan),
          region,
          unread.get(name) ?? 'it was not asked',
        )),
    );
  }
  return mergeRegions(wholeHistory(slicePlan), parts);
}

const accountsIn = ({ places }: SlicePlan, region: string): readonly string[] =>
  places.find((place) => place.region === region)?.accounts ?? [];

const stopOf = ({ signal }: AuditContext): { readonly signal?: AbortSignal } =>
  signal === undefined ? {} : { signal };

async function readSlice(
  environment: StageEnvironment,
  event: unknown,
  { signal, invocation }: StageCall,
): Promise<SliceDone> {
  const { runId, slice } = parseEvent(sliceEvent, event);
  const { context } = await resumedContext(environment, runId, signal);
  const work = workStoreOf(environment, runId);
  const done = await withRequestsTold(context, `ledger-${invocation}`, async (metered) =>
    slice.kind === 'history'
      ? readHistory(metered, work, slice)
      : readLogSlice(metered, work, slice, invocation),
  );
  return { slice: slice.name, done };
}

async function readHistory(
  context: AuditContext,
  work: RunStore,
  { region }: Extract<LedgerSlice, { kind: 'history' }>,
): Promise<boolean> {
  const path = RUN_FILES.ledgerRegion(region);
  if (await context.store.has(path)) return true;
  const slicePlan = await requireJson<SlicePlan>(work, SLICE_FILES.plan);
  try {
    const options = {
      ...historyOptions(context, accountsIn(slicePlan, region), slicePlan),
      regions: [region],
      ...stopOf(context),
    };
    await context.store.write(path, toJson(await lookupRegion(options, region)));
    return true;
  } catch (error) {
    if (error instanceof AuditError && error.code === 'INTERRUPTED') return false;
    throw error;
  }
}

async function readLogSlice(
  context: AuditContext,
  work: RunStore,
  slice: LogSlice,
  invocation: string,
): Promise<boolean> {
  if (await work.has(SLICE_FILES.ended(slice.name))) return true;
  const trail = await trailOf(context);
  if (trail === null) throw new AuditError('INPUT_INVALID', 'The run reads no trail, and the slice is one.');
  const done = new Set<string>();
  for await (const reading of savedReadings(work, slice.name)) done.add(readingId(reading));
  const writer = await pieceWriter(work, slice.name, invocation);
  const folders = listLogs(trail.store, slice.folders, slice.days);
  for await (const reading of readLogs(trail.store, folders, { hashed: true, done })) {
    await writer.add(reading);
    if (context.signal?.aborted) {
      await writer.close();
      return false;
    }
  }
  await writer.close();
  await work.write(SLICE_FILES.ended(slice.name), toJson({ ended: true }));
  return true;
}

/** A slice that failed for good is a gap; a ledger that could not even be cut is nothing but one. */
async function lostSlice(environment: StageEnvironment, event: unknown): Promise<SliceDone> {
  const { runId, slice, error, cause } = parseEvent(lostSliceEvent, event);
  const why = `the ledger stage gave up: ${whyLost(error, cause)}`;
  if (slice !== undefined) {
    await writeLost(workStoreOf(environment, runId), slice.name, why);
    return { slice: slice.name, done: false };
  }
  const { context, plan } = await resumedContext(environment, runId);
  const asked = await ledgerAsked(context, plan, await readBuckets(context, plan));
  if (asked !== null && !(await context.store.has(RUN_FILES.ledger))) {
    await context.store.write(RUN_FILES.ledger, toJson(lostLedger(context, asked, why)));
  }
  return { slice: '', done: false };
}

function lostLedger({ configuration }: AuditContext, asked: LedgerAsked, why: string): DecryptLedger {
  const { trail } = configuration;
  const nothing = mergeRegions(wholeHistory(asked), []);
  const where = trail ?? nothing.location;
  return {
    ...nothing,
    source: trail === undefined ? 'lookup-events' : 'trail-logs',
    location: where,
    gaps: [...nothing.gaps, { kind: 'NOT_READ', loses: 'events', where, count: 1, message: why }],
  };
}
