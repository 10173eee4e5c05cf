import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { lookupLedger } from '../../lib/ledger/lookup.ts';
import type { LookupOptions } from '../../lib/ledger/lookup.ts';
import type { PieceStore } from '../../lib/ledger/lookup-pieces.ts';
import type { DecryptLedger } from '../../lib/model/ledger.ts';
import { readTrailLogs } from '../../lib/ledger/trail-logs.ts';
import { fault } from '../../lib/sandbox/faults.ts';
import type { FaultEffect, FaultSchedule } from '../../lib/sandbox/faults.ts';
import { createState } from '../../lib/sandbox/state.ts';
import type { SandboxState } from '../../lib/sandbox/state.ts';
import { startTestSandbox } from '../support/sandbox.ts';
import type { TestSandbox } from '../support/sandbox.ts';
import { ACCOUNT, context, decryptRecord, deniedRecord, directRecord, role } from './records.ts';
import { deliver, memoryLogs } from './trail-files.ts';

const NOW = '2026-08-03T00:00:00Z';
const WINDOW = { from: '2026-08-01T00:00:00Z', to: '2026-08-02T00:00:00Z' };

describe('event history', () => {
  let sandbox: TestSandbox;
  let state: SandboxState;
  let sleeps: number[];
  beforeAll(async () => {
    sandbox = await startTestSandbox();
    state = sandbox.state;
    state.now = () => Date.parse(NOW);
  });
  afterAll(async () => sandbox.close());
  beforeEach(() => {
    state.events = [];
    state.faults = [];
    sleeps = [];
  });

  const strike = (effect: FaultEffect, when: FaultSchedule = {}) =>
    state.faults.push(fault({ operation: 'LookupEvents' }, effect, when));
  const add = (record: Record<string, unknown>, region = 'eu-west-1') =>
    state.events.push({ accountId: ACCOUNT, region, time: Date.parse(String(record['eventTime'])), record });
  const opened = (i: number, rest: Record<string, unknown> = {}) =>
    decryptRecord({
      eventID: `event-${i}`,
      eventTime: new Date(Date.parse(WINDOW.from) + Math.floor(i / 3) * 1000)
        .toISOString()
        .replace('.000', ''),
      userIdentity: role('App', `s${i % 4}`),
      requestParameters: context(`arn:aws:s3:::b/${i % 5}`),
      ...rest,
    });
  const lookup = async (rest: Partial<LookupOptions> = {}): Promise<DecryptLedger> => {
    let clock = 0;
    return lookupLedger({
      aws: sandbox.aws,
      accountId: ACCOUNT,
      regions: ['eu-west-1'],
      window: WINDOW,
      now: NOW,
      pace: {
        intervalMs: 500,
        maxAttempts: 4,
        now: () => clock,
        sleep: (ms) => {
          sleeps.push(ms);
          clock += ms;
          return Promise.resolve();
        },
      },
      ...rest,
    });
  };

  test('every page is read, once each event', async () => {
    for (let i = 0; i < 120; i += 1) add(opened(i));
    const ledger = await lookup();
    expect(ledger).toMatchObject({
      source: 'lookup-events',
      events: 120,
      fromS3: 120,
      copies: 0,
      outside: 0,
      gaps: [],
    });
    expect(ledger.scanned).toEqual([{ accountId: ACCOUNT, region: 'eu-west-1', files: 3, records: 120 }]);
  });

  test('two requests a second and no more', async () => {
    for (let i = 0; i < 220; i += 1) add(opened(i));
    await lookup();
    expect(sleeps).toEqual([500, 500, 500, 500]);
  });

  test('the end of the window is not part of it', async () => {
    add(opened(0, { eventTime: WINDOW.from }));
    add(opened(1, { eventTime: WINDOW.to }));
    add(opened(2, { eventTime: '2026-08-01T23:59:59Z' }));
    expect(await lookup()).toMatchObject({ events: 2, outside: 0 });
  });

  test('Regions are read apart, and an empty one counts as read', async () => {
    add(opened(0));
    add(opened(1), 'us-east-1');
    const { events, scanned } = await lookup({ regions: ['eu-west-1', 'us-east-1', 'sa-east-1'] });
    expect(events).toBe(2);
    expect(scanned.map(({ region, records }) => [region, records])).toEqual([
      ['eu-west-1', 1],
      ['sa-east-1', 0],
      ['us-east-1', 1],
    ]);
  });

  test('throttled requests wait longer and longer, and nothing is lost', async () => {
    for (let i = 0; i < 60; i += 1) add(opened(i));
    strike(
      { type: 'error', status: 400, code: 'ThrottlingException', message: 'Rate exceeded' },
      { times: 2 },
    );
    const ledger = await lookup();
    expect(ledger).toMatchObject({ events: 60, gaps: [] });
    expect(sleeps.slice(0, 2)).toEqual([1000, 2000]);
  });

  test('a refusal is a gap that names the Region and how far the reading came', async () => {
    strike({ type: 'deny' });
    const { events, gaps } = await lookup();
    expect(events).toBe(0);
    expect(gaps).toMatchObject([{ kind: 'NOT_READ', loses: 'events', where: 'eu-west-1' }]);
    expect(gaps[0]!.message).toMatch(/read back to 2026-08-02T00:00:00Z and no further: ACCESS_DENIED/);
  });

  test('a window older than event history is cut, and says so', async () => {
    const { gaps, window } = await lookup({ window: { ...WINDOW, from: '2026-01-01T00:00:00Z' } });
    expect(window.from).toBe('2026-01-01T00:00:00Z');
    expect(gaps).toMatchObject([{ kind: 'WINDOW_CUT', loses: 'events' }]);
  });

  test('records of any shape are counted or named', async () => {
    add(opened(0, { userIdentity: null, eventID: 'nobody' }));
    add({
      ...opened(1),
      eventTime: '2026-08-01T00:00:01Z',
      resources: 'odd',
      requestParameters: 7,
      eventID: 'odd',
    });
    const { events, gaps } = await lookup();
    expect(events).toBe(2);
    expect(gaps.map(({ kind }) => kind)).toEqual(['UNIDENTIFIED']);
  });

  test('lost credentials throw, and so does an abort while there is more to read', async () => {
    for (let i = 0; i < 60; i += 1) add(opened(i));
    await expect(lookup({ signal: AbortSignal.abort() })).rejects.toMatchObject({ code: 'INTERRUPTED' });
    strike({ type: 'expiredToken' });
    await expect(lookup()).rejects.toMatchObject({ code: 'EXPIRED_CREDENTIALS' });
  });

  describe('an interrupted reading', () => {
    const memoryPieces = (): PieceStore & { readonly saved: DecryptLedger[] } => {
      const saved: DecryptLedger[] = [];
      return {
        saved,
        list: () => Promise.resolve(saved),
        save: (_region, piece) => Promise.resolve(void saved.push(piece)),
      };
    };

    /** A signal that comes while the n-th page is read. */
    const afterPages = (n: number): { signal: AbortSignal; onProgress: () => void } => {
      const controller = new AbortController();
      let pages = 0;
      return {
        signal: controller.signal,
        onProgress: () => {
          if ((pages += 1) === n) controller.abort();
        },
      };
    };

    test('out of time keeps what it has, however little, and ends the same a few pages at a time', async () => {
      for (let i = 0; i < 300; i += 1) add(opened(i));
      const whole = await lookup();
      const pieces = memoryPieces();
      let interruptions = 0;
      for (;;) {
        const ledger = await lookup({ pieces, ...afterPages(2) }).catch((error: unknown) => {
          expect(error).toMatchObject({ code: 'INTERRUPTED' });
          interruptions += 1;
        });
        expect(interruptions).toBeLessThan(10);
        if (!ledger) continue;
        expect(ledger).toMatchObject({ events: 300, entries: whole.entries, gaps: [] });
        break;
      }
      expect(interruptions).toBeGreaterThan(1);
      expect(pieces.saved.reduce((sum, { events }) => sum + events, 0)).toBe(300);
    });

    test('by its deadline ends there, and says how far it came', async () => {
      for (let i = 0; i < 300; i += 1) add(opened(i));
      const { signal: deadline, onProgress } = afterPages(2);
      const ledger = await lookup({ deadline, onProgress });
      expect(ledger.events).toBeGreaterThan(50);
      // The page after the one at hand had been asked for by then.
      expect(ledger.events).toBeLessThan(150);
      expect(ledger.gaps).toMatchObject([
        {
          kind: 'NOT_READ',
          loses: 'events',
          message: expect.stringMatching(
            /read back to 2026-08-01T00:0\d:\d\dZ and no further: the time for it was up/,
          ),
        },
      ]);
    });

    test('does not wait out a throttle that it has no time for', async () => {
      add(opened(0));
      const controller = new AbortController();
      strike({ type: 'error', status: 400, code: 'ThrottlingException', message: 'Rate exceeded' });
      const reading = lookup({
        signal: controller.signal,
        pace: {
          intervalMs: 500,
          maxAttempts: 8,
          now: () => 0,
          sleep: async () => {
            controller.abort();
            return new Promise(() => undefined);
          },
        },
      });
      await expect(reading).rejects.toMatchObject({ code: 'INTERRUPTED' });
    });

    test('by two at once counts nothing twice', async () => {
      for (let i = 0; i < 300; i += 1) add(opened(i));
      const whole = await lookup();
      const [one, other] = [memoryPieces(), memoryPieces()];
      await lookup({ pieces: one, ...afterPages(2) }).catch(() => undefined);
      await lookup({ pieces: other, ...afterPages(3) }).catch(() => undefined);
      expect([one.saved.length, other.saved.length]).toEqual([1, 1]);
      one.saved.push(...other.saved);
      expect(await lookup({ pieces: one })).toMatchObject({ events: 300, entries: whole.entries });
    });

    test('is finished from its pieces, and comes to the same', async () => {
      for (let i = 0; i < 300; i += 1) add(opened(i));
      const whole = await lookup();
      const pieces = memoryPieces();
      // Three pages, then the network is gone.
      strike({ type: 'internalError' }, { after: 3 });
      const cut = await lookup({ pieces, pieceEvents: 60 });
      expect(cut.gaps).toMatchObject([{ kind: 'NOT_READ' }]);
      expect(pieces.saved).toHaveLength(1);
      state.faults = [];
      const before = state.requests.get('cloudtrail:LookupEvents') ?? 0;
      const resumed = await lookup({ pieces, pieceEvents: 60 });
      expect((state.requests.get('cloudtrail:LookupEvents') ?? 0) - before).toBeLessThan(6);
      expect(resumed.entries).toEqual(whole.entries);
      expect(resumed).toMatchObject({ events: 300, gaps: [] });
      expect(await lookup({ pieces })).toMatchObject({ events: 300, entries: whole.entries });
    });
  });

  describe('of several accounts', () => {
    const OTHER = '444455556666';
    let other: TestSandbox;
    let others: NonNullable<LookupOptions['others']>;
    beforeAll(async () => {
      other = await startTestSandbox(createState({ accountId: OTHER, now: () => Date.parse(NOW) }));
      others = [{ accountId: OTHER, aws: other.aws }];
    });
    afterAll(async () => other.close());
    beforeEach(() => void (other.state.events = []));
    const addTo = (accountId: string, record: Record<string, unknown>) =>
      (accountId === OTHER ? other.state : state).events.push({
        accountId,
        region: 'eu-west-1',
        time: Date.parse(String(record['eventTime'])),
        record,
      });

    test('counts a call between them once, by the record that names the caller', async () => {
      for (let i = 0; i < 130; i += 1) {
        const shared = { sharedEventID: `shared-${i}` };
        addTo(
          ACCOUNT,
          opened(i, {
            ...shared,
            eventID: `own-${i}`,
            userIdentity: { type: 'AWSAccount', accountId: OTHER },
          }),
        );
        addTo(OTHER, opened(i, { ...shared, eventID: `theirs-${i}` }));
        addTo(OTHER, opened(i, { eventID: `alone-${i}` }));
      }
      const ledger = await lookup({ others, pieceEvents: 40 });
      expect(ledger).toMatchObject({
        events: 260,
        copies: 130,
        gaps: [],
        location: 'event history of 2 accounts',
      });
      expect([...new Set(ledger.entries.map(({ principalKind }) => principalKind))]).toEqual(['role']);
      expect(ledger.scanned).toEqual([
        { accountId: ACCOUNT, region: 'eu-west-1', files: 3, records: 130 },
        { accountId: OTHER, region: 'eu-west-1', files: 6, records: 260 },
      ]);
    });

    test('one that refuses is a gap that names it, and the others are read to the end', async () => {
      for (let i = 0; i < 60; i += 1) addTo(OTHER, opened(i));
      strike({ type: 'deny' }, { times: 1 });
      const { events, gaps } = await lookup({ others });
      expect(events).toBe(60);
      expect(gaps).toMatchObject([{ kind: 'NOT_READ', where: `${ACCOUNT}/eu-west-1/event history` }]);
    });
  });

  test('pieces older than one with a gap are not kept: what it lacks is asked for again', async () => {
    for (let i = 0; i < 300; i += 1)
      add(opened(i, i === 250 ? { eventTime: '2026-08-01T00:01:23Z', eventSource: 'odd' } : {}));
    const saved: DecryptLedger[] = [];
    const pieces: PieceStore = {
      list: () => Promise.resolve(saved),
      save: (_region, piece) => Promise.resolve(void saved.push(piece)),
    };
    const first = await lookup({ pieces, pieceEvents: 60 });
    expect(first.gaps).toMatchObject([{ kind: 'BAD_EVENT' }]);
    const again = await lookup({ pieces, pieceEvents: 60 });
    expect(again.gaps).toEqual(first.gaps);
    expect(again.events).toBe(299);
  });

  test('the same truth through event history and through log files is the same ledger', async () => {
    const records = [
      ...Array.from({ length: 70 }, (_, i) => opened(i)),
      deniedRecord({ eventID: 'denied' }),
      directRecord({ eventID: 'direct' }),
    ];
    for (const record of records) add(record);
    const { files } = deliver({ hours: 12, logs: { 'eu-west-1/9': records } });
    const logs = await readTrailLogs({ store: memoryLogs(files), window: WINDOW, publicKeys: null });
    const { entries, events, fromS3 } = await lookup();
    expect({ entries, events, fromS3 }).toEqual({
      entries: logs.entries,
      events: logs.events,
      fromS3: logs.fromS3,
    });
  });
});
