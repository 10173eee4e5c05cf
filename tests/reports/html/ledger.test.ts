import { describe, expect, test } from '@jest/globals';
import { createDeferred } from '../../../reports/html/deferred.ts';
import { ledgerSection } from '../../../reports/html/ledger.ts';
import { timeline, timeScale } from '../../../reports/html/ledger-timeline.ts';
import { toHtml } from '../../../reports/html/node.ts';
import { ledgerPlaces } from '../../../reports/ledger-places.ts';
import { ledgerEntry, ledgerOf, roleArn } from '../../support/ledger.ts';
import { assessment } from '../fixture.ts';

const render = (rest: Partial<typeof assessment> = {}) =>
  toHtml(ledgerSection({ ...assessment, ...rest }, createDeferred()));

describe('the ledger section', () => {
  test('names newcomers, refusals, changed logs and blind trails', () => {
    const html = render();
    expect(html).toContain('role/jobs');
    expect(html).toMatch(/role\/jobs<\/bdi><\/code><span class="newcomer">new/);
    expect(html).toContain('called KMS directly');
    expect(html).toContain('Changed logs: ');
    expect(html).toContain('eventSource ≠ kms.amazonaws.com');
    expect(html).toContain('not known: ACCESS_DENIED');
    expect(html).not.toContain('<img');
  });

  test('without a ledger it says why', () => {
    expect(render({ ledger: null })).toContain('No requirement of this run asks who may decrypt');
  });

  test('without an earlier ledger nobody is new', () => {
    expect(render({ earlierLedger: null })).not.toContain('newcomer');
  });

  test('an empty ledger has no table', () => {
    const html = render({ ledger: ledgerOf([]), trails: [] });
    expect(html).toContain('No Decrypt call was found in this time.');
    expect(html).not.toContain('<table');
  });

  test('a thousand principals leave the page light, and are counted', () => {
    const entries = Array.from({ length: 1000 }, (_, i) => ledgerEntry({ principal: roleArn(`R${i}`) }));
    const html = render({ ledger: ledgerOf(entries) });
    expect(html).toContain('Showing 40 of 1,000 principals and places');
    expect(html.length).toBeLessThan(100_000);
  });
});

describe('the picture over time', () => {
  test.each([
    ['2026-08-01T00:00:00Z', '2026-08-02T00:00:00Z', 1, 1],
    ['2026-08-01T12:00:00Z', '2026-08-03T01:00:00Z', 3, 1],
    ['2026-06-01T00:00:00Z', '2026-08-30T00:00:00Z', 90, 1],
    ['2025-09-01T00:00:00Z', '2026-09-01T00:00:00Z', 92, 4],
  ])('%s to %s takes %i columns of %i days', (from, to, columns, daysInColumn) => {
    const scale = timeScale({ from, to });
    expect([scale.columns, scale.daysInColumn]).toEqual([columns, daysInColumn]);
    const last = new Date(Date.parse(to) - 1).toISOString().slice(0, 10);
    expect([scale.columnOf(from.slice(0, 10)), scale.columnOf(last)]).toEqual([0, columns - 1]);
  });

  test('a window that is none still makes a picture', () => {
    expect(timeScale({ from: 'soon', to: '<b>' })).toMatchObject({ columns: 1, daysInColumn: 1 });
  });

  test('one decrypt beside a thousand is seen, and a refusal points down', () => {
    const [place] = ledgerPlaces([
      ledgerEntry({ count: 1000 }),
      ledgerEntry({ day: '2026-08-11', count: 1 }),
      ledgerEntry({ day: '2026-08-12', count: 0, denied: 1 }),
    ]);
    const html = toHtml(timeline(place!, timeScale(ledgerOf([]).window), 1000));
    expect(html.match(/decrypt-done" x="(\d+)" y="\d+" width="3" height="(\d+)"/g)).toEqual([
      'decrypt-done" x="36" y="0" width="3" height="16"',
      'decrypt-done" x="40" y="14" width="3" height="2"',
    ]);
    expect(html).toMatch(/decrypt-refused" x="44" y="17"/);
    expect(html).toContain('1,001 decrypts on 3 days, most from 2026-08-10 (1000), 1 refused');
  });
});
