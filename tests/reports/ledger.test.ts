import { describe, expect, test } from '@jest/globals';
import { ledgerJson } from '../../reports/ledger-json.ts';
import { ledgerPlaces } from '../../reports/ledger-places.ts';
import { newcomers, rollUp } from '../../reports/ledger-rollup.ts';
import { ledgerText } from '../../reports/ledger-text.ts';
import { ledgerEntry, ledgerGap, ledgerOf, roleArn } from '../support/ledger.ts';
import { earlierLedger, ledger } from './fixture-ledger.ts';
import { expectGolden } from './golden.ts';

describe('a ledger in a terminal', () => {
  test('is the golden file', () => expectGolden('ledger.txt', ledgerText(ledger, earlierLedger, 100)));

  test('no name reaches the terminal with a control character', () => {
    expect(ledgerText(ledger, null, 80)).not.toMatch(/[^\P{C}\n]/u);
  });

  test('nobody is said where nobody decrypted', () => {
    expect(ledgerText(ledgerOf([]), null, 80)).toContain('Who decrypted: nobody');
  });
});

describe('a ledger for machines', () => {
  test('entries of all days add up to the events', () => {
    const json = ledgerJson(ledger, null);
    expect(json.entries.reduce((sum, { count, denied, failed }) => sum + count + denied + failed, 0)).toBe(
      json.events,
    );
    expect(json.newcomers).toBeNull();
  });

  test('days fold into one entry that remembers them', () => {
    const [row, ...more] = rollUp([
      ledgerEntry({ count: 2 }),
      ledgerEntry({
        day: '2026-08-12',
        first: '2026-08-12T00:00:00Z',
        last: '2026-08-12T01:00:00Z',
        denied: 1,
        sessions: ['a'],
      }),
    ]);
    expect(more).toEqual([]);
    expect(row).toMatchObject({
      count: 3,
      denied: 1,
      first: '2026-08-10T09:00:00Z',
      last: '2026-08-12T01:00:00Z',
      days: { '2026-08-10': 2, '2026-08-12': 2 },
      sessions: ['a', 'sess'],
    });
  });

  test('newcomers are those who decrypt where they did not before; refused attempts are no arrival', () => {
    const before = ledgerOf([
      ledgerEntry(),
      ledgerEntry({ principal: roleArn('Tried'), count: 0, denied: 1 }),
    ]);
    const now = ledgerOf([
      ledgerEntry({ object: 'other' }),
      ledgerEntry({ bucket: 'c' }),
      ledgerEntry({ principal: roleArn('Tried') }),
      ledgerEntry({ principal: roleArn('Refused'), count: 0, denied: 1 }),
    ]);
    expect(newcomers(now, before).map(({ principal, bucket }) => [principal, bucket])).toEqual([
      [roleArn('App'), 'c'],
      [roleArn('Tried'), 'b'],
    ]);
  });
});

describe('places', () => {
  test.each<[string, Parameters<typeof ledgerEntry>[0][], string]>([
    ['one object', [{}, { day: '2026-08-11' }], 'object x'],
    ['several', [{}, { object: 'y' }], '2 objects'],
    ['hidden by a bucket key', [{ object: null, precision: 'bucket' }], 'objects not told (bucket key)'],
    ['too many to keep', [{}, { object: null, precision: 'folded' }], 'object x, many more objects'],
    [
      'named by data events',
      [
        {
          object: null,
          precision: 'bucket',
          objectsRead: [{ object: 'q', reads: 1, refused: 0, first: '', last: '' }],
        },
      ],
      '1 object by data events (bucket key)',
    ],
  ])('objects: %s', (_name, entries, objects) => {
    expect(ledgerPlaces(entries.map(ledgerEntry))).toMatchObject([{ objects }]);
  });

  test('gaps of every kind are told', () => {
    expect(ledgerText(ledgerOf([], { gaps: [ledgerGap({ count: 3 })] }), null, 80)).toContain(
      'eu-west-1: it could not be read (3)',
    );
  });
});
