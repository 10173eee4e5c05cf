import { describe, expect, test } from '@jest/globals';
import { runAthena } from '../../lib/collectors/athena.ts';
import type { AthenaPlace } from '../../lib/collectors/athena.ts';
import { plainLiteral, plainName } from '../../lib/collectors/athena-text.ts';
import { athenaLedger } from '../../lib/ledger/athena.ts';
import { createTable, decryptQuery } from '../../lib/ledger/athena-sql.ts';
import type { TrailTable } from '../../lib/ledger/athena-sql.ts';
import type { LedgerEntry } from '../../lib/model/ledger.ts';
import { readTrailLogs } from '../../lib/ledger/trail-logs.ts';
import { duckdbAthena } from './duckdb-athena.ts';
import type { Partitioned } from './duckdb-athena.ts';
import {
  context,
  decryptRecord,
  deniedRecord,
  directRecord,
  KEY,
  readRecord,
  role,
  user,
} from './records.ts';
import { deliver, memoryLogs } from './trail-files.ts';

const WINDOW = { from: '2026-08-01T00:00:00Z', to: '2026-08-02T00:00:00Z' };
const OTHER = '444455556666';
let ids = 0;
const at = (time: string, rest: Record<string, unknown> = {}) =>
  decryptRecord({
    eventID: `id-${String((ids += 1)).padStart(4, '0')}`,
    eventTime: `2026-08-0${time}Z`,
    ...rest,
  });

const OURS = [
  ...Array.from({ length: 20 }, (_, i) =>
    at('1T01:00:0' + String(i % 10), {
      userIdentity: role('App', `s${i % 3}`),
      requestParameters: context(`arn:aws:s3:::b/${i % 4}`),
    }),
  ),
  at('1T01:30:00', { requestParameters: context(`arn:aws:s3:::b/it's "odd" \\ ü 🔒`) }),
  at('1T01:31:00', { requestParameters: context('arn:aws:s3:::b') }),
  at('1T01:32:00', { userIdentity: { type: 'AWSService', invokedBy: 's3.amazonaws.com' } }),
  at('1T01:33:00', { userIdentity: null }),
  at('1T01:34:00', { requestParameters: { encryptionContext: { SecretARN: 'x' } } }),
  at('1T01:35:00', { errorCode: 'DisabledException' }),
  at('1T01:36:00', { eventID: null }),
  at('1T01:36:00', { eventID: null }),
  deniedRecord({ eventID: 'denied', eventTime: '2026-08-01T01:37:00Z' }),
  directRecord({
    eventID: 'direct',
    eventTime: '2026-08-01T01:38:00Z',
    userIdentity: user(),
    resources: [{ ARN: KEY.replace('key/', 'alias/') }, { ARN: KEY }],
  }),
  at('1T01:39:00', {
    eventID: 'owner',
    sharedEventID: 'one',
    userIdentity: { type: 'AWSAccount', accountId: OTHER },
  }),
  { ...decryptRecord({ eventID: 'twice', eventTime: '2026-08-01T01:40:00Z' }) },
  { ...decryptRecord({ eventID: 'twice', eventTime: '2026-08-01T01:40:00Z' }) },
  { ...decryptRecord(), eventName: 'GenerateDataKey' },
  readRecord('b', 'k'),
];
const THEIRS = [
  at('1T01:39:00', { eventID: 'caller', sharedEventID: 'one', userIdentity: role('Partner', 's', OTHER) }),
];
const LATE = [at('1T23:59:59'), at('2T00:00:00')];

const files = new Map([
  ...deliver({ hours: 30, digests: false, logs: { 'eu-west-1/1': OURS, 'eu-west-1/24': LATE } }).files,
  ...deliver({ hours: 2, digests: false, accountId: OTHER, logs: { 'eu-west-1/1': THEIRS } }).files,
]);
const partition = (
  account: string,
  day: string,
  records: readonly Record<string, unknown>[],
): Partitioned[] => records.map((record) => ({ account, region: 'eu-west-1', day, record }));
const ROWS = [
  ...partition('111122223333', '2026/08/01', OURS),
  ...partition('111122223333', '2026/08/02', LATE),
  ...partition(OTHER, '2026/08/01', THEIRS),
];

describe('Athena over a trail bucket', () => {
  test('comes to the ledger that reading every log file comes to', async () => {
    const athena = await duckdbAthena(ROWS);
    try {
      const store = memoryLogs(files);
      const fromSql = await athenaLedger({ place: athena.place, store, window: WINDOW });
      const fromFiles = await readTrailLogs({ store, window: WINDOW, publicKeys: null });
      // SQL groups calls before it counts them: sessions of one group are all of one session, and few ids are kept.
      const told = (entry: LedgerEntry) => ({ ...entry, eventIds: null, objectsRead: null });
      expect(fromSql.entries.map(told)).toEqual(fromFiles.entries.map(told));
      const { events, fromS3, copies, outside } = fromFiles;
      expect(fromSql).toMatchObject({ source: 'athena', events, fromS3, copies, outside });
      expect(fromSql.scanned.map(({ accountId, records }) => [accountId, records])).toEqual(
        fromFiles.scanned.map(({ accountId, records }) => [accountId, records]),
      );
      expect(fromSql.gaps.map(({ kind, loses, count }) => [kind, loses, count])).toEqual([
        ['BAD_EVENT', 'detail', 2],
        ['UNIDENTIFIED', 'detail', 1],
        ['UNVALIDATED', 'detail', 1],
      ]);
    } finally {
      await athena.close();
    }
  });

  test('events without a usable time, and days without events, are told', async () => {
    const bad = partition('111122223333', '2026/08/01', [
      at('1T01:00:00', { eventTime: 'soon' }),
      at('1T01:00:00', { eventTime: null }),
    ]);
    const athena = await duckdbAthena([
      ...bad,
      ...partition('111122223333', '2026/08/01', [at('1T02:00:00')]),
    ]);
    try {
      const { events, gaps } = await athenaLedger({
        place: athena.place,
        store: memoryLogs(files),
        window: WINDOW,
      });
      expect(events).toBe(1);
      expect(gaps.map(({ kind, loses, count }) => [kind, loses, count])).toEqual([
        ['BAD_EVENT', 'events', 2],
        ['NO_LOGS', 'events', 1],
        ['UNVALIDATED', 'detail', 1],
      ]);
    } finally {
      await athena.close();
    }
  });
});

