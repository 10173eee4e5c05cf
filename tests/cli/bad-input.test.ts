import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fault } from '../../lib/sandbox/faults.ts';
import { sealSseS3 } from '../../lib/sandbox/objects.ts';
import { envFor, runCli } from '../support/cli.ts';
import type { CliResult } from '../support/cli.ts';
import { PACK } from '../support/run.ts';
import { addBucket, addObjects, startTestSandbox } from '../support/sandbox.ts';
import type { TestSandbox } from '../support/sandbox.ts';

let sandbox: TestSandbox;
let folder: string;
let pack: string;
let number = 0;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sealcheck-cli-'));
  pack = join(folder, 'pack.yml');
  await writeFile(pack, PACK);
  sandbox = await startTestSandbox();
  addObjects(addBucket(sandbox.state, 'data'), ['a'], sealSseS3);
  addBucket(sandbox.state, 'reports');
});
afterAll(async () => {
  await sandbox.close();
  await rm(folder, { recursive: true, force: true });
});

const fresh = (): string => join(folder, `run-${(number += 1)}`);

/** One clear sentence (or one line a problem), no stack trace, nothing on stdout. */
function expectRefusal(result: CliResult, code: number, words: RegExp): void {
  expect(result.stderr).toMatch(words);
  expect(result.stderr).not.toMatch(/\n\s+at |node:internal|undefined/);
  expect({ code: result.code, stdout: result.stdout }).toEqual({ code, stdout: '' });
}

describe('what cannot be done as asked ends with exit code 2', () => {
  test.each<[string, () => string[], RegExp]>([
    ['an unknown command', () => ['frobnicate'], /unknown command 'frobnicate'/],
    ['an unknown option', () => ['audit', '--rulez', 'x'], /unknown option '--rulez'.*--rules/s],
    ['no rules', () => ['audit'], /Name at least one rule pack with --rules/],
    ['a source nobody has', () => ['audit', '--rules', pack, '--source', 'guess'], /Allowed choices are/],
    ['a pack that is not there', () => ['audit', '--rules', 'nope.yml'], /rule pack nope.yml does not exist/],
    [
      'a bucket that is not there',
      () => ['audit', '--rules', pack, '--bucket', 'nope', '--out', fresh()],
      /no bucket nope/,
    ],
    [
      'a glob that matches nothing',
      () => ['audit', '--rules', pack, '--bucket', 'x*', '--out', fresh()],
      /No bucket of this account matches x\*/,
    ],
    ['a census of a bucket that is not there', () => ['census', '--bucket', 'nope'], /no bucket nope/],
    [
      'an out folder below a file',
      () => ['audit', '--rules', pack, '--out', join(pack, 'x')],
      /cannot be (used|written)/,
    ],
    ['an out folder that is not empty', () => ['audit', '--rules', pack, '--out', folder], /is not empty/],
    ['resuming what is no run', () => ['audit', '--resume', fresh()], /evidence\/plan\.json/],
    ['resuming with other rules', () => ['audit', '--resume', folder, '--rules', pack], /give it alone/],
    [
      'resuming since another run',
      () => ['audit', '--resume', folder, '--since-run', folder],
      /give it alone/,
    ],
    [
      'taking seals over from what is no run',
      () => ['audit', '--rules', pack, '--out', fresh(), '--since-run', fresh()],
      /Seals cannot be taken over from .*: it has no manifest\.json/,
    ],
    [
      'an age of seals that nobody takes over',
      () => ['audit', '--rules', pack, '--max-seal-age', '7'],
      /name that/,
    ],
    [
      'an age that is none',
      () => ['audit', '--rules', pack, '--since-run', 'x', '--max-seal-age', '0'],
      /from 1 to 365/,
    ],
    ['judging what is no run', () => ['judge', fresh()], /evidence\/plan\.json/],
    ['a port that is none', () => ['sandbox', '--port', 'http'], /--port is "http"/],
    ['a port too high', () => ['sandbox', '--port', '70000'], /from 0 to 65535/],
    ['a port in use', () => ['sandbox', '--port', new URL(sandbox.url).port], /is in use; choose another/],
    [
      'an estate that is not there',
      () => ['sandbox', '--estate', 'nope.yml'],
      /estate nope.yml cannot be read \(ENOENT\)/,
    ],
    ['two estates at once', () => ['sandbox', '--empty', '--estate', 'x'], /exclude each other/],
  ])('%s', async (_name, args, words) => {
    expectRefusal(await runCli(args(), envFor(sandbox.url)), 2, words);
  });

  test('a pack with mistakes: file, line, path and fix of each', async () => {
    const bad = join(folder, 'bad.yml');
    await writeFile(
      bad,
      PACK.replace('severity: high', 'severity: huge').replace('SSE-KMS, DSSE', 'SSE-KSM, DSSE'),
    );
    const result = await runCli(['audit', '--rules', bad], envFor(sandbox.url));
    expectRefusal(result, 2, /bad\.yml:\d+:\d+ requirements\[0\]\.severity: .*huge/);
    expect(result.stderr).toMatch(/bad\.yml:\d+:\d+ requirements\[0\]\.encryption\.allow\[0\]: .*SSE-KMS/);
  });

  test('an endpoint that is no address', async () => {
    const result = await runCli(['audit', '--rules', pack, '--out', fresh()], envFor('localhost:1'));
    expectRefusal(result, 2, /AWS_ENDPOINT_URL is "localhost:1"/);
  });

  test('no credentials', async () => {
    const env = { AWS_ENDPOINT_URL: sandbox.url, AWS_REGION: 'eu-west-1' };
    expectRefusal(
      await runCli(['audit', '--rules', pack, '--out', fresh()], env),
      2,
      /No AWS credentials were found/,
    );
  });
});

