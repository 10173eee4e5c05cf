import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { existsSync } from 'node:fs';
import { cp, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fault } from '../../lib/sandbox/faults.ts';
import { sealKms, sealSseS3 } from '../../lib/sandbox/objects.ts';
import { envFor, runCli, startCli } from '../support/cli.ts';
import { PACK } from '../support/run.ts';
import { KEY_ARN, addBucket, addObjects, keysOf, startTestSandbox } from '../support/sandbox.ts';
import type { TestSandbox } from '../support/sandbox.ts';

const FILES = ['evidence', 'findings.csv', 'findings.json', 'manifest.json', 'objects', 'report.html'];
/** What a run vouches with: judging again takes it from the run, as it does the evidence. */
const KEPT = ['evidence', 'manifest.json'];

let sandbox: TestSandbox;
let folder: string;
let pack: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sealcheck-cli-'));
  pack = join(folder, 'pack.yml');
  await writeFile(pack, PACK);
  sandbox = await startTestSandbox();
  addObjects(addBucket(sandbox.state, 'wrong'), keysOf('o', 30), sealSseS3);
  addObjects(addBucket(sandbox.state, 'right'), keysOf('o', 30), sealKms(KEY_ARN));
  addBucket(sandbox.state, 'reports');
});
afterAll(async () => {
  await sandbox.close();
  await rm(folder, { recursive: true, force: true });
});

/** Every file of a run with its bytes. */
async function contents(run: string): Promise<Map<string, string>> {
  const paths = await readdir(run, { recursive: true, withFileTypes: true });
  const files = paths.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const pairs = files
    .sort()
    .map(async (file) => [file.slice(run.length), await readFile(file, 'latin1')] as const);
  return new Map(await Promise.all(pairs));
}

describe('sealcheck audit', () => {
  test('writes the report locally and to the report bucket, tells on stdout, and exits 1 for what fails', async () => {
    const out = join(folder, 'whole');
    const args = ['audit', '--rules', pack, '--out', out, '--report-bucket', 'reports'];
    const { code, stdout, stderr } = await runCli(args, envFor(sandbox.url));
    expect(code).toBe(1);
    expect(stdout).toContain(join(out, 'report.html'));
    expect(stdout).toContain('wrong');
    expect(stderr).toMatch(/plan .*\n.*inspect .*\n/s);
    expect(await readdir(out)).toEqual(expect.arrayContaining(FILES));
    const local = [...(await contents(out)).keys()].map((path) => path.slice(1));
    const keys = [...sandbox.state.buckets.get('reports')!.objects.keys()];
    expect(keys.filter((key) => !key.startsWith('runs/'))).toEqual([
      'chain/000000000001.json',
      'latest.json',
    ]);
    const published = keys.filter((key) => key.startsWith('runs/'));
    const prefix = published[0]!.split('/').slice(0, 2).join('/');
    expect(prefix).toMatch(/^runs\/\d{8}T\d{6}Z-[0-9a-f]{6}$/);
    expect(published.map((key) => key.slice(prefix.length + 1)).sort()).toEqual(local.sort());
  });

  test('--json prints one document on stdout and nothing else', async () => {
    const out = join(folder, 'json');
    const { stdout } = await runCli(['audit', '--rules', pack, '--out', out, '--json'], envFor(sandbox.url));
    const document = JSON.parse(stdout) as Record<string, unknown>;
    expect(document).toMatchObject({ runId: expect.any(String), out, coverage: { complete: true } });
    expect(document['findings']).toBeInstanceOf(Array);
  });

  test('--bucket narrows the run, and the rest is told as left out', async () => {
    const out = join(folder, 'narrow');
    const args = ['audit', '--rules', pack, '--out', out, '--bucket', 'ri*', '--json'];
    const { stdout } = await runCli(args, envFor(sandbox.url));
    const { coverage } = JSON.parse(stdout) as { coverage: { buckets: unknown } };
    expect(coverage.buckets).toMatchObject({ population: 3, assessed: 1, excluded: { NOT_SELECTED: 2 } });
  });

  test('judge replays it to the same bytes, without AWS', async () => {
    const out = join(folder, 'whole');
    const copy = join(folder, 'replayed');
    await cp(out, copy, { recursive: true });
    for (const file of FILES.filter((name) => !KEPT.includes(name))) {
      await rm(join(copy, file), { recursive: true });
    }
    const { code } = await runCli(['judge', copy]);
    expect(code).toBe(1);
    expect(await contents(copy)).toEqual(await contents(out));
  });

  test('judge of damaged evidence says which file, and leaves the report that was there alone', async () => {
    const copy = join(folder, 'damaged');
    await cp(join(folder, 'whole'), copy, { recursive: true });
    const before = await readFile(join(copy, 'report.html'), 'utf8');
    await writeFile(join(copy, 'evidence/census/wrong.json'), '{"bucket":');
    const { code, stderr } = await runCli(['judge', copy]);
    expect(code).toBe(2);
    expect(stderr).toMatch(/evidence\/census\/wrong\.json/);
    expect(await readFile(join(copy, 'report.html'), 'utf8')).toBe(before);
  });

  test('Ctrl-C leaves a run that --resume finishes to the same findings', async () => {
    addObjects(addBucket(sandbox.state, 'slow'), keysOf('o', 3_000), sealKms(KEY_ARN));
    sandbox.state.faults.push(fault({ operation: 'HeadObject', bucket: 'slow' }, { type: 'delay', ms: 300 }));
    const out = join(folder, 'stopped');
    const args = ['audit', '--rules', pack, '--out', out, '--bucket', 'right', 'slow', 'wrong'];
    const running = startCli(args, envFor(sandbox.url));
    await running.until(/right: 30 object versions/);
    running.kill('SIGINT');
    const stopped = await running.ended;
    expect(stopped.code).toBe(4);
    expect(stopped.stderr).toContain(`Finish it with: sealcheck audit --resume ${out}`);
    expect(existsSync(join(out, 'manifest.json'))).toBe(false);
    expect(existsSync(join(out, 'evidence/census/slow.json'))).toBe(false);
    sandbox.state.faults.length = 0;
    sandbox.state.requests.clear();
    const resumed = await runCli(['audit', '--resume', out, '--json'], envFor(sandbox.url));
    expect(resumed.code).toBe(1);
    const { coverage } = JSON.parse(resumed.stdout) as { coverage: { objects: unknown } };
    expect(coverage.objects).toMatchObject({ population: 3_060, assessed: 3_060 });
    // What was counted before is not counted again: neither a whole bucket nor a finished part of one.
    expect(sandbox.state.requests.get('s3:HeadObject')).toBeLessThanOrEqual(3_000);
    expect(sandbox.state.requests.get('s3:HeadObject')).toBeGreaterThan(0);
  }, 30_000);
});

