import { afterAll, describe, expect, test } from '@jest/globals';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { folderLogs } from '../../lib/collectors/trails-folder.ts';
import type { TrailLogStore } from '../../lib/collectors/trails-log-store.ts';
import { readTrailLogs } from '../../lib/ledger/trail-logs.ts';
import type { DecryptLedger } from '../../lib/model/ledger.ts';
import { decryptRecord, role } from './records.ts';
import { deliver, memoryLogs, writeFiles } from './trail-files.ts';
import type { TrailFiles } from './trail-files.ts';

const DAY = { from: '2026-08-01T00:00:00Z', to: '2026-08-02T00:00:00Z' };
let ids = 0;
const opened = (time: string, rest: Record<string, unknown> = {}) =>
  decryptRecord({ eventID: `trail-${(ids += 1)}`, eventTime: time, ...rest });
const ledgerOf = async (store: TrailLogStore, window = DAY): Promise<DecryptLedger> =>
  readTrailLogs({ store, window, publicKeys: null });
const kinds = ({ gaps }: DecryptLedger) => gaps.map(({ kind, loses, count }) => [kind, loses, count]);

const HOURS = deliver({
  hours: 30,
  logs: {
    'eu-west-1/9': [opened('2026-08-01T09:00:00Z'), opened('2026-08-01T09:10:00Z')],
    'us-east-1/10': [opened('2026-08-01T10:00:00Z')],
    // Delivered on the next day: one of it belongs to the day before.
    'eu-west-1/24': [opened('2026-08-01T23:59:00Z'), opened('2026-08-02T00:01:00Z')],
    'eu-west-1/28': [opened('2026-08-02T03:00:00Z')],
  },
}).files;

