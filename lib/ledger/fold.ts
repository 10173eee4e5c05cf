import type { DecryptLedger, LedgerGap, LedgerWindow } from '../model/ledger.ts';
import type { DecryptEvent } from './attribute.ts';
import { createEntrySums } from './entries.ts';
import type { EntryPart } from './entries.ts';
import type { ReadEvent } from './read-event.ts';
import { createReadSums } from './reads.ts';

/** What a fold holds at most: past it, objects are counted by bucket, and the ledger says so. */
export type FoldLimits = { readonly objects: number; readonly reads: number };

export const FOLD_LIMITS: FoldLimits = { objects: 250_000, reads: 250_000 };

/** Folds events into a ledger, each call once. */
export type LedgerFold = {
  readonly addDecrypt: (event: DecryptEvent) => void;
  readonly addRead: (event: ReadEvent) => void;
  /** Says that whatever is yet to come is, but for stragglers, of `day` or later: ids of earlier days are forgotten. */
  readonly settle: (day: string) => void;
  readonly finish: () => FoldedEvents;
};

export type FoldedEvents = Pick<
  DecryptLedger,
  'events' | 'fromS3' | 'copies' | 'outside' | 'entries' | 'gaps'
>;

type Held =
  | { readonly kind: 'decrypt'; readonly event: DecryptEvent }
  | { readonly kind: 'read'; readonly event: ReadEvent };

/** One day's ids, and the best copy so far of calls that were logged in two accounts. */
type Day = { readonly ids: Set<string>; readonly shared: Map<string, Held> };

/**
 * Memory follows the distinct entries and two days' ids, not the number of events. Where copies differ, the one that
 * tells most of the caller counts, whichever came first.
 */
export function createFold(window: LedgerWindow, limits: FoldLimits = FOLD_LIMITS): LedgerFold {
  const sums = createEntrySums();
  const reads = createReadSums(limits.reads);
  const days = new Map<string, Day>();
  const counts = {
    events: 0,
    fromS3: 0,
    copies: 0,
    outside: 0,
    late: 0,
    nameless: 0,
    folded: 0,
    unidentified: 0,
  };
  let settledBefore = '';

  const count = (event: DecryptEvent): void => {
    counts.events += 1;
    if (event.via === 's3') counts.fromS3 += 1;
    if (event.id === null) counts.nameless += 1;
    if (event.principal.kind === 'unidentified') counts.unidentified += 1;
    const fold = event.object !== null && sums.objects() >= limits.objects;
    if (fold) counts.folded += 1;
    sums.add(entryOf(fold ? { ...event, object: null, precision: 'folded' } : event));
  };
  const take = (held: Held): void => {
    if (held.kind === 'decrypt') count(held.event);
    else reads.add(held.event);
  };
  const offer = (held: Held): void => {
    const { id, shared, time } = held.event;
    if (time < window.from || time >= window.to) {
      if (held.kind === 'decrypt') counts.outside += 1;
      return;
    }
    const name = time.slice(0, 10);
    if (id === null) {
      take(held);
      return;
    }
    if (name < settledBefore) {
      if (held.kind === 'decrypt') counts.late += 1;
      take(held);
      return;
    }
    let day = days.get(name);
    if (!day) days.set(name, (day = { ids: new Set(), shared: new Map() }));
    const copy = day.ids.has(id);
    if (copy && held.kind === 'decrypt') counts.copies += 1;
    day.ids.add(id);
    if (!shared) {
      if (!copy) take(held);
      return;
    }
    const best = day.shared.get(id);
    if (!best || compareCopies(held, best) < 0) day.shared.set(id, held);
  };
  const close = (name: string, { shared }: Day): void => {
    for (const held of shared.values()) take(held);
    days.delete(name);
  };

  return {
    addDecrypt: (event) => offer({ kind: 'decrypt', event }),
    addRead: (event) => offer({ kind: 'read', event }),
    settle: (day) => {
      for (const [name, held] of days) if (name < day) close(name, held);
      if (day > settledBefore) settledBefore = day;
    },
    finish: () => {
      for (const [name, held] of days) close(name, held);
      const { events, fromS3, copies, outside } = counts;
      const entries = reads.join(sums.list());
      return {
        events,
        fromS3,
        copies,
        outside,
        entries,
        gaps: gapsOf({ ...counts, dropped: reads.dropped() }),
      };
    },
  };
}

/** The better known caller first; then by id, so that the choice does not hang on the order of files. */
function compareCopies(a: Held, b: Held): number {
  const rank = ({ event }: Held): number => ['unidentified', 'account'].indexOf(event.principal.kind);
  const idOf = ({ kind, event }: Held): string => (kind === 'decrypt' ? (event.eventId ?? '') : event.time);
  const known = (held: Held): number => (rank(held) < 0 ? 2 : rank(held));
  return known(b) - known(a) || (idOf(a) < idOf(b) ? -1 : 1);
}

/** One event as an entry of its own. */
export function entryOf(event: DecryptEvent): EntryPart {
  const { principal, time, outcome } = event;
  return {
    principal: principal.name,
    principalKind: principal.kind,
    principalAccount: principal.accountId,
    via: event.via,
    purpose: event.purpose,
    keyArn: event.keyArn,
    bucket: event.bucket,
    object: event.object,
    precision: event.precision,
    day: time.slice(0, 10),
    count: outcome === 'opened' ? 1 : 0,
    denied: outcome === 'denied' ? 1 : 0,
    failed: outcome === 'failed' ? 1 : 0,
    first: time,
    last: time,
    sessions: principal.session === null ? [] : [principal.session],
    moreSessions: false,
    eventIds: event.eventId === null ? [] : [event.eventId],
  };
}

type Oddities = {
  readonly late: number;
  readonly nameless: number;
  readonly unidentified: number;
  readonly folded: number;
  readonly dropped: number;
};

function gapsOf({ late, nameless, unidentified, folded, dropped }: Oddities): readonly LedgerGap[] {
  const detail = (kind: LedgerGap['kind'], count: number, message: string): readonly LedgerGap[] =>
    count === 0 ? [] : [{ kind, loses: 'detail', where: 'events', count, message }];
  return [
    ...detail(
      'LATE_EVENT',
      late,
      'events were delivered days late; they are counted, copies of them may be too',
    ),
    ...detail('BAD_EVENT', nameless, 'events have no id; they are counted, copies of them may be too'),
    ...detail('UNIDENTIFIED', unidentified, 'events do not say who called'),
    ...detail(
      'TOO_MANY_OBJECTS',
      folded,
      'decrypts are counted by bucket, as there are too many objects to list',
    ),
    ...detail(
      'TOO_MANY_OBJECTS',
      dropped,
      'reads by data events are left out, as there are too many objects',
    ),
  ];
}
