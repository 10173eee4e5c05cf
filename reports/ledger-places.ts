import type { DecryptVia, LedgerEntry } from '../lib/model/ledger.ts';
import { byCodeUnit, groupBy, plural } from './format.ts';

/** One principal in one place: a bucket, or outside S3 a key and a purpose. */
export type LedgerPlace = {
  readonly principal: string;
  readonly via: DecryptVia;
  readonly bucket: string | null;
  readonly purpose: string | null;
  readonly keyArns: readonly string[];
  readonly count: number;
  /** Refused for want of permission or for another reason. */
  readonly refused: number;
  readonly first: string;
  readonly last: string;
  /** What S3 let us know of the objects, as a reader is told it; empty outside S3. */
  readonly objects: string;
  readonly days: ReadonlyMap<string, { readonly count: number; readonly refused: number }>;
};

/** Entries by principal and place, those with the most decrypts first. */
export function ledgerPlaces(entries: readonly LedgerEntry[]): readonly LedgerPlace[] {
  const groups = groupBy(entries, ({ principal, via, bucket, purpose, keyArn }) =>
    JSON.stringify([principal, via, via === 's3' ? bucket : keyArn, purpose]),
  );
  return [...groups]
    .map(([id, own]) => ({ id, place: placeOf(own) }))
    .sort(
      (a, b) => b.place.count - a.place.count || b.place.refused - a.place.refused || byCodeUnit(a.id, b.id),
    )
    .map(({ place }) => place);
}

function placeOf(entries: readonly LedgerEntry[]): LedgerPlace {
  const [one] = entries;
  const days = new Map<string, { count: number; refused: number }>();
  let first = one?.first ?? '';
  let last = one?.last ?? '';
  let count = 0;
  let refused = 0;
  for (const entry of entries) {
    const day = days.get(entry.day) ?? { count: 0, refused: 0 };
    day.count += entry.count;
    day.refused += entry.denied + entry.failed;
    days.set(entry.day, day);
    count += entry.count;
    refused += entry.denied + entry.failed;
    if (entry.first < first) first = entry.first;
    if (entry.last > last) last = entry.last;
  }
  return {
    principal: one?.principal ?? '',
    via: one?.via ?? 's3',
    bucket: one?.bucket ?? null,
    purpose: one?.purpose ?? null,
    keyArns: [...new Set(entries.flatMap(({ keyArn }) => keyArn ?? []))].sort(byCodeUnit),
    count,
    refused,
    first,
    last,
    objects: one?.via === 's3' ? objectsTold(entries) : '',
    days,
  };
}

/** How precisely S3 let us know: objects, or with a bucket key the bucket alone. */
function objectsTold(entries: readonly LedgerEntry[]): string {
  const objects = new Set(entries.flatMap(({ object }) => object ?? []));
  const [only] = objects;
  const told: string[] = [];
  if (objects.size === 1) told.push(`object ${only ?? ''}`);
  else if (objects.size > 1) told.push(plural(objects.size, 'object'));
  if (entries.some(({ precision }) => precision === 'folded')) told.push('many more objects');
  const hidden = entries.filter(({ precision }) => precision === 'bucket');
  if (hidden.length > 0) {
    const named = new Set(
      hidden.flatMap(({ objectsRead }) => (objectsRead ?? []).map(({ object }) => object)),
    );
    told.push(
      named.size === 0
        ? 'objects not told (bucket key)'
        : `${plural(named.size, 'object')} by data events (bucket key)`,
    );
  }
  return told.join(', ');
}

/** The place in words: a bucket's address, or what the key was used for outside S3. */
export function placeWords(place: LedgerPlace): string {
  const { via, bucket, keyArns } = place;
  return via === 's3' ? `s3://${bucket ?? ''}` : `${useWords(place)}, ${keyArns[0] ?? 'key not told'}`;
}

/** What a call outside S3 was for. A refusal may tell nothing: then who passed the call on is all there is. */
export function useWords({ via, purpose, keyArns, count }: LedgerPlace): string {
  const note = purpose === null ? '' : ` (${purpose})`;
  if (via === 'direct') return `called KMS directly${note}`;
  return keyArns.length === 0 && count === 0 ? `refused, purpose not told${note}` : `other use${note}`;
}

/** `on 2026-08-01`, or `from 2026-08-01 to 2026-08-09`. */
export function placeDays({ first, last }: Pick<LedgerPlace, 'first' | 'last'>): string {
  const [from, to] = [first.slice(0, 10), last.slice(0, 10)];
  return from === to ? `on ${from}` : `from ${from} to ${to}`;
}
