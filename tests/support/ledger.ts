import type { DecryptLedger, LedgerEntry, LedgerGap } from '../../lib/model/ledger.ts';
import { ACCOUNT, keyArn, REGION } from './evidence.ts';

export const roleArn = (name: string, account = ACCOUNT): string => `arn:aws:iam::${account}:role/${name}`;

/** A decrypt of an object in bucket `b` by the role App. */
export const ledgerEntry = (rest: Partial<LedgerEntry> = {}): LedgerEntry => ({
  principal: roleArn('App'),
  principalKind: 'role',
  principalAccount: ACCOUNT,
  via: 's3',
  purpose: null,
  keyArn: keyArn('k'),
  bucket: 'b',
  object: 'x',
  precision: 'object',
  day: '2026-08-10',
  count: 1,
  denied: 0,
  failed: 0,
  first: '2026-08-10T09:00:00Z',
  last: '2026-08-10T09:00:00Z',
  sessions: ['sess'],
  moreSessions: false,
  eventIds: ['event-1'],
  objectsRead: null,
  ...rest,
});

/** A month of event history, read whole. */
export function ledgerOf(entries: readonly LedgerEntry[], rest: Partial<DecryptLedger> = {}): DecryptLedger {
  const sum = (number: (entry: LedgerEntry) => number) =>
    entries.reduce((total, entry) => total + number(entry), 0);
  return {
    schemaVersion: 1,
    source: 'lookup-events',
    location: `event history of account ${ACCOUNT}`,
    window: { from: '2026-08-01T00:00:00Z', to: '2026-09-01T00:00:00Z' },
    events: sum(({ count, denied, failed }) => count + denied + failed),
    fromS3: sum(({ via, count, denied, failed }) => (via === 's3' ? count + denied + failed : 0)),
    copies: 0,
    outside: 0,
    scanned: [{ accountId: ACCOUNT, region: REGION, files: 1, records: 10 }],
    entries,
    gaps: [],
    validation: null,
    ...rest,
  };
}

export const ledgerGap = (rest: Partial<LedgerGap> = {}): LedgerGap => ({
  kind: 'NOT_READ',
  loses: 'events',
  where: REGION,
  count: 1,
  message: 'it could not be read',
  ...rest,
});
