import { createHash } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { customerKey } from '../../../lib/sandbox/estate/seals.ts';
import type { SandboxState } from '../../../lib/sandbox/state.ts';
import { edited, loaded, NOW, SMALL } from './small.ts';

const DAY = 86_400_000;
const first = (state: SandboxState) => state.buckets.get('first')!;

describe('the same file gives the same estate', () => {
  const whole = (state: SandboxState): string =>
    JSON.stringify(state, (_key, value: unknown) => (value instanceof Map ? [...value] : value));

  test('twice at the same moment, to the last byte', () => {
    expect(whole(loaded(SMALL))).toBe(whole(loaded(SMALL)));
  });

  test('on another day, but for what is dated by the clock', () => {
    const later = loaded(SMALL, NOW + 40 * DAY);
    const now = loaded(SMALL);
    expect([...later.buckets]).toEqual([...now.buckets]);
    expect([...later.keys]).toEqual([...now.keys]);
    expect(later.events.map(({ time }) => time - 40 * DAY)).toEqual(now.events.map(({ time }) => time));
  });

  test('but for what was added, which moves nothing else', () => {
    const added = edited(
      ['  - { by: app', '  - { by: sara, key: own, when: -2d }\n  - { by: app'],
      ['  second:', '  new:\n    created: 2020-01-01\n    default: { algorithm: AES256 }\n  second:'],
      [
        '{ keys: [b, c], written: 2024-02-01, seal: plain }',
        '{ keys: [b, c, d], written: 2024-02-01, seal: plain }',
      ],
    );
    const before = first(loaded(SMALL)).objects;
    const after = first(loaded(added)).objects;
    for (const [key, versions] of before) expect(after.get(key)).toEqual(versions);
    expect(after.size).toBe(before.size + 1);
  });

  test('and another seed another one', () => {
    const other = first(loaded(edited(['seed: 1', 'seed: 2']))).objects;
    expect(other.get('a/001')?.[0]?.etag).not.toBe(first(loaded(SMALL)).objects.get('a/001')?.[0]?.etag);
    expect([...loaded(edited(['seed: 1', 'seed: 2'])).keys.keys()]).not.toEqual([
      ...loaded(SMALL).keys.keys(),
    ]);
  });
});

describe('versions', () => {
  const versioned = (versioning: string, rest: string) => {
    const text = edited(
      ['versioning: Enabled', `versioning: ${versioning}`],
      [
        '{ keys: [b, c], written: 2024-02-01, seal: plain }',
        `{ keys: [b], written: 2024-02-01, seal: plain${rest} }`,
      ],
    );
    return first(loaded(text)).objects.get('b') ?? [];
  };
  const OLDER = ', older: [{ written: 2023-06-01, seal: old }, { written: 2022-06-01, seal: old }]';
  const OLD = OLDER.replaceAll('2023-06-01', '2022-12-01');

  test('are listed newest first, under a delete marker when there is one', () => {
    const versions = versioned('Enabled', `${OLD}, deleted: 2025-01-01`);
    expect(versions.map(({ deleteMarker }) => deleteMarker)).toEqual([true, false, false, false]);
    const times = versions.map(({ lastModified }) => lastModified);
    expect(times).toEqual([...times].sort((a, b) => b - a));
    expect(versions.map(({ seal }) => seal.algorithm).slice(1)).toEqual(['AES256', null, null]);
  });

  test('have ids of their own in a versioned bucket', () => {
    const ids = versioned('Enabled', OLD).map(({ versionId }) => versionId);
    expect(ids.every((id) => id?.length === 32)).toBe(true);
    expect(new Set(ids).size).toBe(3);
  });

  test('have ids in a suspended bucket, but for the newest', () => {
    const ids = (rest: string) => versioned('Suspended', rest).map(({ versionId }) => versionId === null);
    expect(ids(OLD)).toEqual([true, false, false]);
    expect(ids(`${OLD}, deleted: 2025-01-01`)).toEqual([true, false, false, false]);
  });

  test('have none in a bucket that never had versioning', () => {
    expect(versioned('Off', '').map(({ versionId }) => versionId)).toEqual([null]);
  });
});

