import type { LedgerEntry, ObjectReads } from '../model/ledger.ts';
import type { EntryPart } from './entries.ts';
import type { ReadEvent } from './read-event.ts';

/** Object reads by principal and bucket, to be joined to entries that name a bucket alone. */
export type ReadSums = {
  readonly add: (read: ReadEvent) => void;
  /** Reads that were not kept because there were too many objects. */
  readonly dropped: () => number;
  readonly join: (entries: readonly EntryPart[]) => readonly LedgerEntry[];
};

/** Sums reads, of at most `limit` distinct objects × principals × days. */
export function createReadSums(limit: number): ReadSums {
  const days = new Map<string, Map<string, ObjectReads>>();
  let kept = 0;
  let dropped = 0;
  return {
    add: ({ principal, bucket, object, time, refused }) => {
      const place = placeOf(principal.name, bucket, time.slice(0, 10));
      let objects = days.get(place);
      const before = objects?.get(object);
      if (before === undefined && kept >= limit) {
        dropped += 1;
        return;
      }
      if (!objects) days.set(place, (objects = new Map<string, ObjectReads>()));
      if (before === undefined) kept += 1;
      const read = { object, reads: refused ? 0 : 1, refused: refused ? 1 : 0, first: time, last: time };
      objects.set(object, before === undefined ? read : mergeReads(before, read));
    },
    dropped: () => dropped,
    join: (entries) => joinReads(entries, days),
  };
}

const placeOf = (principal: string, bucket: string, day: string): string =>
  JSON.stringify([principal, bucket, day]);

/**
 * An entry of a bucket key gets the reads of its day, and those of the next day where that has no entry of its own:
 * S3 keeps a bucket key for a while, so reads just after midnight have their Decrypt before it (FACTS §1.6).
 */
function joinReads(
  entries: readonly EntryPart[],
  days: ReadonlyMap<string, ReadonlyMap<string, ObjectReads>>,
): readonly LedgerEntry[] {
  const asked = new Set<string>();
  for (const { precision, bucket, principal, day } of entries) {
    if (precision === 'bucket' && bucket !== null) asked.add(placeOf(principal, bucket, day));
  }
  return entries.map((entry) => {
    const { precision, bucket, principal, day } = entry;
    if (precision !== 'bucket' || bucket === null) return { ...entry, objectsRead: null };
    const next = placeOf(principal, bucket, dayAfter(day));
    const found = [days.get(placeOf(principal, bucket, day)), asked.has(next) ? undefined : days.get(next)];
    const reads = mergeReadLists(found.map((objects) => [...(objects?.values() ?? [])]));
    return { ...entry, objectsRead: reads.length === 0 ? null : reads };
  });
}

/** One list of several, by object. */
export function mergeReadLists(lists: readonly (readonly ObjectReads[])[]): readonly ObjectReads[] {
  const byObject = new Map<string, ObjectReads>();
  for (const read of lists.flat()) {
    const before = byObject.get(read.object);
    byObject.set(read.object, before === undefined ? read : mergeReads(before, read));
  }
  return [...byObject.values()].sort((a, b) => (a.object < b.object ? -1 : 1));
}

const mergeReads = (a: ObjectReads, b: ObjectReads): ObjectReads => ({
  object: a.object,
  reads: a.reads + b.reads,
  refused: a.refused + b.refused,
  first: a.first < b.first ? a.first : b.first,
  last: a.last > b.last ? a.last : b.last,
});

/** The day after a YYYY-MM-DD. */
export const dayAfter = (day: string): string =>
  new Date(Date.parse(`${day}T00:00:00Z`) + 86_400_000).toISOString().slice(0, 10);