describe('reading the log files of a trail', () => {
  const folders: string[] = [];
  const onDisk = async (files: TrailFiles['files']): Promise<string> => {
    const folder = await mkdtemp(join(tmpdir(), 'sealcheck-trail-'));
    folders.push(folder);
    await writeFiles(files, folder);
    return folder;
  };
  afterAll(async () => Promise.all(folders.map(async (folder) => rm(folder, { recursive: true }))));

  test('the events of a day, those delivered after midnight among them, and no other', async () => {
    const ledger = await ledgerOf(memoryLogs(HOURS));
    expect(ledger).toMatchObject({ events: 4, fromS3: 4, outside: 2, copies: 0, gaps: [], validation: null });
    expect(ledger.scanned).toEqual([
      { accountId: '111122223333', region: 'eu-west-1', files: 3, records: 5 },
      { accountId: '111122223333', region: 'us-east-1', files: 1, records: 1 },
    ]);
    expect(ledger.entries.map(({ day, count }) => [day, count])).toEqual([['2026-08-01', 4]]);
  });

  test.each<[string, (files: TrailFiles['files']) => TrailFiles['files'] | Promise<TrailLogStore>]>([
    ['a folder on disk', async (files) => folderLogs(await onDisk(files))],
    ['below a prefix of the bucket', () => deliverUnder({ prefix: 'org/trails/' })],
    ['an organization', () => deliverUnder({ organization: 'o-abc123def4' })],
    ['the AWSLogs folder itself', (files) => Promise.resolve(memoryLogs(files, { prefix: 'AWSLogs/' }))],
    [
      "one account's Region",
      (files) => Promise.resolve(memoryLogs(files, { prefix: 'AWSLogs/111122223333/CloudTrail/' })),
    ],
    [
      'all files in one folder',
      (files) => new Map([...files].map(([key, file]) => [key.slice(key.lastIndexOf('/') + 1), file])),
    ],
    ['not compressed, and named so', uncompressed],
  ])('the same from %s', async (_name, arrange) => {
    const arranged = await arrange(HOURS);
    const ledger = await ledgerOf(arranged instanceof Map ? memoryLogs(arranged) : arranged);
    expect(ledger).toMatchObject({ events: 4, outside: 2 });
    expect(kinds(ledger)).toEqual([]);
  });
  function deliverUnder(where: { prefix?: string; organization?: string }): TrailFiles['files'] {
    const moved: TrailFiles['files'] = new Map();
    for (const [key, file] of HOURS) {
      const tail = key.slice('AWSLogs/'.length);
      moved.set(
        `${where.prefix ?? ''}AWSLogs/${where.organization ? `${where.organization}/` : ''}${tail}`,
        file,
      );
    }
    return moved;
  }
  async function uncompressed(files: TrailFiles['files']): Promise<TrailLogStore> {
    const { gunzipSync } = await import('node:zlib');
    return memoryLogs(
      new Map(
        [...files].map(([key, { bytes, signature }]) => [
          key.replace(/\.gz$/, ''),
          { bytes: gunzipSync(bytes), signature },
        ]),
      ),
    );
  }

  test('folders beside CloudTrail are not looked into', async () => {
    const files = new Map(HOURS);
    for (const sibling of [
      'CloudTrail-Insight',
      'CloudTrail-NetworkActivity',
      'CloudTrail-Aggregated',
      'Config',
    ]) {
      files.set(
        `AWSLogs/111122223333/${sibling}/eu-west-1/2026/08/01/111122223333_CloudTrail_eu-west-1_20260801T0900Z_x.json.gz`,
        { bytes: new Uint8Array(), signature: null },
      );
    }
    expect(await ledgerOf(memoryLogs(files))).toMatchObject({ events: 4, gaps: [] });
  });

  test('a call logged in two accounts counts once', async () => {
    const shared = { sharedEventID: 'one-call', eventTime: '2026-08-01T09:00:00Z' };
    const ours = deliver({
      hours: 2,
      logs: {
        'eu-west-1/1': [
          decryptRecord({
            ...shared,
            eventID: 'a',
            userIdentity: { type: 'AWSAccount', accountId: '444455556666' },
          }),
        ],
      },
    });
    const theirs = deliver({
      hours: 2,
      accountId: '444455556666',
      logs: {
        'eu-west-1/1': [
          decryptRecord({ ...shared, eventID: 'b', userIdentity: role('Partner', 's', '444455556666') }),
        ],
      },
    });
    const ledger = await ledgerOf(memoryLogs(new Map([...ours.files, ...theirs.files])));
    expect(ledger).toMatchObject({ events: 1, copies: 1 });
    expect(ledger.entries[0]).toMatchObject({ principal: 'arn:aws:iam::444455556666:role/Partner' });
  });

  const path = (name: string) => `AWSLogs/111122223333/CloudTrail/eu-west-1/2026/08/01/${name}`;
  const gz = (text: string) => gzipSync(text);
  const good = JSON.stringify({ Records: [opened('2026-08-01T12:00:00Z'), opened('2026-08-01T12:00:01Z')] });
  test.each<[string, Uint8Array, number, string, RegExp]>([
    [
      'truncated gzip',
      gz(
        JSON.stringify({ Records: Array.from({ length: 300 }, () => opened('2026-08-01T12:00:00Z')) }),
      ).subarray(0, 3000),
      1,
      'TRUNCATED',
      /ends too soon; \d+ records before it/,
    ],
    ['damaged gzip', gz(good).fill(0x55, 40, 80), 0, 'TRUNCATED', /damaged/],
    ['half-written JSON', gz(good.slice(0, -200)), 1, 'TRUNCATED', /breaks off; 1 records/],
    ['no log file', gz('{"hello":"world"}'), 0, 'NOT_A_LOG', /not a CloudTrail log/],
    ['no bytes', new Uint8Array(), 0, 'NOT_A_LOG', /not a CloudTrail log/],
    [
      'an event without a time',
      gz(JSON.stringify({ Records: [opened('never')] })),
      0,
      'BAD_EVENT',
      /is not counted/,
    ],
  ])('%s is counted and named', async (_name, bytes, atLeast, kind, message) => {
    const files = new Map(HOURS).set(path('111122223333_CloudTrail_eu-west-1_20260801T1200Z_odd.json.gz'), {
      bytes,
      signature: null,
    });
    const ledger = await ledgerOf(memoryLogs(files));
    expect(ledger.events).toBeGreaterThanOrEqual(4 + atLeast);
    expect(ledger.gaps).toHaveLength(1);
    expect(ledger.gaps[0]).toMatchObject({
      kind,
      loses: 'events',
      where: path('111122223333_CloudTrail_eu-west-1_20260801T1200Z_odd.json.gz'),
    });
    expect(ledger.gaps[0]!.message).toMatch(message);
  });

  test('other files are left alone, and counted', async () => {
    const files = new Map(HOURS).set(path('notes.txt'), { bytes: new Uint8Array(), signature: null });
    expect(kinds(await ledgerOf(memoryLogs(files)))).toEqual([['IGNORED_FILE', 'detail', 1]]);
  });

  test('a file that goes away while it is read is a gap', async () => {
    const store = memoryLogs(HOURS);
    const flaky: TrailLogStore = {
      ...store,
      read: async (key) => (key.includes('us-east-1') ? Promise.reject(new Error('gone')) : store.read(key)),
    };
    expect(kinds(await ledgerOf(flaky))).toEqual([['NOT_READ', 'events', 1]]);
  });

  test('a folder that may not be listed is a gap', async () => {
    const store = memoryLogs(HOURS);
    const denied: TrailLogStore = {
      ...store,
      files: (key) => {
        if (key.includes('us-east-1')) throw new Error('Access Denied');
        return store.files(key);
      },
    };
    expect(kinds(await ledgerOf(denied))).toEqual([
      ['NOT_READ', 'events', 1],
      ['NOT_READ', 'events', 1],
    ]);
  });

  test('days without any log file are not taken for quiet ones', async () => {
    const ledger = await ledgerOf(memoryLogs(HOURS), {
      from: '2026-07-31T00:00:00Z',
      to: '2026-08-03T12:00:00Z',
    });
    expect(ledger.gaps).toMatchObject([
      {
        kind: 'NO_LOGS',
        loses: 'events',
        count: 2,
        message: 'no log file was delivered on 2026-07-31, 2026-08-03',
      },
    ]);
  });

  test('a place without log files says so', async () => {
    const folder = await onDisk(new Map());
    await writeFile(join(folder, 'readme.md'), 'x');
    expect(kinds(await ledgerOf(folderLogs(folder)))).toEqual([
      ['NO_LOGS', 'events', 1],
      ['IGNORED_FILE', 'detail', 1],
    ]);
  });

  test('lost credentials stop the reading', async () => {
    const expired = Object.assign(new Error('expired'), { name: 'ExpiredToken' });
    const store = { ...memoryLogs(HOURS), read: () => Promise.reject(expired) };
    await expect(ledgerOf(store)).rejects.toMatchObject({ code: 'EXPIRED_CREDENTIALS' });
  });

  test('an abort stops the reading', async () => {
    const reading = readTrailLogs({
      store: memoryLogs(HOURS),
      window: DAY,
      publicKeys: null,
      signal: AbortSignal.abort(),
    });
    await expect(reading).rejects.toMatchObject({ code: 'INTERRUPTED' });
  });
});
