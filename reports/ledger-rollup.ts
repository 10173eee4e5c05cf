import type { DecryptLedger, DecryptVia, LedgerEntry, ObjectReads, Precision } from '../lib/model/ledger.ts';
import { byCodeUnit, groupBy } from './format.ts';

/** Entries of all days that agree in everything else. */
export type LedgerRow = {
  readonly principal: string;
  readonly via: DecryptVia;
  readonly purpose: string | null;
  readonly keyArn: string | null;
  readonly bucket: string | null;
  readonly object: string | null;
  readonly precision: Precision;
  readonly count: number;
  readonly denied: number;
  readonly failed: number;
  readonly first: string;
  readonly last: string;
  /** Day → attempts of every outcome. */
  readonly days: Readonly<Record<string, number>>;
  readonly sessions: readonly string[];
  readonly moreSessions: boolean;
  readonly eventIds: readonly string[];
  readonly objectsRead: readonly ObjectReads[] | null;
};

/** One row for each principal, key, bucket or object and way; in the order of the ledger. */
export function rollUp(entries: readonly LedgerEntry[]): readonly LedgerRow[] {
  const rows = groupBy(entries, ({ principal, via, purpose, keyArn, bucket, object, precision }) =>
    JSON.stringify([principal, keyArn, bucket, object, via, precision, purpose]),
  );
  return [...rows.values()].map(rowOf);
}

function rowOf(entries: readonly LedgerEntry[]): LedgerRow {
  const [one] = entries as readonly [LedgerEntry, ...LedgerEntry[]];
  const { principal, via, purpose, keyArn, bucket, object, precision } = one;
  const sum = (number: (entry: LedgerEntry) => number): number =>
    entries.reduce((total, entry) => total + number(entry), 0);
  const days: Record<string, number> = {};
  for (const { day, count, denied, failed } of entries)
    days[day] = (days[day] ?? 0) + count + denied + failed;
  const reads = entries.flatMap(({ objectsRead }) => objectsRead ?? []);
  return {
    principal,
    via,
    purpose,
    keyArn,
    bucket,
    object,
    precision,
    count: sum(({ count }) => count),
    denied: sum(({ denied }) => denied),
    failed: sum(({ failed }) => failed),
    first: entries.map(({ first }) => first).sort(byCodeUnit)[0] ?? '',
    last:
      entries
        .map(({ last }) => last)
        .sort(byCodeUnit)
        .at(-1) ?? '',
    days,
    sessions: [...new Set(entries.flatMap(({ sessions }) => sessions))].sort(byCodeUnit),
    moreSessions: entries.some(({ moreSessions }) => moreSessions),
    eventIds: entries
      .flatMap(({ eventIds }) => eventIds)
      .sort(byCodeUnit)
      .slice(0, 3),
    objectsRead: reads.length === 0 ? null : mergeReads(reads),
  };
}

function mergeReads(reads: readonly ObjectReads[]): readonly ObjectReads[] {
  return [...groupBy(reads, ({ object }) => object)].map(([object, own]) => ({
    object,
    reads: own.reduce((total, read) => total + read.reads, 0),
    refused: own.reduce((total, read) => total + read.refused, 0),
    first: own.map(({ first }) => first).sort(byCodeUnit)[0] ?? '',
    last:
      own
        .map(({ last }) => last)
        .sort(byCodeUnit)
        .at(-1) ?? '',
  }));
}

/** Somebody who decrypts in a place for the first time since an earlier ledger. */
export type Newcomer = {
  readonly principal: string;
  readonly bucket: string | null;
  readonly keyArn: string | null;
  readonly count: number;
  readonly first: string;
};

/** Who decrypted, by bucket or outside S3 by key, and had not in the earlier ledger. */
export function newcomers(now: DecryptLedger, before: DecryptLedger): readonly Newcomer[] {
  const placeOf = ({ principal, bucket, keyArn }: LedgerEntry): string =>
    JSON.stringify([principal, bucket ?? keyArn]);
  const done = (ledger: DecryptLedger): readonly LedgerEntry[] =>
    ledger.entries.filter(({ count }) => count > 0);
  const known = new Set(done(before).map(placeOf));
  const fresh = done(now).filter((entry) => !known.has(placeOf(entry)));
  return [...groupBy(fresh, placeOf).values()].map((entries) => {
    const { principal, bucket, keyArn, count, first } = rowOf(entries);
    return { principal, bucket, keyArn, count, first };
  });
}
