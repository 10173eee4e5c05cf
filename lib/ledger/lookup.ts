import type { AwsClients } from '../collectors/clients.ts';
import { reasonOf } from '../collectors/observe.ts';
import { lookupDecrypts, lookupGate } from '../collectors/trails-lookup.ts';
import type { LookupPace } from '../collectors/trails-lookup.ts';
import { AuditError } from '../model/errors.ts';
import type { DecryptLedger, LedgerGap, LedgerWindow } from '../model/ledger.ts';
import { describeReason } from '../model/observed.ts';
import { wholeSecond } from '../model/whole-second.ts';
import type { DecryptEvent } from './attribute.ts';
import { newestFirst } from './event-histories.ts';
import { createFold } from './fold.ts';
import { chained, noPieces } from './lookup-pieces.ts';
import type { PieceStore } from './lookup-pieces.ts';
import { impatient, timeIsUp } from './lookup-pace.ts';
import { mergeGaps, mergeLedgers } from './merge.ts';

/** Whose event history, and the clients that may read it. */
export type LookupAccount = {
  readonly accountId: string;
  readonly aws: Pick<AwsClients, 'eventHistory'>;
};

/** Whose event history a ledger is. */
type Whose = { readonly accountId: string; readonly others?: readonly { readonly accountId: string }[] };

export type LookupOptions = LookupAccount & {
  /** Further accounts, read together with it: a call between two of them is then counted once. */
  readonly others?: readonly LookupAccount[];
  readonly regions: readonly string[];
  readonly window: LedgerWindow;
  /** ISO 8601 UTC: event history reaches back 90 days from here. */
  readonly now: string;
  readonly pace: LookupPace;
  readonly pieces?: PieceStore;
  /** Events after which a piece is saved; 50,000 take about ten minutes at two pages a second. */
  readonly pieceEvents?: number;
  readonly onProgress?: (region: string, events: number) => void;
  /** Stops the reading: what is whole by then is saved as a piece, and AuditError INTERRUPTED thrown. */
  readonly signal?: AbortSignal;
  /** Ends the reading where it stands: what was not reached is a gap. */
  readonly deadline?: AbortSignal;
};

const HISTORY_MS = 90 * 86_400_000;

/**
 * The ledger of the event history of one account, or of several, in some Regions, all at once, each at its own pace.
 * Whatever AWS refuses is a gap; only lost credentials and an abort throw, and the pieces saved by then are not read
 * again.
 */
export async function lookupLedger(options: LookupOptions): Promise<DecryptLedger> {
  return mergeRegions(
    options,
    await Promise.all(options.regions.map(async (region) => lookupRegion(options, region))),
  );
}

/** One ledger of those of each Region, with what lies further back than event history as a gap. */
export function mergeRegions(
  options: Pick<LookupOptions, 'window' | 'now'> & Whose,
  parts: readonly DecryptLedger[],
): DecryptLedger {
  const { window } = options;
  const oldest = oldestOf(options);
  const ledger = parts.length === 0 ? empty(options, window) : mergeLedgers(parts);
  const gaps =
    window.from < oldest
      ? [
          gap(
            'WINDOW_CUT',
            'event history',
            `it reaches back to ${oldest}; nothing is known of the time before`,
          ),
        ]
      : [];
  return { ...ledger, location: historyOf(options), window, gaps: mergeGaps([...ledger.gaps, ...gaps]) };
}

const oldestOf = ({ now }: Pick<LookupOptions, 'now'>): string =>
  wholeSecond(new Date(Date.parse(now) - HISTORY_MS));

/** One Region's part of the ledger: what its pieces hold, and what has yet to be read. */
export async function lookupRegion(options: LookupOptions, region: string): Promise<DecryptLedger> {
  const { pieces = noPieces } = options;
  const window = reachable(options);
  const parts = [...chained(await pieces.list(region), window.to)];
  const done = parts.at(-1)?.window.from ?? window.to;
  if (done > window.from) {
    // A piece with a gap is not done, nor is what is older: the next run goes on before the oldest that is kept.
    let whole = true;
    for await (const piece of readPieces(options, region, { from: window.from, to: done })) {
      whole &&= piece.gaps.every(({ loses }) => loses !== 'events');
      if (whole) await pieces.save(region, piece);
      parts.push(piece);
    }
  }
  return mergeLedgers([...parts, empty(options, window, region)]);
}

/** One Region's part as far as its pieces go, without asking for more; `why` there is no more is a gap. */
export async function lookupRegionSoFar(
  options: Omit<LookupOptions, 'aws' | 'others' | 'pace' | 'regions'> & Whose,
  region: string,
  why: string,
): Promise<DecryptLedger> {
  const window = reachable(options);
  const parts = chained((await options.pieces?.list(region)) ?? [], window.to);
  const reached = parts.at(-1)?.window.from ?? window.to;
  const ledger = mergeLedgers([...parts, empty(options, window, region)]);
  return reached <= window.from
    ? ledger
    : { ...ledger, gaps: mergeGaps([...ledger.gaps, broken(region, reached, why)]) };
}

function reachable({ window, ...options }: Pick<LookupOptions, 'window' | 'now'>): LedgerWindow {
  const oldest = oldestOf(options);
  return window.from < oldest ? { ...window, from: oldest } : window;
}

/** What was read of one account for the piece at hand. */
type Progress = { files: number; records: number };