describe('what was asked rightly and went wrong ends with exit code 4', () => {
  test('an endpoint that nobody answers', async () => {
    const result = await runCli(['audit', '--rules', pack, '--out', fresh()], envFor('http://127.0.0.1:9'));
    expectRefusal(result, 4, /http:\/\/127\.0\.0\.1:9 cannot be reached/);
  }, 20_000);

  test('credentials that have expired', async () => {
    sandbox.state.credentials.set('AKIAOLD', {
      secret: 's',
      sessionToken: null,
      expired: true,
      accountId: sandbox.state.accountId,
      arn: sandbox.state.callerArn,
    });
    const env = { ...envFor(sandbox.url), AWS_ACCESS_KEY_ID: 'AKIAOLD', AWS_SECRET_ACCESS_KEY: 's' };
    const result = await runCli(['audit', '--rules', pack, '--out', fresh()], env);
    expectRefusal(result, 4, /credentials have expired/);
  });

  test('a report bucket that is not there', async () => {
    const out = fresh();
    const args = ['audit', '--rules', pack, '--out', out, '--report-bucket', 'nope'];
    expectRefusal(await runCli(args, envFor(sandbox.url)), 4, /The report bucket nope does not exist/);
    expect(existsSync(join(out, 'manifest.json'))).toBe(false);
  });

  test('a report bucket that denies writing: the local report is whole, the bucket holds no manifest', async () => {
    const rule = fault(
      { service: 's3', operation: 'PutObject', bucket: 'reports' },
      { type: 'deny' },
      { after: 3 },
    );
    sandbox.state.faults.push(rule);
    const out = fresh();
    const args = ['audit', '--rules', pack, '--out', out, '--report-bucket', 'reports'];
    const result = await runCli(args, envFor(sandbox.url));
    sandbox.state.faults.length = 0;
    expectRefusal(result, 4, /The report bucket reports cannot be written: AccessDenied/);
    expect(existsSync(join(out, 'manifest.json'))).toBe(true);
    const keys = [...sandbox.state.buckets.get('reports')!.objects.keys()];
    expect(keys.length).toBeGreaterThan(0);
    expect(keys.filter((key) => key.endsWith('manifest.json'))).toEqual([]);
  });

  test('an out folder that becomes unwritable leaves nothing that looks whole', async () => {
    const out = fresh();
    await mkdir(out);
    // A file where the run wants a folder: as good as a full disk, and works for root too.
    await writeFile(join(out, 'evidence'), '');
    const result = await runCli(['audit', '--rules', pack, '--out', out], envFor(sandbox.url));
    expectRefusal(result, 2, /is not empty|holds a run already/);
    expect(await readdir(out)).toEqual(['evidence']);
  });
});
