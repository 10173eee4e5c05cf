import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CliIo } from '../../lib/cli/io.ts';
import { main } from '../../lib/cli/main.ts';
import { fault } from '../../lib/sandbox/faults.ts';
import { newObject } from '../../lib/sandbox/objects.ts';
import { envFor } from '../support/cli.ts';
import { ACCOUNT, addBucket, NOW, startTestSandbox } from '../support/sandbox.ts';
import type { TestSandbox } from '../support/sandbox.ts';
import { decryptRecord, deniedRecord, KEY, role } from './records.ts';
import { BUCKET, deliver, writeFiles } from './trail-files.ts';
import type { TrailFiles } from './trail-files.ts';

const records = [
  decryptRecord({ eventID: 'one', eventTime: '2026-08-01T03:10:00Z' }),
  decryptRecord({ eventID: 'two', eventTime: '2026-08-01T03:11:00Z', userIdentity: role('Other') }),
  deniedRecord({ eventID: 'three', eventTime: '2026-08-01T03:12:00Z' }),
];

describe('sealcheck ledger', () => {
  let sandbox: TestSandbox;
  let folder: string;
  let files: TrailFiles['files'];
  beforeAll(async () => {
    sandbox = await startTestSandbox();
    sandbox.state.now = () => NOW;
    files = deliver({ hours: 24, logs: { 'eu-west-1/3': records } }).files;
    folder = await mkdtemp(join(tmpdir(), 'sealcheck-ledger-'));
    await writeFiles(files, join(folder, 'logs'));
    const bucket = addBucket(sandbox.state, BUCKET);
    for (const [key, { bytes, signature }] of files) {
      const object = newObject({ size: bytes.length, lastModified: NOW });
      bucket.objects.set(key, [
        {
          ...object,
          body: bytes,
          metadata: signature === null ? {} : { signature },
        },
      ]);
    }
    const [{ der, fingerprint }] = await publicKeys();
    sandbox.state.trailPublicKeys.push({
      region: 'eu-west-1',
      value: der,
      fingerprint,
      validFrom: Date.UTC(2026, 0),
      validTo: Date.UTC(2027, 0),
    });
    for (const record of records) {
      const moved = { ...record, eventTime: String(record['eventTime']).replace('2026-08', '2026-11') };
      sandbox.state.events.push({
        accountId: ACCOUNT,
        region: 'eu-west-1',
        time: Date.parse(moved.eventTime),
        record: moved,
      });
    }
  });
  afterAll(async () => {
    await sandbox.close();
    await rm(folder, { recursive: true });
  });
  async function publicKeys(): Promise<[{ der: Uint8Array; fingerprint: string }]> {
    const { TRUSTED } = await import('./trail-files.ts');
    const keys = await TRUSTED('eu-west-1', { from: '', to: '' });
    return keys.state === 'known' ? [keys.value[0]!] : Promise.reject(new Error('no key'));
  }

  async function run(...args: string[]): Promise<{ code: number; out: string; err: string }> {
    let [out, err] = ['', ''];
    const sink = (write: (text: string) => void) => ({ write, isTerminal: false, columns: 100 });
    const io: CliIo = {
      out: sink((text) => (out += text)),
      err: sink((text) => (err += text)),
      env: envFor(sandbox.url),
      clock: () => new Date(NOW),
      random: () => 0.5,
      onInterrupt: () => () => undefined,
    };
    // The SDK's own credential chain reads the process, not the io.
    Object.assign(process.env, { AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test' });
    return { code: await main(['ledger', ...args], io), out, err };
  }
  const json = (text: string) =>
    JSON.parse(text) as {
      events: number;
      fromS3: number;
      entries: Record<string, unknown>[];
      gaps: { kind: string }[];
      validation: unknown;
      newcomers: unknown;
    };

  test('from a folder: who decrypted, who was refused, what is not proven', async () => {
    const { code, out } = await run('--trail', join(folder, 'logs'));
    expect(code).toBe(0);
    expect(out).toContain('3 Decrypt calls from 2026-08-01T00:00:00Z to 2026-08-02T00:00:00Z');
    expect(out.replace(/\s+/g, ' ')).toContain(
      'role/Other: s3://my-bucket, object path/to/key.csv, on 2026-08-01',
    );
    expect(out).toMatch(/Refused\n +1 {2}arn:aws:iam::111122223333:role\/App: refused, purpose not told/);
    expect(out).toContain('Nothing proves that all log files are as CloudTrail delivered them: 24 digests');
  });

  test('the JSON that others rely on', async () => {
    const { code, out } = await run('--trail', join(folder, 'logs'), '--json', '--no-validate');
    const { events, fromS3, entries, gaps, validation } = json(out);
    expect([code, events, fromS3, gaps, validation]).toEqual([0, 3, 2, [], null]);
    expect(entries).toHaveLength(3);
    expect(entries.find((entry) => entry['denied'] === 1)).toMatchObject({
      keyArn: null,
      bucket: null,
      object: null,
      count: 0,
    });
    expect(entries[0]).toMatchObject({
      principal: 'arn:aws:iam::111122223333:role/App',
      first: expect.any(String),
      last: expect.any(String),
    });
  });

  test('from a bucket, checked against the signed digests', async () => {
    const { code, out } = await run(
      '--trail',
      `s3://${BUCKET}`,
      '--since',
      '2026-08-01',
      '--until',
      '2026-08-02',
      '--json',
    );
    expect(json(out)).toMatchObject({
      events: 3,
      validation: { status: 'intact', digests: 24, signed: 24, logFiles: 1 },
      gaps: [],
    });
    expect(code).toBe(0);
  });

  test('a changed log file is exit code 1', async () => {
    const key = [...files.keys()].find((path) => path.includes('/CloudTrail/'))!;
    const changed = new Map(files);
    const other = deliver({ hours: 24, logs: { 'eu-west-1/3': [records[0]] }, digests: false }).files.get(
      key,
    )!;
    changed.set(key, other);
    await writeFiles(changed, join(folder, 'changed'));
    const { code, out } = await run('--trail', join(folder, 'changed'), '--json');
    expect([code, json(out).gaps.map(({ kind }) => kind)]).toEqual([
      1,
      expect.arrayContaining(['LOG_CHANGED']),
    ]);
  });

  test('a day without log files is exit code 3', async () => {
    expect(
      await run('--trail', join(folder, 'logs'), '--since', '2026-07-30', '--no-validate'),
    ).toMatchObject({ code: 3 });
  });

  test('only one key, and the calls that name none', async () => {
    const { out } = await run('--trail', join(folder, 'logs'), '--key', KEY, '--json');
    expect(json(out).events).toBe(3);
    const other = await run(
      '--trail',
      join(folder, 'logs'),
      '--key',
      KEY.replace('1234abcd', 'ffffffff'),
      '--json',
    );
    expect(json(other.out)).toMatchObject({ events: 1, fromS3: 0, entries: [{ denied: 1, keyArn: null }] });
  });

  test('public keys from a file prove what a folder can prove', async () => {
    const [{ der, fingerprint }] = await publicKeys();
    const file = join(folder, 'keys.json');
    await writeFile(
      file,
      JSON.stringify({
        PublicKeyList: [{ Fingerprint: fingerprint, Value: Buffer.from(der).toString('base64') }],
      }),
    );
    const { out } = await run('--trail', join(folder, 'logs'), '--public-keys', file, '--json');
    expect(json(out).validation).toMatchObject({ status: 'unproven', signed: 23 });
  });

  test('newcomers since an earlier ledger', async () => {
    const file = join(folder, 'before.json');
    await writeFile(
      file,
      (
        await run(
          '--trail',
          join(folder, 'logs'),
          '--until',
          '2026-08-01T03:11:00Z',
          '--no-validate',
          '--json',
        )
      ).out,
    );
    const { out } = await run('--trail', join(folder, 'logs'), '--baseline', file, '--json');
    expect(json(out).newcomers).toMatchObject([
      { principal: 'arn:aws:iam::111122223333:role/Other', bucket: 'my-bucket' },
    ]);
  });

  test('from event history', async () => {
    const { code, out } = await run('--lookup', '--json');
    expect([code, json(out).events]).toEqual([0, 3]);
    sandbox.state.faults.push(fault({ operation: 'LookupEvents' }, { type: 'deny' }));
    expect((await run('--lookup', '--json')).code).toBe(3);
    sandbox.state.faults = [];
  });

  test.each<[string, string[], RegExp]>([
    ['neither source', [], /Give either --trail/],
    ['both sources', ['--trail', '.', '--lookup'], /Give either --trail/],
    ['no such folder', ['--trail', '/nowhere'], /There is no folder \/nowhere/],
    ['no such bucket', ['--trail', 's3://no-such-bucket'], /no-such-bucket cannot be reached/],
    ['no address', ['--trail', 's3://UPPER'], /is not an address/],
    ['Athena over a folder', ['--trail', '.', '--athena', 's3://results/'], /give --trail s3/],
    [
      'Athena without a place',
      ['--trail', `s3://${BUCKET}`, '--athena', 'results'],
      /--athena takes an address/,
    ],
    ['no key ARN', ['--trail', '.', '--key', 'alias/x'], /--key takes key ARNs/],
    ['no day', ['--trail', '.', '--since', 'yesterday'], /--since takes a day/],
    ['a day that does not exist', ['--lookup', '--since', '2026-13-01'], /--since takes a day/],
    [
      'an empty time',
      ['--lookup', '--since', '2026-08-02', '--until', '2026-08-01'],
      /--since must be before/,
    ],
    ['a baseline that is none', ['--lookup', '--baseline', '/dev/null'], /cannot be read as JSON/],
  ])('%s is one sentence and exit code 2', async (_name, args, message) => {
    const { code, err } = await run(...args);
    expect([code, err]).toEqual([2, expect.stringMatching(message)]);
  });

  test('a folder without log files is an error, not an empty ledger', async () => {
    const empty = await mkdtemp(join(folder, 'empty-'));
    expect(await run('--trail', empty)).toMatchObject({
      code: 2,
      err: expect.stringContaining('There are no CloudTrail log files'),
    });
  });
});
