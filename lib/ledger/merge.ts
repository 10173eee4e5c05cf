import { AuditError } from '../model/errors.ts';
import type { DecryptLedger, LedgerGap, LogValidation, ScannedRegion } from '../model/ledger.ts';
import { createEntrySums, entryId } from './entries.ts';
import { mergeReadLists } from './reads.ts';

/**
 * One ledger of several partial ones of one source. The parts must not hold the same event twice: cut them by time,
 * since copies of one call bear the same instant. Throws AuditError RUN_INVALID when there is none.
 */
export function mergeLedgers(parts: readonly DecryptLedger[]): DecryptLedger {
  const [first] = parts;
  if (!first) throw new AuditError('RUN_INVALID', 'There is no partial ledger to merge.');
  const sums = createEntrySums();
  const reads = new Map<string, DecryptLedger['entries'][number]['objectsRead']>();
  for (const entry of parts.flatMap((part) => part.entries)) {
    sums.add(entry);
    const id = entryId(entry);
    const before = reads.get(id) ?? null;
    const now = entry.objectsRead;
    reads.set(id, before === null ? now : now === null ? before : mergeReadLists([before, now]));
  }
  const total = (number: (part: DecryptLedger) => number): number =>
    parts.reduce((sum, part) => sum + number(part), 0);
  return {
    schemaVersion: 1,
    source: first.source,
    location: first.location,
    window: {
      from: least(parts.map(({ window }) => window.from)) ?? first.window.from,
      to: most(parts.map(({ window }) => window.to)) ?? first.window.to,
    },
    events: total(({ events }) => events),
    fromS3: total(({ fromS3 }) => fromS3),
    copies: total(({ copies }) => copies),
    outside: total(({ outside }) => outside),
    scanned: mergeScanned(parts.flatMap(({ scanned }) => scanned)),
    entries: sums.list().map((entry) => ({ ...entry, objectsRead: reads.get(entryId(entry)) ?? null })),
    gaps: mergeGaps(parts.flatMap(({ gaps }) => gaps)),
    validation: mergeValidations(parts.flatMap(({ validation }) => validation ?? [])),
  };
}

/** Regions of accounts, each once, sorted. */
export function mergeScanned(scanned: readonly ScannedRegion[]): readonly ScannedRegion[] {
  const sums = new Map<string, ScannedRegion>();
  for (const one of scanned) {
    const id = `${one.accountId} ${one.region}`;
    const { files = 0, records = 0 } = sums.get(id) ?? {};
    sums.set(id, { ...one, files: one.files + files, records: one.records + records });
  }
  return [...sums].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, sum]) => sum);
}

/** The same gap of several parts is one gap of all their counts; worst first, then by place. */
export function mergeGaps(gaps: readonly LedgerGap[]): readonly LedgerGap[] {
  const sums = new Map<string, LedgerGap>();
  for (const gap of gaps) {
    const id = JSON.stringify([
      ['integrity', 'events', 'detail'].indexOf(gap.loses),
      gap.kind,
      gap.where,
      gap.message,
    ]);
    sums.set(id, { ...gap, count: gap.count + (sums.get(id)?.count ?? 0) });
  }
  return [...sums].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, gap]) => gap);
}

function mergeValidations(parts: readonly LogValidation[]): LogValidation | null {
  if (parts.length === 0) return null;
  const total = (number: (part: LogValidation) => number): number =>
    parts.reduce((sum, part) => sum + number(part), 0);
  return {
    status: parts.some(({ status }) => status === 'broken')
      ? 'broken'
      : parts.some(({ status }) => status === 'unproven')
        ? 'unproven'
        : 'intact',
    digests: total(({ digests }) => digests),
    signed: total(({ signed }) => signed),
    logFiles: total(({ logFiles }) => logFiles),
    from: least(parts.map(({ from }) => from)),
    to: most(parts.map(({ to }) => to)),
  };
}

const sorted = (instants: readonly (string | null)[]): string[] =>
  instants.filter((instant) => instant !== null).sort();
const least = (instants: readonly (string | null)[]): string | null => sorted(instants)[0] ?? null;
const most = (instants: readonly (string | null)[]): string | null => sorted(instants).at(-1) ?? null;
