import {
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { folderHome } from '../../lib/audit/chain-home.ts';
import { main } from '../../lib/cli/main.ts';
import type { CliIo, TextSink } from '../../lib/cli/io.ts';
import { fingerprintOf } from '../../lib/seal/keys.ts';
import { openEstate } from './estate.ts';
import type { Estate } from './estate.ts';
import { otherSigner, signer } from './packs.ts';

let estate: Estate;
const at = (...path: string[]) => join(estate.folder, ...path);
const LOCAL = { bucketGlobs: [], source: 'live', objectReads: true, reportBucket: null } as const;

beforeAll(async () => {
  estate = await openEstate();
  const home = folderHome(estate.folder);
  await estate.audit('run-1', { signer, home, configuration: LOCAL });
  await estate.put('a', 'aws:kms');
  await estate.audit('run-2', { signer, home, configuration: LOCAL });
  await estate.put('z', 'AES256');
  await estate.audit('run-3', { signer, home, configuration: LOCAL });
  for (const [name, by] of [
    ['pub.pem', signer],
    ['other.pem', otherSigner],
  ] as const)
    writeFileSync(at(name), by.publicKey.export({ type: 'spki', format: 'pem' }));
});
afterAll(async () => estate.close());

async function cli(...argv: string[]) {
  const text = { out: '', err: '' };
  const sink = (name: 'out' | 'err'): TextSink => ({
    write: (piece) => {
      text[name] += piece;
    },
    isTerminal: false,
    columns: 80,
  });
  const io: CliIo = {
    out: sink('out'),
    err: sink('err'),
    env: {
      AWS_ENDPOINT_URL: estate.aws.options.endpoint!,
      AWS_REGION: 'eu-west-1',
      XDG_CONFIG_HOME: at('config'),
    },
    clock: () => new Date('2026-11-24T16:00:00Z'),
    random: () => 0.5,
    onInterrupt: () => () => undefined,
  };
  return { code: await main(argv, io), ...text };
}
const verify = async (...argv: string[]) => cli('verify', ...argv, '--key', at('pub.pem'));
/** A copy of a run to do something to. */
function copyOf(run: string, name: string): string {
  cpSync(at(run), at(name), { recursive: true });
  return at(name);
}

describe('sealcheck verify', () => {
  test('a whole run: 0, with what to keep', async () => {
    const { code, out, err } = await verify(at('run-1'));
    expect([code, err]).toEqual([0, '']);
    expect(out).toMatch(/^✓ .*run-1: run run-1, number 1, is whole: \d+ files are what was signed$/m);
    expect(out).toContain(`key      ${fingerprintOf(signer.publicKey)}`);
    expect(out).toMatch(/^head {5}[0-9a-f]{64} /m);
  });

  test.each<[string, (folder: string) => void, RegExp]>([
    ['a changed file', (f) => writeFileSync(join(f, 'findings.csv'), 'x'), /FILE_TRUNCATED {2}findings\.csv/],
    ['a pack cut short', (f) => rmSync(join(f, 'evidence'), { recursive: true }), /FILE_MISSING {2}evidence/],
    ['no manifest', (f) => rmSync(join(f, 'manifest.json')), /MANIFEST_MISSING/],
    [
      'half a manifest',
      (f) => writeFileSync(join(f, 'manifest.json'), readFileSync(join(f, 'manifest.json')).subarray(0, 99)),
      /MANIFEST_CHANGED/,
    ],
    [
      'a file left over from a write',
      (f) => writeFileSync(join(f, 'findings.csv.partial'), 'x'),
      /FILE_ADDED {2}findings\.csv\.partial/,
    ],
    ['a renamed file', (f) => renameSync(join(f, 'findings.csv'), join(f, 'f.csv')), /FILE_RENAMED/],
    [
      'a link in place of a file',
      (f) => {
        renameSync(join(f, 'findings.csv'), `${f}.csv`);
        symlinkSync(`${f}.csv`, join(f, 'findings.csv'));
      },
      /FILE_CHANGED {2}findings\.csv is no longer a plain file/,
    ],
    [
      'nothing in it',
      (f) => {
        rmSync(f, { recursive: true });
        mkdirSync(f);
      },
      /MANIFEST_MISSING/,
    ],
  ])('%s: 1, and named', async (what, change, named) => {
    const folder = copyOf('run-1', what.replaceAll(' ', '-'));
    change(folder);
    const { code, out } = await verify(folder);
    expect(code).toBe(1);
    expect(out).toMatch(named);
    expect(out).toContain('NOT whole');
  });

  test('a wrong key: 1, with both fingerprints', async () => {
    const { code, out } = await cli('verify', at('run-1'), '--key', at('other.pem'));
    expect(code).toBe(1);
    expect(out).toContain('WRONG_KEY');
    expect(out).toContain(fingerprintOf(signer.publicKey));
  });

  test('runs in a row: 0; one left out, out of order, or the end cut off: 1', async () => {
    const [one, two, three] = [at('run-1'), at('run-2'), at('run-3')];
    const head = (await verify(three, '--json')).out;
    const { manifestSha256 } = (JSON.parse(head) as { packs: [{ manifestSha256: string }] }).packs[0];
    expect(await verify(one, two, three, '--head', manifestSha256)).toMatchObject({
      code: 0,
      out: expect.stringContaining('3 runs follow each other without a gap'),
    });
    expect(await verify(one, three)).toMatchObject({ code: 1, out: expect.stringContaining('CHAIN_CUT') });
    expect(await verify(two, one, three)).toMatchObject({
      code: 1,
      out: expect.stringContaining('CHAIN_REORDERED'),
    });
    expect(await verify(one, two, '--head', manifestSha256)).toMatchObject({
      code: 1,
      out: expect.stringContaining('CHAIN_HEAD'),
    });
  });

  test('--json names verdict, key, packs and chain', async () => {
    const folder = copyOf('run-2', 'json');
    writeFileSync(join(folder, 'report.html'), '');
    const { code, out } = await verify(at('run-1'), folder, '--json');
    expect(code).toBe(1);
    expect(JSON.parse(out)).toMatchObject({
      verdict: 'broken',
      key: fingerprintOf(signer.publicKey),
      packs: [
        { verdict: 'whole', runId: 'run-1', sequence: 1, problems: [] },
        { verdict: 'broken', runId: 'run-2', problems: [{ code: 'FILE_TRUNCATED', subject: 'report.html' }] },
      ],
      chain: [],
    });
  });

  test.each<[string, () => string[], RegExp]>([
    ['no folder', () => ['verify', at('nowhere'), '--key', at('pub.pem')], /nowhere does not exist/],
    ['no key file', () => ['verify', at('run-1'), '--key', at('nothing.pem')], /nothing\.pem does not exist/],
    [
      'a key that is none',
      () => ['verify', at('run-1'), '--key', at('run-1', 'findings.csv')],
      /not a public key in PEM form/,
    ],
    ['no key at all', () => ['verify', at('run-1')], /--key/],
    ['a head that is none', () => ['verify', at('run-1'), '--key', at('pub.pem'), '--head', 'abc'], /--head/],
  ])('%s: 2, one sentence', async (_, argv, message) => {
    const { code, out, err } = await cli(...argv());
    expect([code, out]).toEqual([2, '']);
    expect(err).toMatch(message);
  });
});

describe('sealcheck diff', () => {
  test('what was resolved: 0', async () => {
    const { code, out } = await cli('diff', at('run-1'), at('run-2'));
    expect(code).toBe(0);
    expect(out).toMatch(/^from run-1 \(2026-11-24 \d\d:\d\d UTC\)$/m);
    expect(out).toMatch(/^RESOLVED: [1-9]/m);
    expect(out).not.toContain('NEW');
  });

  test('what is new: 1, and since when what is open has been so', async () => {
    const { code, out } = await cli('diff', at('run-2'), at('run-3'), '--json');
    const difference = JSON.parse(out) as {
      counts: Record<string, number>;
      changes: { change: string; since: string }[];
    };
    expect(code).toBe(1);
    expect(difference.counts['new']).toBe(1);
    expect(difference.changes.every(({ change }) => change !== 'unchanged')).toBe(true);
    const earliest = JSON.parse(readFileSync(at('run-1', 'findings.json'), 'utf8')).run.startedAt as string;
    const open = difference.changes.filter(({ change }) => change === 'stillOpen');
    expect(open.length).toBeGreaterThan(0);
    expect(open.every(({ since }) => since === earliest)).toBe(true);
  });

  test('a run with itself: nothing new', async () => {
    const { code, out } = await cli('diff', at('run-1'), at('run-1'), '--json');
    const { counts } = JSON.parse(out) as { counts: Record<string, number> };
    expect([code, counts['new'], counts['resolved'], counts['gone']]).toEqual([0, 0, 0, 0]);
  });

  test.each<[string, (folder: string) => void, RegExp]>([
    [
      'changed findings',
      (f) => writeFileSync(join(f, 'findings.json'), '{}'),
      /was changed since the run was sealed/,
    ],
    ['no findings', (f) => rmSync(join(f, 'findings.json')), /there is no findings\.json/],
    ['no folder', (f) => rmSync(f, { recursive: true }), /There is no folder/],
    [
      'damaged findings of an unsealed run',
      (f) => {
        rmSync(join(f, 'manifest.json'));
        writeFileSync(join(f, 'findings.json'), '{"schemaVersion":1');
      },
      /not one of a run/,
    ],
    [
      'findings of a newer version',
      (f) => {
        rmSync(join(f, 'manifest.json'));
        writeFileSync(join(f, 'findings.json'), '{"schemaVersion":9}');
      },
      /version 9, which a newer sealcheck wrote/,
    ],
  ])('%s: 2, one sentence', async (what, change, message) => {
    const folder = copyOf('run-1', `diff-${what.replaceAll(' ', '-')}`);
    change(folder);
    const { code, out, err } = await cli('diff', at('run-2'), folder);
    expect([code, out]).toEqual([2, '']);
    expect(err).toMatch(message);
    expect(err.trim().split('\n')).toHaveLength(1);
  });
});

describe('history between runs of one folder', () => {
  test('each run remembers the one before, and the trend grows', () => {
    const findings = (run: string) =>
      JSON.parse(readFileSync(at(run, 'findings.json'), 'utf8')) as {
        history: { baseline: { state: string; value?: { runId: string } }; trend: { runId: string }[] };
      };
    expect(findings('run-1').history.baseline).toEqual({ state: 'absent' });
    expect(findings('run-3').history.baseline).toMatchObject({ state: 'known', value: { runId: 'run-2' } });
    expect(findings('run-3').history.trend.map(({ runId }) => runId)).toEqual(['run-1', 'run-2', 'run-3']);
  });
});

test('a key of one’s own is made once, for its owner alone, and never shown', async () => {
  const { signerFor } = await import('../../lib/cli/signing.ts');
  let told = '';
  const io = {
    env: { XDG_CONFIG_HOME: at('own') },
    err: { write: (text: string) => (told += text) },
  } as unknown as CliIo;
  expect(await signerFor(io, estate.aws, undefined)).toBeNull();
  expect(told).toMatch(/will not be signed/);
  expect(existsSync(at('own'))).toBe(false);
  mkdirSync(at('own'));
  told = '';
  const first = (await signerFor(io, estate.aws, undefined))!;
  const file = at('own', 'sealcheck', 'signing-key.pem');
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(told).toContain(fingerprintOf(first.publicKey));
  expect(told).not.toContain('PRIVATE');
  told = '';
  const second = (await signerFor(io, estate.aws, undefined))!;
  expect([fingerprintOf(second.publicKey), told]).toEqual([fingerprintOf(first.publicKey), '']);
});