/** Newest first, as CloudTrail answers: a piece ends where the seconds before it are still to come. */
async function* readPieces(
  options: LookupOptions,
  region: string,
  window: LedgerWindow,
): AsyncGenerator<DecryptLedger> {
  const { signal, deadline, onProgress } = options;
  const pace = impatient(options.pace, [signal, deadline]);
  const accounts = [options, ...(options.others ?? [])];
  const gaps: LedgerGap[] = [];
  let to = window.to;
  let fold = createFold(window);
  let held: { readonly accountId: string; readonly event: DecryptEvent }[] = [];
  let read = new Map<string, Progress>();
  let inPiece = 0;
  let events = 0;
  let misplaced = 0;
  const progressOf = (accountId: string): Progress => {
    let progress = read.get(accountId);
    if (!progress) read.set(accountId, (progress = { files: 0, records: 0 }));
    return progress;
  };
  const release = (): void => {
    for (const { accountId, event } of held) {
      fold.addDecrypt(event);
      progressOf(accountId).records += 1;
    }
    inPiece += held.length;
    held = [];
  };
  const close = (from: string): DecryptLedger => {
    const folded = fold.finish();
    const scanned = accounts.map(({ accountId }) => ({ accountId, region, ...progressOf(accountId) }));
    const all = misplaced > 0 ? [...gaps, disorder(region, misplaced)] : gaps;
    const piece = {
      ...empty(options, { from, to }),
      ...folded,
      scanned,
      gaps: mergeGaps([...folded.gaps, ...all]),
    };
    to = from;
    fold = createFold({ from: window.from, to });
    gaps.length = 0;
    read = new Map();
    [inPiece, misplaced] = [0, 0];
    return piece;
  };
  /** Where what was read ends: of the oldest second seen more may be to come. */
  const reached = (oldest = held[0]): string => (oldest ? secondAfter(oldest.event.time) : to);
  const place = (accountId: string): string =>
    accounts.length === 1 ? region : `${accountId}/${region}/event history`;
  const histories = accounts.map(({ accountId, aws }) => {
    const gate = lookupGate(pace);
    /** However little time there is, one page is read: else no number of calls would come to an end. */
    const pass = async (): Promise<void> => {
      if (events > 0 && (signal?.aborted === true || deadline?.aborted === true)) throw timeIsUp();
      await gate.pass();
    };
    return { accountId, pages: lookupDecrypts(aws.eventHistory(region), window, { ...gate, pass }, pace) };
  });
  for await (const step of newestFirst(histories)) {
    const { accountId } = step;
    switch (step.kind) {
      case 'page':
        progressOf(accountId).files += 1;
        onProgress?.(region, events);
        if (inPiece >= (options.pieceEvents ?? 50_000) && reached() < to) yield close(reached());
        break;
      case 'failed': {
        if (signal?.aborted) {
          if (reached() < to) yield close(reached());
          throw new AuditError('INTERRUPTED', 'The reading of event history was interrupted.');
        }
        if (step.error instanceof AuditError) throw step.error;
        const why = deadline?.aborted
          ? 'the time for it was up'
          : describeReason(reasonOf('cloudtrail:LookupEvents', step.error));
        const mine = held.find((one) => one.accountId === accountId);
        gaps.push(broken(place(accountId), mine ? reached(mine) : to, why));
        held = held.filter((one) => one.accountId !== accountId);
        break;
      }
      case 'event': {
        const { attribution } = step;
        events += 1;
        if (attribution.kind === 'bad') {
          const { id, reason } = attribution;
          gaps.push(gap('BAD_EVENT', place(accountId), `event ${id ?? 'without an id'}: ${reason}`));
        } else if (attribution.kind === 'other') {
          const message = 'an event is not the Decrypt that CloudTrail was asked for';
          gaps.push(gap('BAD_EVENT', place(accountId), message));
        } else if (attribution.event.time >= to && to !== window.to) misplaced += 1;
        else {
          if (held[0] && held[0].event.time !== attribution.event.time) release();
          held.push({ accountId, event: attribution.event });
        }
      }
    }
  }
  release();
  onProgress?.(region, events);
  yield close(window.from);
}

const secondAfter = (time: string): string => wholeSecond(new Date(Date.parse(time) + 1000));

const broken = (where: string, reached: string, why: string): LedgerGap =>
  gap('NOT_READ', where, `event history was read back to ${reached} and no further: ${why}`);

const disorder = (region: string, count: number): LedgerGap => ({
  ...gap('NOT_READ', region, 'events came out of order and are not counted'),
  count,
});

const gap = (kind: LedgerGap['kind'], where: string, message: string): LedgerGap => ({
  kind,
  loses: 'events',
  where,
  count: 1,
  message,
});

/** The place of a ledger, for people. */
function historyOf({ accountId, others = [] }: Whose): string {
  return others.length === 0
    ? `event history of account ${accountId}`
    : `event history of ${others.length + 1} accounts`;
}

const empty = (whose: Whose, window: LedgerWindow, region?: string): DecryptLedger => ({
  schemaVersion: 1,
  source: 'lookup-events',
  location: historyOf(whose),
  window,
  events: 0,
  fromS3: 0,
  copies: 0,
  outside: 0,
  scanned:
    region === undefined
      ? []
      : [whose, ...(whose.others ?? [])].map(({ accountId }) => ({
          accountId,
          region,
          files: 0,
          records: 0,
        })),
  entries: [],
  gaps: [],
  validation: null,
});
