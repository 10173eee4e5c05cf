import { describe, expect, test } from '@jest/globals';
import { generateKeyPairSync } from 'node:crypto';
import { gunzipSync, gzipSync } from 'node:zlib';
import { unknown } from '../../lib/model/observed.ts';
import { readTrailLogs } from '../../lib/ledger/trail-logs.ts';
import type { PublicKeySource } from '../../lib/ledger/read-digests.ts';
import { decryptRecord } from './records.ts';
import { deliver, memoryLogs, TRUSTED } from './trail-files.ts';
import type { Delivery, TrailFiles } from './trail-files.ts';

const DAY = { from: '2026-08-01T00:00:00Z', to: '2026-08-02T00:00:00Z' };
const record = (id: string) => decryptRecord({ eventID: id });
const delivered = (rest: Partial<Delivery> = {}): TrailFiles['files'] =>
  deliver({
    hours: 24,
    logs: { 'eu-west-1/3': [record('a')], 'eu-west-1/9': [record('b'), record('c')] },
    ...rest,
  }).files;

async function validate(files: TrailFiles['files'], publicKeys: PublicKeySource = TRUSTED, bucket?: null) {
  const { validation, gaps } = await readTrailLogs({
    store: memoryLogs(files, bucket === null ? { bucket } : {}),
    window: DAY,
    publicKeys,
  });
  return { validation: validation!, gaps };
}
const keyOf = (files: TrailFiles['files'], part: string): string =>
  [...files.keys()].find((key) => key.includes(part))!;
const edit = (files: TrailFiles['files'], part: string, change: (text: string) => string): void => {
  const key = keyOf(files, part);
  const file = files.get(key)!;
  files.set(key, { ...file, bytes: gzipSync(change(gunzipSync(file.bytes).toString())) });
};

