import { describe, expect, test } from '@jest/globals';
import { ledgerLimitations } from '../../lib/audit/ledger-limits.ts';
import { absent, known, unknown } from '../../lib/model/observed.ts';
import type { DecryptLedger, LedgerGap } from '../../lib/model/ledger.ts';
import type { RegionTrails, TrailEvidence } from '../../lib/model/trail.ts';

const REGION = 'eu-west-1';
const gap = (loses: LedgerGap['loses'], where: string): LedgerGap => ({
  kind: 'TRUNCATED',
  loses,
  where,
  count: 1,
  message: 'its data ends too soon',
});
const ledger = (rest: Partial<DecryptLedger> = {}): DecryptLedger => ({
  schemaVersion: 1,
  source: 'trail-logs',
  location: 's3://logs/',
  window: { from: '2026-11-01T00:00:00Z', to: '2026-11-25T00:00:00Z' },
  events: 0,
  fromS3: 0,
  copies: 0,
  outside: 0,
  scanned: [{ accountId: '111122223333', region: REGION, files: 3, records: 9 }],
  entries: [],
  gaps: [],
  validation: { status: 'intact', digests: 1, signed: 1, logFiles: 3, from: null, to: null },
  ...rest,
});
const trail = (rest: Partial<TrailEvidence> = {}): TrailEvidence => ({
  name: 'main',
  arn: `arn:aws:cloudtrail:${REGION}:111122223333:trail/main`,
  accountId: '111122223333',
  homeRegion: REGION,
  multiRegion: true,
  organization: false,
  validation: true,
  bucket: 'logs',
  prefix: null,
  kmsKey: null,
  status: known({
    logging: true,
    latestDelivery: null,
    latestDeliveryError: null,
    started: null,
    stopped: null,
    latestDigest: null,
  }),
  selectors: known({
    kind: 'classic',
    selectors: [{ readWrite: 'All', managementEvents: true, excluded: [], dataResources: [] }],
  }),
  ...rest,
});
const leavesKmsOut = trail({
  name: 'quiet',
  selectors: known({
    kind: 'classic',
    selectors: [
      { readWrite: 'All', managementEvents: true, excluded: ['kms.amazonaws.com'], dataResources: [] },
    ],
  }),
});
const seen = (trails: RegionTrails['trails']): readonly RegionTrails[] => [{ region: REGION, trails }];
const GOOD = seen(known([trail()]));
const denied = unknown({
  code: 'ACCESS_DENIED',
  operation: 'cloudtrail:DescribeTrails',
  message: 'no',
  httpStatus: 403,
});
const linesOf = (from: DecryptLedger | null, trails: readonly RegionTrails[] = GOOD) =>
  ledgerLimitations({ ledger: from, trails });

describe('what the ledger cannot know', () => {
  test('is nothing where nobody asked who decrypted', () => {
    expect(linesOf(null)).toEqual([]);
  });

  test('is only its window where logs are whole, proven, and a trail records everything', () => {
    expect(linesOf(ledger())).toEqual([
      expect.stringMatching(/^Who decrypted is known only from 2026-11-01T00:00:00Z to 2026-11-25T00:00:00Z/),
    ]);
  });

  test.each<[string, Partial<DecryptLedger>, readonly RegionTrails[], RegExp]>([
    ['that event history ends', { source: 'lookup-events', validation: null }, GOOD, /back 90 days/],
    ['changed log files', { gaps: [gap('integrity', 'x.gz')] }, GOOD, /not as they were delivered.*x\.gz/],
    ['missing events', { gaps: [gap('events', 'y.gz')] }, GOOD, /may be missing from this report: y\.gz/],
    ['missing detail', { gaps: [gap('detail', 'z.gz')] }, GOOD, /Every decrypt counts.*z\.gz/],
    [
      'how many more gaps there are',
      { gaps: Array.from({ length: 9 }, (_, i) => gap('events', `f${i}`)) },
      GOOD,
      /f2: .*; 6 more are in the ledger\.$/,
    ],
    [
      'logs that no digest proves',
      { validation: { status: 'unproven', digests: 0, signed: 0, logFiles: 3, from: null, to: null } },
      GOOD,
      /not proven by their digests/,
    ],
    [
      'trails that could not be read',
      {},
      seen(denied),
      /trails of eu-west-1 could not be read \(.*ACCESS_DENIED/,
    ],
    ['a Region without a trail', {}, seen(absent), /No trail of eu-west-1 is sure.*No trail records/],
    ['trails that were not looked at', {}, [], /trails of eu-west-1 were not looked at/],
    [
      'a trail that leaves KMS out',
      {},
      seen(known([leavesKmsOut])),
      /Trail quiet: it leaves out the events of KMS/,
    ],
  ])('is %s', (_, over, trails, words) => {
    expect(linesOf(ledger(over), trails)).toContainEqual(expect.stringMatching(words));
  });

  test('one trail that records everything is enough', () => {
    expect(linesOf(ledger(), seen(known([leavesKmsOut, trail()])))).toHaveLength(1);
  });

  test('the state of trails says nothing about event history', () => {
    const from = ledger({ source: 'lookup-events', validation: null });
    expect(linesOf(from, seen(absent)).join('\n')).not.toContain('trail of');
  });
});
