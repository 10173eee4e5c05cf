import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { folderStore } from '../../lib/audit/folder-store.ts';
import { RUN_FILES } from '../../lib/audit/run-store.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sealcheck-store-'));
});
afterAll(async () => rm(folder, { recursive: true, force: true }));

describe('file names of a run', () => {
  test('whatever a bucket is called, it is one file in its folder', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 400 }), (name) => {
        const path = RUN_FILES.bucket(name);
        expect(path).toMatch(/^evidence\/buckets\/[A-Za-z0-9~_-][A-Za-z0-9._~-]*\.json$/);
        expect(path.length).toBeLessThan(220);
      }),
    );
  });

  test.each(['..', '../../etc/passwd', '/etc/passwd', '.hidden', 'a\\b', 'nul\u0000', 'ü', ''])(
    '%j',
    (name) => {
      expect(RUN_FILES.bucket(name).split('/')).toHaveLength(3);
      expect(RUN_FILES.bucket(name)).not.toMatch(/\/\./);
    },
  );

  test('names that differ stay apart', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.string({ unit: 'grapheme' }), (a, b) => {
        fc.pre(a !== b);
        expect(RUN_FILES.bucket(a) === RUN_FILES.bucket(b)).toBe(false);
      }),
    );
  });
});

describe('a folder store', () => {
  test.each(['../outside', '/etc/passwd', 'a/../../b', '.'])('refuses %j', async (path) => {
    const store = folderStore(join(folder, 'run'));
    await expect(store.write(path, 'x')).rejects.toMatchObject({ code: 'RUN_INVALID' });
    await expect(store.read(path)).rejects.toMatchObject({ code: 'RUN_INVALID' });
  });

  test('a file being written is not there until it is whole, and leaves nothing when given up', async () => {
    const store = folderStore(join(folder, 'pieces'));
    const given = await store.openWrite('a.txt');
    await given.write('half');
    expect(await store.has('a.txt')).toBe(false);
    expect(await store.list('')).toEqual([]);
    await given.abandon();
    expect(await readdir(join(folder, 'pieces'))).toEqual([]);
    const whole = await store.openWrite('b.txt');
    await whole.write('all');
    await whole.close();
    expect(await store.list('')).toEqual(['b.txt']);
  });
});