describe('digest validation', () => {
  test('an untouched chain is intact, empty hours and all', async () => {
    const { validation, gaps } = await validate(delivered());
    expect(validation).toEqual({
      status: 'intact',
      digests: 24,
      signed: 24,
      logFiles: 2,
      from: '2026-08-01T00:00:00Z',
      to: '2026-08-02T00:00:00Z',
    });
    expect(gaps).toEqual([]);
  });

  test.each<[string, (files: TrailFiles['files']) => void, [string, RegExp][]]>([
    [
      'a changed log',
      (files) =>
        edit(
          files,
          '/CloudTrail/eu-west-1/2026/08/01/111122223333_CloudTrail_eu-west-1_20260801T0900Z',
          (text) => text.replace('App', 'Ape'),
        ),
      [['LOG_CHANGED', /T0900Z_/]],
    ],
    [
      'a removed log',
      (files) => files.delete(keyOf(files, '_20260801T0300Z_')),
      [['LOG_REMOVED', /T0300Z_/]],
    ],
    [
      'an added log',
      (files) =>
        files.set(
          'AWSLogs/111122223333/CloudTrail/eu-west-1/2026/08/01/111122223333_CloudTrail_eu-west-1_20260801T0500Z_forged.json.gz',
          { bytes: gzipSync('{"Records":[]}'), signature: null },
        ),
      [['LOG_ADDED', /forged/]],
    ],
    [
      'a removed digest',
      (files) => files.delete(keyOf(files, '_20260801T120000Z')),
      [['DIGEST_REMOVED', /T120000Z/]],
    ],
    [
      'a changed digest',
      (files) =>
        edit(files, '_20260801T120000Z', (text) =>
          text.replace('"newestEventTime":null', '"newestEventTime":"x"'),
        ),
      [
        ['DIGEST_INVALID', /T120000Z/],
        ['DIGEST_INVALID', /T120000Z/],
      ],
    ],
    [
      'a digest that hides a log it listed',
      (files) => {
        edit(files, '_20260801T100000Z', (text) => text.replace(/"logFiles":\[.*\]/, '"logFiles":[]'));
      },
      [
        ['DIGEST_INVALID', /T100000Z/],
        ['DIGEST_INVALID', /T100000Z/],
        ['LOG_ADDED', /T0900Z_/],
      ],
    ],
    [
      'a digest moved elsewhere',
      (files) => {
        const key = keyOf(files, '_20260801T120000Z');
        files.set(key.replace('AWSLogs/', 'x/AWSLogs/'), files.get(key)!);
        files.delete(key);
      },
      [['DIGEST_REMOVED', /T120000Z/]],
    ],
    [
      'a file among the digests that is none',
      (files) =>
        files.set(keyOf(files, '_20260801T120000Z').replace('T120000Z', 'T123456Z'), {
          bytes: gzipSync('{}'),
          signature: null,
        }),
      [['DIGEST_INVALID', /T123456Z/]],
    ],
  ])('%s breaks it, and is named', async (_name, change, expected) => {
    const files = new Map(delivered());
    change(files);
    const { validation, gaps } = await validate(files);
    expect(validation.status).toBe('broken');
    const broken = gaps.filter(({ loses }) => loses === 'integrity');
    expect(broken.map(({ kind }) => kind).sort()).toEqual(expected.map(([kind]) => kind).sort());
    for (const [kind, where] of expected)
      expect(broken.some((gap) => gap.kind === kind && where.test(gap.where))).toBe(true);
  });

  test('a chain signed by somebody else is forged throughout', async () => {
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const { validation, gaps } = await validate(delivered({ signer: privateKey }));
    expect(validation).toMatchObject({ status: 'broken', signed: 0 });
    expect(gaps.filter(({ kind }) => kind === 'DIGEST_INVALID')).toHaveLength(24);
  });

  test('a chain that begins anew is told: the time before it was not covered', async () => {
    const [early, late] = [deliver({ hours: 6, logs: { 'eu-west-1/3': [record('a')] } }).files, delivered()];
    const files = new Map([...late].filter(([key]) => !/T0[1-9]0000Z|T0300Z/.test(key)).concat([...early]));
    edit(files, '_20260801T100000Z', (text) =>
      text.replace(/"previousDigestS3Object":"[^"]*"/, '"previousDigestS3Object":null'),
    );
    const { gaps } = await validate(files);
    expect(gaps.some(({ kind, message }) => kind === 'UNVALIDATED' && message.includes('begins anew'))).toBe(
      true,
    );
  });

  test.each<[string, () => ReturnType<typeof validate>, RegExp]>([
    ['without digests nothing is proven', async () => validate(delivered({ digests: false })), /no digests/],
    [
      'without public keys nothing is proven',
      async () =>
        validate(delivered(), () =>
          Promise.resolve(
            unknown({ code: 'ACCESS_DENIED', operation: 'cloudtrail:ListPublicKeys', message: 'no' }),
          ),
        ),
      /public keys \(ACCESS_DENIED/,
    ],
    [
      'a key that CloudTrail does not name',
      async () => validate(delivered(), () => Promise.resolve({ state: 'absent' })),
      /names no public key/,
    ],
    [
      'in a folder the newest signature is lost, and no other',
      async () => validate(delivered(), TRUSTED, null),
      /newest digests have no signature/,
    ],
    [
      'logs after the last digest',
      async () => validate(delivered({ hours: 10 }), TRUSTED),
      /cover only 2026-08-01T00:00:00Z to 2026-08-01T10:00:00Z/,
    ],
    [
      'logs that no digest reaches',
      async () => validate(delivered({ hours: 4, logs: { 'eu-west-1/3': [record('a')] } }), TRUSTED),
      /cover only/,
    ],
  ])('%s, and nothing is called broken', async (_name, run, message) => {
    const { validation, gaps } = await run();
    expect(validation.status).toBe('unproven');
    expect(gaps.filter(({ kind }) => kind === 'UNVALIDATED').some((gap) => message.test(gap.message))).toBe(
      true,
    );
    expect(gaps.every(({ loses }) => loses !== 'integrity')).toBe(true);
  });

  test('in a folder all but the newest digest are checked by the signatures their successors repeat', async () => {
    expect((await validate(delivered(), TRUSTED, null)).validation).toMatchObject({
      digests: 24,
      signed: 23,
    });
  });

  test('a log file that could not be read is not taken for a removed one', async () => {
    const store = memoryLogs(delivered());
    const { gaps } = await readTrailLogs({
      window: DAY,
      publicKeys: TRUSTED,
      store: {
        ...store,
        read: async (path) => (path.includes('T0300Z') ? Promise.reject(new Error('no')) : store.read(path)),
      },
    });
    expect(gaps.map(({ kind }) => kind)).toEqual(['NOT_READ']);
  });
});
