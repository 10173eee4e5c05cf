import { cpSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { folderStore } from '../../lib/audit/folder-store.ts';
import { readHead } from '../../lib/audit/chain-home.ts';
import { bucketHome } from '../../lib/audit/bucket-store.ts';
import { judge } from '../../lib/audit/judge-stage.ts';
import { openPack } from '../../lib/audit/pack-bucket.ts';
import { packFolder } from '../../lib/audit/pack-folder.ts';
import { openPublicKey, openSigner } from '../../lib/audit/signing-key.ts';
import { fault } from '../../lib/sandbox/faults.ts';
import { verifyChain } from '../../lib/seal/chain.ts';
import { sha256 } from '../../lib/seal/digest.ts';
import { verifyPack } from '../../lib/seal/verify.ts';
import { openEstate, REPORTS } from './estate.ts';
import type { Estate } from './estate.ts';
import { otherSigner, signer } from './packs.ts';

let estate: Estate;
beforeEach(async () => {
  estate = await openEstate();
});
afterEach(async () => estate.close());

const at = (...path: string[]) => join(estate.folder, ...path);
const verify = async (runId: string, key = signer.publicKey) => verifyPack(packFolder(at(runId)), key);
const latest = (): { runId: string; sequence: number; manifestSha256: string } =>
  JSON.parse(estate.reports().get('latest.json')!) as never;
/** The report bucket without what a later run may move on. */
const immutable = () => Object.fromEntries([...estate.reports()].filter(([key]) => key !== 'latest.json'));

describe('a sealed and published run', () => {
  test('is whole, in its folder and in the report bucket, and latest.json names it', async () => {
    const { sealed, published } = await estate.audit('run-1', { signer });
    expect(published).toBe(`s3://${REPORTS}/runs/run-1/`);
    expect(await verify('run-1')).toMatchObject({ verdict: 'whole', problems: [] });
    expect(latest()).toMatchObject({ runId: 'run-1', sequence: 1, manifestSha256: sealed.manifestSha256 });
    const copied = [...estate.reports().keys()].filter((key) => key.startsWith('runs/run-1/'));
    expect(copied).toHaveLength(sealed.manifest.files.length + 2);
    expect(sha256(Buffer.from(estate.reports().get('runs/run-1/manifest.json')!, 'latin1'))).toBe(
      sealed.manifestSha256,
    );
  });

  test('the manifest is written after everything else of its run, latest.json after the manifest', async () => {
    estate.state.logLimit = 10_000;
    await estate.audit('run-1', { signer });
    const puts = estate.state.log.filter(({ operation }) => operation === 's3:PutObject');
    expect(puts.slice(-4).map(({ key }) => key)).toEqual([
      'chain/000000000001.json',
      'runs/run-1/manifest.sigstore.json',
      'runs/run-1/manifest.json',
      'latest.json',
    ]);
  });

  test('a second run follows the first, and both verify as a chain', async () => {
    const first = await estate.audit('run-1', { signer });
    const second = await estate.audit('run-2', { signer });
    expect(second.sealed.manifest).toMatchObject({
      sequence: 2,
      previousManifestSha256: first.sealed.manifestSha256,
    });
    expect(verifyChain([first.sealed, second.sealed], second.sealed.manifestSha256)).toEqual([]);
    expect(latest().runId).toBe('run-2');
  });

  test('an AWS KMS key signs as well as a local one', async () => {
    const arn = await estate.signingKey();
    await estate.audit('run-1', { signer: await openSigner(estate.aws, arn) });
    expect(await verify('run-1', await openPublicKey(estate.aws, arn))).toMatchObject({ verdict: 'whole' });
    expect(await verify('run-1')).toMatchObject({ verdict: 'broken', problems: [{ code: 'WRONG_KEY' }] });
  });

  test('a KMS key that may not be used is told as such', async () => {
    const arn = await estate.signingKey();
    const kmsSigner = await openSigner(estate.aws, arn);
    estate.state.faults.push(fault({ operation: 'Sign' }, { type: 'deny' }));
    await expect(estate.audit('run-1', { signer: kmsSigner })).rejects.toMatchObject({
      code: 'ACCESS_DENIED',
      message: expect.stringContaining(`The signing key ${arn} cannot be used (kms:Sign)`),
    });
    expect([...estate.reports().keys()]).toEqual([]);
  });

  test('without a signer there is a manifest, and verification says that nobody vouches for it', async () => {
    await estate.audit('run-1');
    expect(await verify('run-1')).toMatchObject({
      verdict: 'broken',
      problems: [{ code: 'SIGNATURE_MISSING' }],
    });
  });

  test('a signed run cannot be resumed without its key into one with a signature that does not fit', async () => {
    await estate.audit('run-1', { signer });
    writeFileSync(at('run-1', 'manifest.json'), '{}');
    await expect(estate.audit('run-1')).rejects.toMatchObject({ code: 'USAGE' });
  });
});

describe('judging a sealed run again', () => {
  test('changes nothing and comes to the same', async () => {
    const { assessment } = await estate.audit('run-1', { signer });
    const again = await judge(folderStore(at('run-1')));
    expect(again).toEqual(assessment);
    expect(await verify('run-1')).toMatchObject({ verdict: 'whole' });
  });

  test.each(['findings.json', 'objects/ehr-phi-records.csv.gz', 'report.html'])(
    'tells that %s was changed, and leaves it as it is',
    async (path) => {
      await estate.audit('run-1', { signer });
      writeFileSync(at('run-1', path), 'x');
      await expect(judge(folderStore(at('run-1')))).rejects.toMatchObject({
        code: 'RUN_INVALID',
        message: expect.stringContaining(path),
      });
      expect((await verify('run-1')).problems.map(({ subject }) => subject)).toEqual([path]);
    },
  );

  test('puts back a report file that is missing, to the same bytes', async () => {
    await estate.audit('run-1', { signer });
    rmSync(at('run-1', 'findings.csv'));
    rmSync(at('run-1', 'objects'), { recursive: true });
    await judge(folderStore(at('run-1')));
    expect(await verify('run-1')).toMatchObject({ verdict: 'whole', problems: [] });
  });

  test('does not put back a file that comes out otherwise, and says so', async () => {
    await estate.audit('run-1', { signer });
    rmSync(at('run-1', 'findings.csv'));
    writeFileSync(
      at('run-1', 'evidence', 'previous.json'),
      '{"state":"unknown","reason":{"code":"MALFORMED"}}',
    );
    rmSync(at('run-1', 'findings.json'));
    await expect(judge(folderStore(at('run-1')))).rejects.toThrow(/findings\.json/);
    expect(readdirSync(at('run-1'))).not.toContain('findings.json');
    expect(readdirSync(at('run-1')).filter((name) => name.endsWith('.partial'))).toEqual([]);
  });

  test('of its evidence alone writes the reports, and no manifest: that run was never sealed', async () => {
    await estate.audit('run-1', { signer });
    cpSync(at('run-1', 'evidence'), at('copy', 'evidence'), { recursive: true });
    await judge(folderStore(at('copy')));
    for (const path of [
      'findings.json',
      'findings.ocsf.jsonl',
      'assessment-results.oscal.json',
      'report.html',
    ])
      expect(readFileSync(at('copy', path))).toEqual(readFileSync(at('run-1', path)));
    expect(readdirSync(at('copy'))).not.toContain('manifest.json');
  });
});

describe('two runs at once', () => {
  test('never share a number: the slower one takes the next and follows the faster', async () => {
    const names = ['run-1', 'run-2', 'run-3', 'run-4'];
    const results = await Promise.all(names.map(async (name) => estate.audit(name, { signer })));
    const links = results
      .map(({ sealed }) => sealed)
      .sort((a, b) => a.manifest.sequence - b.manifest.sequence);
    expect(links.map(({ manifest }) => manifest.sequence)).toEqual([1, 2, 3, 4]);
    expect(verifyChain(links)).toEqual([]);
    for (const name of names) expect(await verify(name)).toMatchObject({ verdict: 'whole' });
    expect(latest().sequence).toBe(4);
  });

  test('a run of the same id with other contents is refused, and the first stays', async () => {
    await estate.audit('run-1', { signer });
    const before = immutable();
    rmSync(at('run-1'), { recursive: true });
    await estate.put('b', 'AES256');
    await expect(estate.audit('run-1', { signer })).rejects.toMatchObject({
      code: 'OUTPUT_UNWRITABLE',
      message: expect.stringContaining('never overwritten'),
    });
    expect(immutable()).toEqual(before);
  });
});

describe('a report bucket that gives out midway', () => {
  test.each([
    ['denies', { type: 'deny' }, 'Access'] as const,
    [
      'is full',
      { type: 'error', code: 'QuotaExceeded', status: 507, message: 'No room is left.' },
      'No room is left',
    ] as const,
  ])('that %s: a clear error, no manifest, and the run before untouched', async (_, effect, words) => {
    await estate.audit('run-1', { signer });
    const before = estate.reports();
    estate.state.faults.push(
      fault({ operation: 'PutObject', bucket: REPORTS, key: 'runs/run-2/*' }, effect, { after: 4 }),
    );
    const failure = estate.audit('run-2', { signer });
    await expect(failure).rejects.toMatchObject({
      code: 'REPORT_BUCKET_DENIED',
      message: expect.stringMatching(
        new RegExp(`${words}.*4 of \\d+ files had been copied and no manifest.*audit --resume`, 's'),
      ),
    });
    for (const [key, bytes] of before) expect(estate.reports().get(key)).toBe(bytes);
    expect(estate.reports().has('runs/run-2/manifest.json')).toBe(false);
    expect(latest().runId).toBe('run-1');
    expect(await verify('run-2')).toMatchObject({ verdict: 'whole' });

    estate.state.faults.length = 0;
    await estate.audit('run-2', { signer });
    expect(latest()).toMatchObject({ runId: 'run-2', sequence: 2 });
    expect(await verify('run-2')).toMatchObject({ verdict: 'whole' });
  });

  test('that gives out between number and manifest: resuming finishes under the same number', async () => {
    estate.state.faults.push(
      fault({ operation: 'PutObject', key: 'runs/run-1/manifest.json' }, { type: 'deny' }),
    );
    await expect(estate.audit('run-1', { signer })).rejects.toMatchObject({ code: 'REPORT_BUCKET_DENIED' });
    expect(estate.reports().has('latest.json')).toBe(false);
    // Another run meanwhile follows the number that was taken, not the one before.
    estate.state.faults.length = 0;
    const second = await estate.audit('run-2', { signer });
    const first = await estate.audit('run-1', { signer });
    expect([first, second].map(({ sealed }) => sealed.manifest.sequence)).toEqual([1, 2]);
    expect(verifyChain([first.sealed, second.sealed])).toEqual([]);
    expect(latest().runId).toBe('run-2');
  });

  test('that cannot be read from the start: told before anything is audited', async () => {
    estate.state.faults.push(fault({ operation: 'GetObject', bucket: REPORTS }, { type: 'deny' }));
    await expect(estate.audit('run-1', { signer })).rejects.toMatchObject({ code: 'REPORT_BUCKET_DENIED' });
    expect(estate.state.requests.get('s3:ListObjectVersions') ?? 0).toBe(0);
  });

  test('with a damaged latest.json: told, and nothing overwritten', async () => {
    await estate.audit('run-1', { signer });
    await estate.audit('run-2', { signer });
    const home = bucketHome(estate.aws.s3('eu-west-1'), REPORTS);
    const tag = (await home.readTagged('latest.json'))!.tag;
    await home.swap('latest.json', '{"schemaVersion":2}', tag);
    await expect(estate.audit('run-3', { signer })).rejects.toMatchObject({
      code: 'RUN_INVALID',
      message: expect.stringContaining('latest.json'),
    });
  });

  test('without latest.json: the head is found from the numbers', async () => {
    await estate.audit('run-1', { signer });
    await estate.audit('run-2', { signer });
    estate.state.buckets.get(REPORTS)!.objects.delete('latest.json');
    estate.state.buckets.get(REPORTS)!.sortedKeys = null;
    expect(await readHead(bucketHome(estate.aws.s3('eu-west-1'), REPORTS))).toMatchObject({ sequence: 2 });
  });
});

describe('verifying a run where it lies in the report bucket', () => {
  const inBucket = async (runId: string) =>
    verifyPack(await openPack(estate.aws, `s3://${REPORTS}/runs/${runId}`), signer.publicKey);
  const put = async (Key: string, Body: string) =>
    estate.aws.s3('eu-west-1').send(new PutObjectCommand({ Bucket: REPORTS, Key, Body }));

  test('a whole run is whole, and a changed or added object is named', async () => {
    await estate.audit('run-1', { signer });
    expect(await inBucket('run-1')).toMatchObject({ verdict: 'whole', problems: [] });
    await put('runs/run-1/findings.csv', 'id\r\n');
    await put('runs/run-1/objects/more.csv.gz', '1');
    expect((await inBucket('run-1')).problems.map(({ code, subject }) => [code, subject])).toEqual([
      ['FILE_TRUNCATED', 'findings.csv'],
      ['FILE_ADDED', 'objects/more.csv.gz'],
    ]);
  });

  test('a run that is not there, and a bucket that denies reading: one sentence each', async () => {
    await expect(inBucket('nothing')).rejects.toMatchObject({ code: 'RUN_INVALID' });
    await expect(openPack(estate.aws, 's3://no-such-bucket/runs/x/')).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
    await estate.audit('run-1', { signer });
    estate.state.faults.push(fault({ operation: 'GetObject', bucket: REPORTS }, { type: 'deny' }));
    await expect(inBucket('run-1')).rejects.toMatchObject({ code: 'REPORT_BUCKET_DENIED' });
  });
});

describe('how the report bucket is written', () => {
  test('by the bucket’s own defaults unless told otherwise', async () => {
    await estate.audit('run-1', { signer });
    const [version] = estate.state.buckets.get(REPORTS)!.objects.get('runs/run-1/findings.json')!;
    expect(version).toMatchObject({ seal: { algorithm: 'AES256' }, retention: null });
  });

  test('SSE-KMS under the named key, and COMPLIANCE locks that latest.json does not get', async () => {
    const locked = await openEstate({ locked: true });
    try {
      const key = 'arn:aws:kms:eu-west-1:111122223333:key/';
      const { KeyMetadata } = await locked.aws
        .kms('eu-west-1')
        .send(new (await import('@aws-sdk/client-kms')).CreateKeyCommand({}));
      expect(KeyMetadata!.Arn!).toContain(key);
      const { assessment } = await locked.audit('run-1', {
        signer,
        report: { kmsKey: KeyMetadata!.Arn!, lockDays: 30 },
      });
      const until = Date.parse(assessment.run.finishedAt) + 30 * 86_400_000;
      const { objects } = locked.state.buckets.get(REPORTS)!;
      for (const [path, [version]] of objects) {
        expect([path, version!.seal.algorithm, version!.seal.kmsKeyId]).toEqual([
          path,
          'aws:kms',
          KeyMetadata!.Arn!,
        ]);
        expect([path, version!.retention]).toEqual([
          path,
          path === 'latest.json' ? null : { mode: 'COMPLIANCE', until },
        ]);
      }
    } finally {
      await locked.close();
    }
  });

  test('a lock on a bucket without Object Lock is refused in one sentence', async () => {
    await expect(
      estate.audit('run-1', { signer, report: { kmsKey: null, lockDays: 30 } }),
    ).rejects.toMatchObject({
      code: 'REPORT_BUCKET_DENIED',
      message: expect.stringContaining('Object Lock Configuration'),
    });
  });
});

test('the seal of one key is not that of another, in the report bucket as well', async () => {
  await estate.audit('run-1', { signer: otherSigner });
  expect((await verify('run-1')).problems.map(({ code }) => code)).toEqual(['WRONG_KEY']);
});