describe('sealcheck census', () => {
  test('--json has the documented shape', async () => {
    const { code, stdout } = await runCli(['census', '--bucket', 'right', '--json'], envFor(sandbox.url));
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      bucket: 'right',
      population: 30,
      assessed: 30,
      unassessable: {},
      byEncryption: {
        'SSE-KMS': { objects: 30, bytes: 300, byKey: { [KEY_ARN]: { objects: 30, bytes: 300 } } },
      },
      clientSide: { none: { objects: 30, bytes: 300 } },
    });
  });

  test('without --json it reads well', async () => {
    const { stdout } = await runCli(['census', '--bucket', 'wrong'], envFor(sandbox.url));
    expect(stdout).toMatch(/wrong/);
    expect(stdout).toMatch(/SSE-S3\s+30/);
  });
});

describe('sealcheck', () => {
  test('--help lists every command; --version is the package version', async () => {
    const { code, stdout } = await runCli(['--help']);
    expect(code).toBe(0);
    for (const command of ['demo', 'audit', 'census', 'judge', 'sandbox'])
      expect(stdout).toContain(`  ${command}`);
    expect((await runCli(['--version'])).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  });

  test('without arguments it shows how to use it', async () => {
    const { code, stderr } = await runCli([]);
    expect(code).toBe(2);
    expect(stderr).toContain('Usage: sealcheck');
  });

  test('sandbox serves until it is told to stop', async () => {
    const running = startCli(['sandbox', '--port', '0', '--empty']);
    await running.until(/AWS_ENDPOINT_URL=http/);
    running.kill('SIGINT');
    const { code, stdout } = await running.ended;
    expect(code).toBe(0);
    expect(stdout).toMatch(/AWS endpoint with 0 buckets of account \d{12}/);
  });
});