describe('the SQL', () => {
  const trail: TrailTable = {
    database: 'audit',
    table: 'sealcheck_trail_x',
    location: 's3://logs/org/',
    regions: [
      {
        accountId: '111122223333',
        region: 'eu-west-1',
        logs: 'AWSLogs/o-a1/111122223333/CloudTrail/eu-west-1/',
        digests: null,
      },
      {
        accountId: OTHER,
        region: 'us-east-1',
        logs: `AWSLogs/o-a1/${OTHER}/CloudTrail/us-east-1/`,
        digests: null,
      },
    ],
  };

  test('the table computes its partitions', () => {
    const ddl = createTable(trail, WINDOW);
    expect(ddl).toContain(
      "'storage.location.template'='s3://logs/org/AWSLogs/o-a1/${account}/CloudTrail/${region}/${day}/'",
    );
    expect(ddl).toContain("'projection.account.values'='111122223333,444455556666'");
    expect(ddl).toContain("'projection.day.range'='2026/08/01,2026/08/02'");
    expect(ddl).toContain("LOCATION 's3://logs/org/'");
  });

  test('only partitions of the window are read', () => {
    expect(decryptQuery(trail, WINDOW)).toContain("day BETWEEN '2026/08/01' AND '2026/08/02'");
    expect(decryptQuery(trail, WINDOW)).toContain("account IN ('111122223333', '444455556666')");
  });

  test.each([["a'b"], ['a\\'], ['a\nb'], ['ü'], ['a"b'], ['\u2019']])(
    '%j is refused as a literal',
    (text) => {
      expect(() => plainLiteral(text)).toThrow(/cannot be put into SQL/);
      expect(() => createTable({ ...trail, location: `s3://logs/${text}/` }, WINDOW)).toThrow(
        /cannot be put into SQL/,
      );
    },
  );

  test.each([['a"b'], ['a`b'], ['A'], [''], ['1a'], ['a.b'], ['a'.repeat(200)]])(
    '%j is refused as a name',
    (name) => {
      expect(() => plainName(name, '"')).toThrow(/takes names/);
      expect(() => decryptQuery({ ...trail, database: name }, WINDOW)).toThrow(/takes names/);
    },
  );

  test('a bucket with several trails is not mixed up, and one without is none', () => {
    const [first] = trail.regions;
    const moved = { ...first!, logs: 'other/AWSLogs/111122223333/CloudTrail/eu-west-1/' };
    expect(() => createTable({ ...trail, regions: [first!, moved] }, WINDOW)).toThrow(/several trails/);
    expect(() => createTable({ ...trail, regions: [] }, WINDOW)).toThrow(/no CloudTrail log files/);
  });
});

describe('a query that does not go well', () => {
  const place = (answers: Record<string, unknown>, rest: Partial<AthenaPlace> = {}): AthenaPlace => ({
    client: {
      send: (command: { constructor: { name: string } }) => {
        const answer = answers[command.constructor.name.replace('Command', '')];
        return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer ?? {});
      },
    },
    database: 'd',
    output: null,
    workgroup: null,
    sleep: () => Promise.resolve(),
    ...rest,
  });
  const run = async (where: AthenaPlace) => {
    for await (const page of (await runAthena(where, 'SELECT 1')).pages) expect(page).toBeDefined();
  };
  const state = (State: string, StateChangeReason?: string) => ({
    QueryExecution: { Status: { State, StateChangeReason } },
  });
  const denied = Object.assign(new Error('not you'), {
    name: 'AccessDeniedException',
    $metadata: { httpStatusCode: 400 },
  });

  test.each<[string, AthenaPlace, string, RegExp]>([
    [
      'refused',
      place({ StartQueryExecution: denied }),
      'ACCESS_DENIED',
      /athena:StartQueryExecution was refused/,
    ],
    [
      'failed',
      place({
        StartQueryExecution: { QueryExecutionId: '1' },
        GetQueryExecution: state('FAILED', 'SYNTAX_ERROR: line 1'),
      }),
      'FAILED',
      /failed: SYNTAX_ERROR/,
    ],
    [
      'cancelled',
      place({ StartQueryExecution: { QueryExecutionId: '1' }, GetQueryExecution: state('CANCELLED') }),
      'FAILED',
      /was cancelled/,
    ],
    ['without an id', place({ StartQueryExecution: {} }), 'FAILED', /without an id/],
    [
      'stopped',
      place({ StartQueryExecution: { QueryExecutionId: '1' } }, { signal: AbortSignal.abort() }),
      'INTERRUPTED',
      /was stopped/,
    ],
  ])('%s', async (_name, where, code, message) => {
    await expect(run(where)).rejects.toMatchObject({ code, message: expect.stringMatching(message) });
  });
});
