import type { LedgerEntry, ObjectReads } from '../lib/model/ledger.ts';
import type { Assessment } from '../lib/model/run.ts';
import { csvRow } from './csv.ts';
import type { Cell } from './csv.ts';

type Row = { readonly entry: LedgerEntry; readonly read: ObjectReads | null };

/** Column name → cell, in column order. Lists are joined with `; ` inside one cell. */
const COLUMNS: readonly (readonly [string, (row: Row) => Cell])[] = [
  ['day', ({ entry }) => entry.day],
  ['principal', ({ entry }) => entry.principal],
  ['principal_kind', ({ entry }) => entry.principalKind],
  ['principal_account', ({ entry }) => entry.principalAccount],
  ['via', ({ entry }) => entry.via],
  ['purpose', ({ entry }) => entry.purpose],
  ['key_arn', ({ entry }) => entry.keyArn],
  ['bucket', ({ entry }) => entry.bucket],
  ['object', ({ entry }) => entry.object],
  ['precision', ({ entry }) => entry.precision],
  ['decrypts', ({ entry, read }) => (read ? null : entry.count)],
  ['denied', ({ entry, read }) => (read ? null : entry.denied)],
  ['failed', ({ entry, read }) => (read ? null : entry.failed)],
  ['first', ({ entry, read }) => read?.first ?? entry.first],
  ['last', ({ entry, read }) => read?.last ?? entry.last],
  ['read_object', ({ read }) => read?.object ?? null],
  ['reads', ({ read }) => read?.reads ?? null],
  ['reads_refused', ({ read }) => read?.refused ?? null],
  ['sessions', ({ entry }) => entry.sessions.join('; ') + (entry.moreSessions ? '; …' : '')],
  ['event_ids', ({ entry }) => entry.eventIds.join('; ')],
];

/**
 * `decrypts.csv`: a header row, then the ledger line by line. Below a line whose object a bucket key hides come the
 * objects that S3 data events name: `decrypts` is empty there, so that the column still adds up.
 */
export function decryptsCsv({ ledger }: Assessment): string {
  const rows = (ledger?.entries ?? []).flatMap((entry): Row[] => [
    { entry, read: null },
    ...(entry.objectsRead ?? []).map((read) => ({ entry, read })),
  ]);
  return [
    csvRow(COLUMNS.map(([name]) => name)),
    ...rows.map((row) => csvRow(COLUMNS.map(([, cell]) => cell(row)))),
  ].join('');
}
