import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runCli } from '../support/cli.ts';

const SSE = 's3:x-amz-server-side-encryption';
let folder: string;
const at = (name: string): string => join(folder, name);
const deny = (Condition: unknown, rest: Readonly<Record<string, unknown>> = {}) => ({
  Sid: 'Guard',
  Effect: 'Deny',
  Principal: '*',
  Action: 's3:PutObject',
  Resource: 'arn:aws:s3:::my-bucket/*',
  Condition,
  ...rest,
});
const save = async (name: string, ...statements: readonly unknown[]): Promise<void> =>
  writeFile(at(name), JSON.stringify({ Version: '2012-10-17', Statement: statements }));

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sealcheck-prove-'));
  await save('kms.json', deny({ StringNotEquals: { [SSE]: 'aws:kms' } }));
  await save('none.json');
  await save('not.json', {
    ...deny({ StringNotEquals: { [SSE]: 'aws:kms' } }),
    Principal: undefined,
    NotPrincipal: { AWS: 'arn:aws:iam::111122223333:role/x' },
  });
  await save('rcp.json', deny({ StringNotEquals: { [SSE]: 'aws:kms' } }, { Resource: '*' }));
  await writeFile(at('broken.json'), '{\n  "Version": "2012-10-17",\n  "Statement": [}\n');
  await save('wrong.json', deny({ StringNotEqual: { [SSE]: 'aws:kms' } }));
});
afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

describe('sealcheck prove', () => {
  test('answers 0 for a proof, and tells all paths', async () => {
    const result = await runCli(['prove', '--policy', at('kms.json'), '--require', 'SSE-KMS']);
    expect(result).toMatchObject({ code: 0, stderr: '' });
    expect(result.stdout).toMatch(
      /^PROVED +uploads and copies[^]*REFUTED +replication[^]*PROVED +encryption changed/,
    );
  });

  test('answers 1 with a request that gets through, as JSON of the documented shape', async () => {
    const result = await runCli([
      'prove',
      '--policy',
      at('kms.json'),
      '--require',
      'SSE-KMS',
      '--tls',
      '1.2',
      '--json',
    ]);
    expect(result.code).toBe(1);
    const json = JSON.parse(result.stdout) as Record<string, unknown>;
    expect(Object.keys(json).sort()).toEqual(['assumptions', 'counterexample', 'paths', 'proofs', 'verdict']);
    expect(json).toMatchObject({
      verdict: 'refuted',
      counterexample: {
        action: 's3:PutObject',
        resource: 'arn:aws:s3:::my-bucket/x',
        principal: 'arn:aws:iam::111122223333:user/anyone',
        headers: { 'x-amz-server-side-encryption': 'aws:kms' },
        context: { 'aws:SecureTransport': 'false' },
        storedAs: { type: 'SSE-KMS', key: 'aws/s3 (AWS managed)' },
      },
      paths: { put: 'refuted', replicate: 'refuted', update: 'refuted' },
      proofs: { put: { verdict: 'refuted' }, update: { verdict: 'refuted' } },
    });
  });

  test('answers 3 with the reason for what AWS leaves open', async () => {
    const result = await runCli(['prove', '--policy', at('not.json'), '--require', 'SSE-KMS', '--json']);
    expect(result.code).toBe(3);
    expect(JSON.parse(result.stdout)).toMatchObject({
      verdict: 'undecided',
      reason: expect.stringMatching(/NotPrincipal/),
    });
  });

  test('the verdict is the worst of the asked paths', async () => {
    const both = ['--paths', 'put,replicate'];
    expect((await runCli(['prove', '--policy', at('kms.json'), '--require', 'SSE-KMS', ...both])).code).toBe(
      1,
    );
  });

  test('takes RCPs into account', async () => {
    const args = ['prove', '--policy', at('none.json'), '--require', 'SSE-KMS'];
    expect((await runCli(args)).code).toBe(1);
    expect((await runCli([...args, '--rcp', at('rcp.json'), '--bucket', 'my-bucket'])).code).toBe(0);
  });

  test.each<[string, () => readonly string[], RegExp]>([
    [
      'a file that is not there',
      () => ['--policy', at('nope.json'), '--require', 'SSE-KMS'],
      /there is no such file/,
    ],
    [
      'broken JSON',
      () => ['--policy', at('broken.json'), '--require', 'SSE-KMS'],
      /broken\.json:3:17: expected a value/,
    ],
    [
      'an operator spelled wrong',
      () => ['--policy', at('wrong.json'), '--require', 'SSE-KMS'],
      /did you mean StringNotEquals\?/,
    ],
    [
      'a type spelled wrong',
      () => ['--policy', at('kms.json'), '--require', 'SSE-KSM'],
      /did you mean SSE-KMS\?/,
    ],
    [
      'a key that is none',
      () => ['--policy', at('kms.json'), '--require', 'SSE-KMS', '--key', 'ours'],
      /--key takes key ARNs/,
    ],
    [
      'a path nobody knows',
      () => ['--policy', at('kms.json'), '--require', 'SSE-KMS', '--paths', 'copy'],
      /none of put, replicate, update/,
    ],
    ['no requirement', () => ['--policy', at('kms.json')], /required option '--require/],
    [
      'a key for SSE-S3',
      () => ['--policy', at('kms.json'), '--require', 'SSE-S3', '--key', '111122223333'],
      /neither SSE-KMS nor DSSE-KMS/,
    ],
  ])('%s ends with 2 and one sentence', async (_, args, words) => {
    const result = await runCli(['prove', ...args()]);
    expect(result.stderr).toMatch(words);
    expect(result.stderr).not.toMatch(/\n\s+at /);
    expect({ code: result.code, stdout: result.stdout }).toEqual({ code: 2, stdout: '' });
  });
});

describe('sealcheck policy', () => {
  test('prints a policy that prove then proves', async () => {
    const args = [
      '--require',
      'SSE-KMS',
      '--key',
      'arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab',
      '--tls',
      '1.2',
    ];
    const written = await runCli(['policy', '--bucket', 'my-bucket', ...args]);
    expect(written).toMatchObject({
      code: 0,
      stderr: expect.stringMatching(/^Proved for put, replicate, update\./),
    });
    await writeFile(at('written.json'), written.stdout);
    const proved = await runCli([
      'prove',
      '--policy',
      at('written.json'),
      ...args,
      '--paths',
      'put,replicate,update',
    ]);
    expect(proved.code).toBe(0);
  });

  test('keeps the statements of a policy it is merged with', async () => {
    const merged = await runCli([
      'policy',
      '--bucket',
      'my-bucket',
      '--require',
      'SSE-S3',
      '--merge',
      at('kms.json'),
    ]);
    expect(JSON.parse(merged.stdout)).toMatchObject({
      Statement: [{ Sid: 'Guard' }, { Sid: 'DenyWrongEncryption' }, { Sid: 'DenySseC' }],
    });
  });

  test('refuses what no policy can enforce', async () => {
    const result = await runCli([
      'policy',
      '--bucket',
      'my-bucket',
      '--require',
      'SSE-KMS',
      '--key',
      'customer-managed',
    ]);
    expect(result).toMatchObject({
      code: 2,
      stdout: '',
      stderr: expect.stringMatching(/sees the ARN of a key/),
    });
  });
});
