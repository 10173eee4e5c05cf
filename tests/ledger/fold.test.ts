import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { attribute } from '../../lib/ledger/attribute.ts';
import { createFold } from '../../lib/ledger/fold.ts';
import type { FoldLimits } from '../../lib/ledger/fold.ts';
import { mergeLedgers } from '../../lib/ledger/merge.ts';
import { readEventOf } from '../../lib/ledger/read-event.ts';
import type { DecryptLedger, LedgerWindow } from '../../lib/model/ledger.ts';
import { context, decryptRecord, deniedRecord, directRecord, readRecord, role } from './records.ts';

const AUGUST: LedgerWindow = { from: '2026-08-01T00:00:00Z', to: '2026-09-01T00:00:00Z' };

function fold(records: readonly unknown[], window = AUGUST, limits?: FoldLimits) {
  const into = createFold(window, limits);
  for (const record of records) {
    const read = readEventOf(record);
    if (read) into.addRead(read);
    const decrypt = attribute(record);
    if (decrypt.kind === 'decrypt') into.addDecrypt(decrypt.event);
  }
  return into.finish();
}
let ids = 0;
const fresh = (rest: Record<string, unknown> = {}) => decryptRecord({ eventID: `id-${(ids += 1)}`, ...rest });
const at = (time: string, rest: Record<string, unknown> = {}) =>
  fresh({ eventTime: `2026-08-${time}Z`, ...rest });

describe('folding events into a ledger', () => {
  test('one line for each principal, key, object and day', () => {
    const { entries, events, fromS3 } = fold([
      at('01T09:00:00'),
      at('01T23:59:59', { userIdentity: role('App', 'other') }),
      at('02T00:00:00'),
      at('01T10:00:00', { requestParameters: context('arn:aws:s3:::my-bucket/2') }),
      at('01T10:00:00', { errorCode: 'AccessDenied' }),
      at('01T10:00:00', { errorCode: 'DisabledException' }),
      directRecord({ eventID: 'd' }),
    ]);
    expect({ events, fromS3 }).toEqual({ events: 7, fromS3: 6 });
    const told = entries.map(({ object, via, day, count, denied, failed, sessions }) => [
      object,
      via,
      day,
      count,
      denied,
      failed,
      sessions.join(),
    ]);
    expect(told).toEqual([
      ['2', 's3', '2026-08-01', 1, 0, 0, 'sess'],
      ['path/to/key.csv', 's3', '2026-08-01', 2, 1, 1, 'other,sess'],
      ['path/to/key.csv', 's3', '2026-08-02', 1, 0, 0, 'sess'],
      [null, 'direct', '2026-08-01', 1, 0, 0, ''],
    ]);
    expect(entries[1]).toMatchObject({ first: '2026-08-01T09:00:00Z', last: '2026-08-01T23:59:59Z' });
  });

  test('a refusal that names nothing is kept', () => {
    const { entries } = fold([deniedRecord()]);
    expect(entries).toMatchObject([{ keyArn: null, bucket: null, precision: 'none', count: 0, denied: 1 }]);
  });

  test('copies of one call count once, and the one that names the caller wins, in either order', () => {
    const inOwner = decryptRecord({
      eventID: 'a',
      sharedEventID: 's',
      userIdentity: { type: 'AWSAccount', accountId: '444455556666' },
    });
    const inCaller = decryptRecord({
      eventID: 'b',
      sharedEventID: 's',
      userIdentity: role('Partner', 'x', '444455556666'),
    });
    const same = decryptRecord({ eventID: 'c' });
    for (const records of [
      [inOwner, inCaller, same, same],
      [same, inCaller, same, inOwner],
    ]) {
      const { entries, events, copies } = fold(records);
      expect({ events, copies }).toEqual({ events: 2, copies: 2 });
      expect(entries.map(({ principal }) => principal)).toEqual([
        'arn:aws:iam::111122223333:role/App',
        'arn:aws:iam::444455556666:role/Partner',
      ]);
    }
  });

  test('events outside the window are told, not counted; its end is not part of it', () => {
    const { events, outside } = fold([
      fresh({ eventTime: '2026-07-31T23:59:59Z' }),
      fresh({ eventTime: '2026-08-01T00:00:00Z' }),
      fresh({ eventTime: '2026-09-01T00:00:00Z' }),
    ]);
    expect({ events, outside }).toEqual({ events: 1, outside: 2 });
  });

  test('a straggler of a settled day is counted and told', () => {
    const into = createFold(AUGUST);
    const add = (record: unknown) => {
      const answer = attribute(record);
      if (answer.kind === 'decrypt') into.addDecrypt(answer.event);
    };
    add(at('01T09:00:00'));
    into.settle('2026-08-03');
    add(at('01T09:00:01'));
    expect(into.finish()).toMatchObject({
      events: 2,
      gaps: [{ kind: 'LATE_EVENT', count: 1, loses: 'detail' }],
    });
  });

  test('events without id or caller are counted and told', () => {
    const { events, gaps } = fold([fresh({ eventID: null }), fresh({ userIdentity: null })]);
    expect(events).toBe(2);
    expect(gaps.map(({ kind, count }) => [kind, count])).toEqual([
      ['BAD_EVENT', 1],
      ['UNIDENTIFIED', 1],
    ]);
  });

  test('past the limit objects are counted by bucket, and none is lost', () => {
    const records = Array.from({ length: 9 }, (_, i) =>
      fresh({ requestParameters: context(`arn:aws:s3:::b/${i}`) }),
    );
    const { entries, events, gaps } = fold(records, AUGUST, { objects: 4, reads: 0 });
    expect(events).toBe(9);
    expect(entries.filter(({ precision }) => precision === 'object')).toHaveLength(4);
    expect(entries.find(({ precision }) => precision === 'folded')).toMatchObject({ object: null, count: 5 });
    expect(gaps).toMatchObject([{ kind: 'TOO_MANY_OBJECTS', count: 5 }]);
  });

  test('sessions past the limit are owned up to, the same ones kept in any order', () => {
    const records = Array.from({ length: 30 }, (_, i) =>
      fresh({ userIdentity: role('App', `s${String(i).padStart(2, '0')}`) }),
    );
    const [forward, backward] = [fold(records), fold([...records].reverse())];
    expect(forward.entries[0]).toMatchObject({ count: 30, moreSessions: true });
    expect(forward.entries[0]!.sessions).toHaveLength(20);
    expect(backward).toEqual(forward);
  });
});

