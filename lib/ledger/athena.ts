import { createHash } from 'node:crypto';
import { runAthena } from '../collectors/athena.ts';
import type { AthenaPlace, AthenaRow } from '../collectors/athena.ts';
import type { TrailLogStore } from '../collectors/trails-log-store.ts';
import { AuditError } from '../model/errors.ts';
import type { DecryptLedger, LedgerGap, LedgerWindow, ScannedRegion } from '../model/ledger.ts';
import { coverageQuery, createTable, decryptQuery } from './athena-sql.ts';
import type { TrailTable } from './athena-sql.ts';
import { attribute } from './attribute.ts';
import { createEntrySums } from './entries.ts';
import { entryOf } from './fold.ts';
import { findLayout } from './log-layout.ts';
import { mergeGaps, mergeScanned } from './merge.ts';
import { missingDays } from './missing-days.ts';

export type AthenaOptions = {
  readonly place: AthenaPlace & { readonly database: string };
  /** The trail's bucket: its folders tell which accounts and Regions there are. */
  readonly store: TrailLogStore;
  readonly window: LedgerWindow;
};

/**
 * The ledger of a trail bucket by two queries in Athena, for estates that one machine would take days to read. The
 * same attribution as everywhere reads the groups that come back; log files are not validated. Throws AuditError.
 */
export async function athenaLedger({ place, store, window }: AthenaOptions): Promise<DecryptLedger> {
  const regions = (await findLayout(store)) ?? [];
  const trail = { database: place.database, location: store.location, regions, table: '' };
  const ddl = createTable({ ...trail, table: 'name' }, window);
  // A table of other accounts, Regions or days is another table: nothing that exists is ever altered.
  const digest = createHash('sha256').update(ddl).digest('hex').slice(0, 12);
  const named: TrailTable = { ...trail, table: `sealcheck_trail_${digest}` };
  await drained((await runAthena(place, createTable(named, window))).pages);

  const sums = createEntrySums();
  const gaps: LedgerGap[] = [];
  const counts = { events: 0, fromS3: 0, nameless: 0, unidentified: 0 };
  const decrypts = await runAthena(place, decryptQuery(named, window));
  for await (const rows of decrypts.pages) {
    for (const row of rows) addRow(row, sums, counts);
  }
  const scanned: ScannedRegion[] = regions.map(({ accountId, region }) => ({
    accountId,
    region,
    files: 0,
    records: 0,
  }));
  const present = new Set<string>();
  const seen = { decrypts: 0, outside: 0, bad: 0 };
  const coverage = await runAthena(place, coverageQuery(named, window));
  for await (const rows of coverage.pages) {
    for (const row of rows) {
      const [accountId, region, day] = [row['account'] ?? '', row['region'] ?? '', row['day'] ?? ''];
      scanned.push({ accountId, region, files: 1, records: whole(row, 'records') });
      present.add(`${accountId} ${day.replaceAll('/', '-')}`);
      seen.decrypts += whole(row, 'decrypts');
      seen.outside += whole(row, 'outside');
      seen.bad += whole(row, 'bad');
    }
  }
  const note = (kind: LedgerGap['kind'], loses: LedgerGap['loses'], count: number, message: string): void => {
    if (count > 0) gaps.push({ kind, loses, where: store.location, count, message });
  };
  note('BAD_EVENT', 'events', seen.bad, 'Decrypt events have no usable time and are not counted');
  note(
    'BAD_EVENT',
    'detail',
    counts.nameless,
    'events have no id; they are counted, copies of them may be too',
  );
  note('UNIDENTIFIED', 'detail', counts.unidentified, 'events do not say who called');
  note(
    'UNVALIDATED',
    'detail',
    1,
    'Athena reads log files as they are: they were not checked against the digests',
  );
  const all = mergeScanned(scanned);
  return {
    schemaVersion: 1,
    source: 'athena',
    location: store.location,
    window,
    events: counts.events,
    fromS3: counts.fromS3,
    copies: seen.decrypts - counts.events,
    outside: seen.outside,
    scanned: all,
    entries: sums.list().map((entry) => ({ ...entry, objectsRead: null })),
    gaps: mergeGaps([...gaps, ...missingDays(window, all, present)]),
    validation: null,
  };
}

/** A statement that answers nothing is done once its pages are read. */
async function drained(pages: AsyncIterable<unknown>): Promise<void> {
  const reading = pages[Symbol.asyncIterator]();
  while (!(await reading.next()).done);
}

type Counts = { events: number; fromS3: number; nameless: number; unidentified: number };

/** One group of calls that differ in nothing attribution looks at. */
function addRow(row: AthenaRow, sums: ReturnType<typeof createEntrySums>, counts: Counts): void {
  const attribution = attribute(recordOf(row));
  const calls = whole(row, 'calls');
  const [first, last] = [row['first_time'] ?? null, row['last_time'] ?? null];
  if (attribution.kind !== 'decrypt' || first === null || last === null) {
    throw new AuditError('FAILED', 'Athena answered with a row that is not a Decrypt call.');
  }
  const one = entryOf(attribution.event);
  sums.add({
    ...one,
    count: one.count * calls,
    denied: one.denied * calls,
    failed: one.failed * calls,
    first,
    last,
  });
  counts.events += calls;
  if (one.via === 's3') counts.fromS3 += calls;
  if (one.principalKind === 'unidentified') counts.unidentified += calls;
  counts.nameless += whole(row, 'nameless');
}

/** The group as the record that its calls have in common. */
function recordOf(row: AthenaRow): unknown {
  const context: unknown = JSON.parse(row['context_json'] ?? 'null');
  return {
    eventSource: 'kms.amazonaws.com',
    eventName: 'Decrypt',
    eventTime: row['first_time'],
    eventID: row['event_id'],
    sourceIPAddress: row['source_service'],
    errorCode: row['errorcode'],
    userIdentity: {
      type: row['caller_type'],
      arn: row['caller_arn'],
      accountId: row['caller_account'],
      invokedBy: row['invoked_by'],
      sessionContext: { sessionIssuer: { arn: row['issuer_arn'] } },
    },
    requestParameters: { keyId: row['key_id'], encryptionContext: context },
    resources: [{ ARN: row['resource_1'] }, { ARN: row['resource_2'] }],
  };
}

function whole(row: AthenaRow, name: string): number {
  const value = row[name] ?? '';
  if (!/^\d+$/.test(value))
    throw new AuditError('FAILED', `Athena answered with ${name} = ${value}, which is no count.`);
  return Number(value);
}
