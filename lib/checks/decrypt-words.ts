import type { DecryptLedger, LedgerEntry } from '../model/ledger.ts';

/** `arn:… decrypted 3 times from 2026-08-01 to 2026-08-09 (events a, b)`. */
export function about(entries: readonly LedgerEntry[]): string {
  const count = entries.reduce((sum, entry) => sum + entry.count, 0);
  const days = entries.map(({ day }) => day).sort();
  const [first = '', last = ''] = [days[0], days.at(-1)];
  const ids = entries.flatMap(({ eventIds }) => eventIds).sort();
  const shown = ids.slice(0, 3).join(', ') + (ids.length > 3 || count > ids.length ? ', …' : '');
  const when = first === last ? `on ${first}` : `from ${first} to ${last}`;
  const times = count === 1 ? 'once' : `${count} times`;
  return `${entries[0]?.principal ?? ''} decrypted ${times} ${when}${ids.length > 0 ? ` (events ${shown})` : ''}`;
}

/** What a pass says: how many decrypts by how many principals, or that nobody opened anything. */
export function summary(
  own: readonly LedgerEntry[],
  from: string,
  { window }: DecryptLedger,
): readonly string[] {
  const done = own.filter(({ count }) => count > 0);
  const when = `from ${from} to ${window.to}`;
  const refused = own.reduce((sum, entry) => sum + entry.denied + entry.failed, 0);
  const note = refused > 0 ? [`${refused} attempts were refused, and opened nothing.`] : [];
  if (done.length === 0)
    return [`Nobody decrypted an object here ${when}, and the events would have shown it.`, ...note];
  const count = done.reduce((sum, entry) => sum + entry.count, 0);
  const principals = new Set(done.map(({ principal }) => principal)).size;
  const coarse = done.some(({ precision }) => precision === 'bucket');
  return [
    `All ${count} decrypts ${when} were by principals that may (${principals} of them).`,
    ...(coarse ? ['A bucket key is on: who read is known, how often and which objects is not.'] : []),
    ...note,
  ];
}

const SHOWN = 25;

/** A page has room for so many: the rest is counted. */
export const bounded = (reasons: readonly string[]): readonly string[] =>
  reasons.length <= SHOWN
    ? reasons
    : [...reasons.slice(0, SHOWN), `${reasons.length - SHOWN} more reasons are in decrypts.csv.`];