describe('client-side encryption', () => {
  const marked = (format: string) => {
    const text = edited(['seal: plain }', `seal: plain, client-side: ${format} }`]);
    return first(loaded(text)).objects;
  };
  test.each([
    ['v1', ['x-amz-iv', 'x-amz-key', 'x-amz-matdesc', 'x-amz-unencrypted-content-length']],
    ['v3-instruction-file', ['x-amz-c', 'x-amz-d', 'x-amz-i']],
    ['v2-instruction-file', []],
  ])('%s leaves its marks on the object', (format, names) => {
    expect(Object.keys(marked(format).get('b')?.[0]?.metadata ?? {}).sort()).toEqual(names);
  });

  test.each([
    ['v2-instruction-file', 'x-amz-key-v2'],
    ['v3-instruction-file', 'x-amz-3'],
  ])('%s keeps its wrapped key in an object beside it', (format, name) => {
    const file = marked(format).get('b.instruction')?.[0];
    expect(file?.metadata).toEqual({ 'x-amz-crypto-instr-file': '' });
    const body = Buffer.from(file?.body ?? []).toString();
    expect(JSON.parse(body)).toHaveProperty([name]);
    expect(file?.size).toBe(body.length);
  });
});

describe('keys', () => {
  const key = (text: string, now = NOW) => [...loaded(text, now).keys.values()][0]!;

  test('rotate at whole periods from their creation', () => {
    const created = Date.UTC(2024, 0, 10);
    expect(key(SMALL).rotation).toEqual({
      enabled: true,
      periodInDays: 365,
      nextRotation: created + 3 * 365 * DAY,
    });
    expect(key(SMALL, created + 365 * DAY).rotation.nextRotation).toBe(created + 2 * 365 * DAY);
    expect(key(SMALL, created - DAY).rotation.nextRotation).toBe(created + 365 * DAY);
  });

  test('let the principals use them that are named, and the account administer them', () => {
    const { Statement } = JSON.parse(key(SMALL).policy) as { Statement: { Principal: unknown }[] };
    expect(Statement.map(({ Principal }) => Principal)).toEqual([
      { AWS: 'arn:aws:iam::111122223333:root' },
      { AWS: ['arn:aws:iam::111122223333:role/app'] },
    ]);
  });

  test('that AWS manages are as old as the first bucket that needs them', () => {
    const state = loaded(edited(['seal: plain }', 'seal: managed }']));
    const managed = [...state.keys.values()].find(({ manager }) => manager === 'AWS');
    expect(managed?.createdAt).toBe(Date.UTC(2020, 0, 1));
    expect(managed?.rotation.nextRotation).toBeGreaterThan(NOW);
    expect(first(state).objects.get('b')?.[0]?.seal.kmsKeyId).toBe(managed?.arn);
  });
});

describe('policies', () => {
  test.each([
    ['{{bucket}}', 'arn:aws:s3:::first'],
    ['{{account}}', '111122223333'],
    ['{{organization}}', 'o-0123456789'],
    ['{{principal app}}', 'arn:aws:iam::111122223333:role/app'],
    ['{{principal sara}}', 'arn:aws:iam::111122223333:user/sara'],
  ])('%s stands for %s', (placeholder, value) => {
    const { policy } = first(loaded(edited(['{{bucket}}/*', `<${placeholder}>`])));
    expect(policy).toContain(`"Resource": "<${value}>"`);
  });

  test.each([
    ['by its name', 'key: own }\n    policy'],
    ['by its alias', 'key: alias/own }\n    policy'],
  ])('{{default-key}} stands for the key that the default means, %s', (_how, reference) => {
    const state = loaded(edited(['{{bucket}}/*', '{{default-key}}'], ['key: own }\n    policy', reference]));
    const [arn] = [...state.keys.keys()];
    expect(first(state).policy).toContain(`"Resource": "${arn ?? ''}"`);
  });

  test('a bucket without statements has no policy', () => {
    expect(loaded(SMALL).buckets.get('second')?.policy).toBeNull();
  });
});

