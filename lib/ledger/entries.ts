import type { LedgerEntry } from '../model/ledger.ts';

/** Session names and event ids kept for an entry: enough to follow up, and no more than a page can show. */
const KEPT = { sessions: 20, eventIds: 3 } as const;

/** The identity of an entry and the numbers that add up; partial entries of one identity merge into one. */
export type EntryPart = Omit<LedgerEntry, 'objectsRead'>;

/** Sums entries of one identity. The result does not depend on the order in which they came. */
export type EntrySums = {
  readonly add: (part: EntryPart) => void;
  /** Distinct objects that are kept one by one. */
  readonly objects: () => number;
  readonly list: () => readonly EntryPart[];
};

/** Adds up entries. */
export function createEntrySums(): EntrySums {
  const sums = new Map<string, Mutable<EntryPart>>();
  let objects = 0;
  return {
    add: (part) => {
      const id = entryId(part);
      const sum = sums.get(id);
      if (sum === undefined) {
        if (part.object !== null) objects += 1;
        sums.set(id, {
          ...part,
          sessions: [...part.sessions].sort().slice(0, KEPT.sessions),
          moreSessions: part.moreSessions || part.sessions.length > KEPT.sessions,
          eventIds: [...part.eventIds].sort().slice(0, KEPT.eventIds),
        });
        return;
      }
      sum.count += part.count;
      sum.denied += part.denied;
      sum.failed += part.failed;
      if (part.first < sum.first) sum.first = part.first;
      if (part.last > sum.last) sum.last = part.last;
      sum.moreSessions ||= part.moreSessions;
      for (const session of part.sessions) {
        if (insertSmallest(sum.sessions, session, KEPT.sessions)) sum.moreSessions = true;
      }
      for (const eventId of part.eventIds) insertSmallest(sum.eventIds, eventId, KEPT.eventIds);
    },
    objects: () => objects,
    list: () => [...sums.values()].sort(compareEntries),
  };
}

type Mutable<T> = {
  -readonly [K in keyof T]: T[K] extends readonly string[] ? string[] : T[K];
};

/** What makes two entries one. JSON, since the texts may hold any separator. */
export const entryId = (e: EntryPart): string =>
  JSON.stringify([
    e.principal,
    e.keyArn,
    e.bucket,
    e.object,
    e.day,
    e.via,
    e.precision,
    e.purpose,
    e.principalKind,
  ]);

/** By principal, key, bucket, object and day, in code units: the same on every machine. */
export function compareEntries(a: EntryPart, b: EntryPart): number {
  return (
    compare(a.principal, b.principal) ||
    compare(a.keyArn, b.keyArn) ||
    compare(a.bucket, b.bucket) ||
    compare(a.object, b.object) ||
    compare(a.day, b.day) ||
    compare(a.via, b.via) ||
    compare(a.precision, b.precision) ||
    compare(a.purpose, b.purpose) ||
    compare(a.principalKind, b.principalKind)
  );
}

/** Null before every text. */
const compare = (a: string | null, b: string | null): number =>
  a === b ? 0 : a === null ? -1 : b === null ? 1 : a < b ? -1 : 1;

/** Keeps the `limit` smallest, sorted, each once: the same whatever the order. True when one was left out. */
function insertSmallest(sorted: string[], text: string, limit: number): boolean {
  let at = sorted.length;
  while (at > 0 && (sorted[at - 1] ?? '') > text) at -= 1;
  if (at > 0 && sorted[at - 1] === text) return false;
  if (at >= limit) return true;
  sorted.splice(at, 0, text);
  return sorted.length > limit && sorted.pop() !== undefined;
}