describe('data events name what a bucket key hides', () => {
  const bucketLevel = (rest: Record<string, unknown> = {}) =>
    fresh({ requestParameters: context('arn:aws:s3:::b'), ...rest });
  const objects = (records: readonly unknown[]) =>
    fold(records).entries.map(
      ({ objectsRead }) => objectsRead?.map(({ object, reads, refused }) => [object, reads, refused]) ?? null,
    );

  test('by principal, bucket and day; others stay out', () => {
    expect(
      objects([
        bucketLevel(),
        readRecord('b', 'x'),
        readRecord('b', 'x', { eventID: 'again' }),
        readRecord('b', 'y', { errorCode: 'AccessDenied' }),
        readRecord('other', 'z'),
        readRecord('b', 'stranger', { userIdentity: role('Other') }),
      ]),
    ).toEqual([
      [
        ['x', 2, 0],
        ['y', 0, 1],
      ],
    ]);
  });

  test('a read just after midnight belongs to the Decrypt before it', () => {
    const later = readRecord('b', 'late', { eventTime: '2026-08-02T00:01:00Z' });
    expect(objects([bucketLevel(), later])).toEqual([[['late', 1, 0]]]);
    expect(objects([bucketLevel(), bucketLevel({ eventTime: '2026-08-02T00:00:30Z' }), later])).toEqual([
      null,
      [['late', 1, 0]],
    ]);
  });

  test('an entry that names its object needs none', () => {
    expect(objects([decryptRecord(), readRecord('my-bucket', 'path/to/key.csv')])).toEqual([null]);
  });
});

describe('merging partial ledgers', () => {
  const ledger = (records: readonly unknown[], window = AUGUST): DecryptLedger => ({
    schemaVersion: 1,
    source: 'trail-logs',
    location: 'x',
    window,
    scanned: [{ accountId: '1', region: 'r', files: 1, records: records.length }],
    validation: null,
    ...fold(records, window),
  });

  test('days read apart and merged are the days read together, in any order of events and parts', () => {
    const record = fc.record({
      day: fc.integer({ min: 1, max: 4 }),
      object: fc.constantFrom('a', 'b'),
      session: fc.constantFrom('s', 't'),
      id: fc.integer({ min: 0, max: 30 }),
      refused: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(record, { maxLength: 60 }), (drawn) => {
        const records = drawn.map(({ day, object, session, id, refused }) =>
          decryptRecord({
            eventID: `${day}-${object}-${session}-${id}-${refused}`,
            eventTime: `2026-08-0${day}T09:00:00Z`,
            userIdentity: role('App', session),
            requestParameters: context(`arn:aws:s3:::b/${object}`),
            ...(refused ? { errorCode: 'AccessDenied' } : {}),
          }),
        );
        const windows = [1, 2, 3, 4].map((day) => ({
          from: `2026-08-0${day}T00:00:00Z`,
          to: `2026-08-0${day + 1}T00:00:00Z`,
        }));
        const parts = windows.map((window) => ledger(records, window));
        const whole = ledger(records, { from: windows[0]!.from, to: windows[3]!.to });
        const { entries, events, fromS3, copies, window } = mergeLedgers(parts);
        expect(mergeLedgers([...parts].reverse()).entries).toEqual(entries);
        expect({ entries, events, fromS3, copies, window }).toEqual({
          entries: whole.entries,
          events: whole.events,
          fromS3: whole.fromS3,
          copies: whole.copies,
          window: whole.window,
        });
        const attempts = entries.reduce((sum, { count, denied, failed }) => sum + count + denied + failed, 0);
        expect(attempts).toBe(events);
      }),
      { numRuns: 50 },
    );
  });

  test('no part at all is an error', () => {
    expect(() => mergeLedgers([])).toThrow('no partial ledger');
  });
});