describe('events', () => {
  type Identity = { type: string; arn?: string; invokedBy?: string };
  const records = (line: string) =>
    loaded(edited(['{ by: app, bucket: first, prefix: a/, count: 2, when: -9d .. -1d }', line])).events.map(
      ({ accountId, time, record }) => ({
        accountId,
        time,
        identity: record['userIdentity'] as Identity,
        parameters: record['requestParameters'] as {
          keyId?: string;
          encryptionContext?: Record<string, string>;
        },
        error: record['errorCode'],
        shared: record['sharedEventID'],
      }),
    );

  test('through S3 are about an object of the bucket, by the caller', () => {
    const found = records('{ by: app, bucket: first, prefix: a/002, when: -9d }');
    expect(found).toHaveLength(1);
    expect(found[0]?.identity).toMatchObject({ type: 'AssumedRole', invokedBy: 'fas.s3.amazonaws.com' });
    expect(found[0]?.parameters.encryptionContext).toEqual({ 'aws:s3:arn': 'arn:aws:s3:::first/a/002' });
    expect(found[0]?.parameters.keyId).toBeUndefined();
    expect(found[0]?.time).toBe(NOW - 9 * DAY);
  });

  test('direct ones name the key, and no service', () => {
    const [direct] = records('{ by: sara, key: own, context: { a: b }, when: -1d }');
    expect(direct?.identity).toMatchObject({ type: 'IAMUser', arn: 'arn:aws:iam::111122223333:user/sara' });
    expect(direct?.identity.invokedBy).toBeUndefined();
    expect(direct?.parameters.keyId).toMatch(/^arn:aws:kms:eu-west-1:/);
  });

  test('of a service are its own, however it comes to KMS', () => {
    for (const about of ['bucket: first', 'key: own']) {
      const [own] = records(`{ by: replication, ${about}, when: -1d }`);
      expect(own?.identity).toEqual({ type: 'AWSService', invokedBy: 's3.amazonaws.com' });
    }
  });

  test('across accounts are recorded in both, under one shared id', () => {
    const text = edited(
      ['sara: { user: sara }', "sara: { user: sara, account: '777788889999' }"],
      ['by: app, bucket: first, prefix: a/, count: 2', 'by: sara, bucket: first, prefix: a/'],
    );
    const events = loaded(text).events;
    expect(events.map(({ accountId }) => accountId)).toEqual(['777788889999', '111122223333']);
    expect(new Set(events.map(({ record }) => record['sharedEventID'])).size).toBe(1);
  });

  test('that were refused say why', () => {
    expect(records('{ by: app, bucket: first, when: -1d, refused: AccessDenied }')[0]?.error).toBe(
      'AccessDenied',
    );
  });

  test('never are about an object behind a delete marker', () => {
    const text = edited(
      ['2024-02-01 .. 2024-03-01, seal: kms }', '2024-02-01 .. 2024-03-01, seal: kms, deleted: 2025-01-01 }'],
      ['keys: [b, c], written: 2024-02-01, seal: plain', 'keys: [a/live], written: 2024-02-01, seal: kms'],
    );
    const named = loaded(text).events.map(({ record }) => JSON.stringify(record['requestParameters']));
    expect(named).toHaveLength(2);
    for (const parameters of named) expect(parameters).toContain('a/live');
  });
});

test('what is denied becomes a fault of the sandbox, and the rest of the bucket stays open', () => {
  const text = edited([
    '    policy: [tls]',
    "    policy: [tls]\n    denied: [{ operation: HeadObject, keys: 'a/*' }]",
  ]);
  expect(loaded(text).faults.map(({ match, effect }) => ({ match, effect }))).toEqual([
    {
      match: { service: 's3', operation: 'HeadObject', bucket: 'first', key: 'a/*' },
      effect: { type: 'deny' },
    },
  ]);
});

test('unfinished uploads have their parts, and a key each', () => {
  const uploads = [...first(loaded(SMALL)).uploads.values()];
  expect(uploads.map(({ key, parts }) => [key, parts.size])).toEqual([
    ['u/1', 2],
    ['u/2', 2],
  ]);
});

test('a trail that stopped delivered its last log when it stopped', () => {
  const text = edited([
    'started: 2024-01-01 }',
    'started: 2024-01-01, stopped: 2025-01-01, logging: false, events: WriteOnly }',
  ]);
  const [trail] = loaded(text).trails;
  expect(trail?.latestDelivery).toBeLessThan(Date.UTC(2025, 0, 1));
  expect(trail?.eventSelectors?.[0]).toMatchObject({ ReadWriteType: 'WriteOnly' });
});

test('the account and Region of the sandbox become those of the estate', () => {
  const state = loaded(
    edited(
      ["account: '111122223333'\nregion: eu-west-1", "account: '222233334444'\nregion: eu-west-3"],
      ['seed: 1', 'seed: 1'],
    ),
  );
  expect([state.accountId, state.region]).toEqual(['222233334444', 'eu-west-3']);
});

test('an object under a customer-provided key opens with the key of its seal', () => {
  const text = edited(['plain: { algorithm: AES256 }', 'plain: { algorithm: null, customer-key: true }']);
  const md5 = createHash('md5').update(customerKey('plain')).digest('base64');
  expect(customerKey('plain')).toHaveLength(32);
  expect(first(loaded(text)).objects.get('b')?.[0]?.seal.customerKeyMd5).toBe(md5);
});
