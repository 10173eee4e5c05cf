import { afterAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { folderStore } from '../../lib/audit/folder-store.ts';
import { pastSeals } from '../../lib/audit/past-seals.ts';
import type { RunStore } from '../../lib/audit/run-store.ts';
import { readSeals, sealWriter } from '../../lib/audit/seal-files.ts';
import type { SealFile } from '../../lib/audit/seal-files.ts';
import { compareKeys, WHOLE } from '../../lib/census/key-order.ts';
import type { PastSeal } from '../../lib/census/seal-reuse.ts';
import type { ObjectEncryption } from '../../lib/model/object-encryption.ts';

const folders: string[] = [];
const newStore = async (): Promise<RunStore> => {
  const folder = await mkdtemp(join(tmpdir(), 'sealcheck-test-'));
  folders.push(folder);
  return folderStore(folder);
};
afterAll(async () => {
  for (const folder of folders) await rm(folder, { recursive: true, force: true });
});

const PATH = 'evidence/seals/b/000001.jsonl.gz';
const ENCRYPTIONS: readonly ObjectEncryption[] = [
  { serverSide: { type: 'SSE-S3' }, clientSide: { kind: 'none' } },
  { serverSide: { type: 'SSE-C' }, clientSide: { kind: 'undetermined', detail: 'no key' } },
  { serverSide: { type: 'SSE-KMS', keyArn: 'arn:k', bucketKey: true }, clientSide: { kind: 'none' } },
  { serverSide: { type: 'DSSE-KMS', keyArn: null }, clientSide: { kind: 'instruction-file' } },
  { serverSide: { type: 'NONE' }, clientSide: { kind: 'invalid', detail: 'two formats' } },
  {
    serverSide: { type: 'OTHER', header: 'aws:fsx' },
    clientSide: { kind: 'claimed', format: 'V3', keyWrap: '02', cipher: null, instructionFile: true },
  },
];

const seals = fc
  .array(
    fc.record({
      key: fc.oneof(
        fc.string({ unit: 'grapheme', minLength: 1, maxLength: 30 }),
        fc.constantFrom(
          'phi/2026/08/01/part-1',
          'phi/2026/08/01/part-2',
          '\ud83d\ude00a',
          '\ud83d\ude01b',
          '\uffee',
          'a\nb"',
        ),
      ),
      versionId: fc.option(fc.string({ maxLength: 20 })),
      etag: fc.stringMatching(/^[0-9a-f]{8}(-\d)?$/),
      lastModified: fc.nat(),
      size: fc.nat(),
      encryption: fc.constantFrom(...ENCRYPTIONS),
      asked: fc.constantFrom(1, 2, 1_785_578_400_000),
    }),
    { maxLength: 60 },
  )
  .map((all) => [...all].sort((a, b) => compareKeys(a.key, b.key)));

async function write(store: RunStore, all: readonly PastSeal[], path = PATH): Promise<SealFile> {
  const writer = sealWriter(store, path);
  for (const each of all) await writer.write(each);
  return { path, range: WHOLE, seals: (await writer.close()) ?? 0 };
}

async function readAll(store: RunStore, file: SealFile, after: string | null = null): Promise<PastSeal[]> {
  const found: PastSeal[] = [];
  for await (const some of readSeals(store, file, after)) found.push(...some);
  return found;
}

describe('the seals of a part', () => {
  test('come back as they were written, from wherever they are read', async () => {
    const store = await newStore();
    await fc.assert(
      fc.asyncProperty(seals, fc.nat(), async (all, pick) => {
        fc.pre(all.length > 0);
        const file = await write(store, all);
        expect(await readAll(store, file)).toEqual(all);
        const after = all[pick % all.length]?.key ?? '';
        expect(await readAll(store, file, after)).toEqual(
          all.filter(({ key }) => compareKeys(key, after) > 0),
        );
      }),
      { numRuns: 60 },
    );
  });

  test('are joined with a listing, whichever keys of it are asked for and however they lie in files', async () => {
    const store = await newStore();
    await fc.assert(
      fc.asyncProperty(seals, fc.nat(), fc.array(fc.boolean(), { minLength: 1 }), async (all, cut, asked) => {
        const borders = all.map(({ key }) => key);
        const border = borders[cut % Math.max(1, borders.length)] ?? 'm';
        const [low, high] = [
          all.filter(({ key }) => compareKeys(key, border) <= 0),
          all.filter(({ key }) => compareKeys(key, border) > 0),
        ];
        const files: SealFile[] = [];
        for (const [i, part] of [low, high].entries()) {
          if (part.length === 0) continue;
          const range = i === 0 ? { after: null, through: border } : { after: border, through: null };
          files.push({ ...(await write(store, part, `evidence/seals/b/${i}.gz`)), range });
        }
        const keys = [...new Set([...borders, 'a', 'zz', ''])].sort(compareKeys);
        const cursor = pastSeals(store, files).after(null);
        for (const [i, key] of keys.entries()) {
          if (!asked[i % asked.length]) continue;
          expect(await cursor.of(key)).toEqual(all.filter((each) => each.key === key));
          expect(await cursor.of(key)).toEqual(all.filter((each) => each.key === key));
        }
        await cursor.close();
      }),
      { numRuns: 60 },
    );
  });

  test('take little room', async () => {
    const store = await newStore();
    const many = Array.from({ length: 5_000 }, (_, i) => ({
      key: `tenant-${String(i >> 8).padStart(4, '0')}/2026/08/record-${String(i).padStart(8, '0')}.json`,
      versionId: null,
      etag: Buffer.from(`${i * 7_919}-and-a-half`)
        .toString('hex')
        .slice(0, 32)
        .padEnd(32, '0'),
      lastModified: 1_785_000_000_000 + i * 61_000,
      size: 1_000 + (i % 997),
      encryption: ENCRYPTIONS[0]!,
      asked: 1,
    }));
    await write(store, many);
    const bytes = (await store.read(PATH))?.byteLength ?? Infinity;
    expect(bytes / many.length).toBeLessThan(64);
  });

  const seal = '{"seal":{"serverSide":{"type":"SSE-S3"},"clientSide":{"kind":"none"}},"asked":1}\n';
  const line = (key: string, rest = '"v","e",1,1,0'): string => `[0,${JSON.stringify(key)},${rest}]\n`;
  const gz = (text: string): Buffer => gzipSync(text);
  test.each<[string, Uint8Array, RegExp]>([
    ['truncated', gz(seal + line('a').repeat(2)).subarray(0, 40), /damaged or ends too soon/],
    ['no gzip', Buffer.from(seal), /damaged or ends too soon/],
    ['out of order', gz(seal + line('b') + line('a')), /not in key order/],
    ['shorter than it should be', gz(seal + line('a')), /shorter than its part says/],
    ['longer than it should be', gz(seal + line('a') + line('b') + line('c')), /longer than its part says/],
    ['beyond its range', gz(seal + line('a') + line('z')), /not in its range/],
    ['one huge line', gz(`[0,"${'a'.repeat(30_000_000)}`), /longer than any of ours/],
    ['a table without end', gz(seal.repeat(1_000_000)), /more seals than objects/],
    ['white space without end', gz('\n'.repeat(50_000_000)), /not JSON/],
    ['no JSON', gz(`${seal}{"seal"\n`), /not JSON/],
    ['cut in a line', gz(`${seal}${line('a')}${line('b').slice(0, -3)}`), /last line is cut short/],
    [
      'a seal that is none',
      gz('{"seal":{"serverSide":{"type":"SSE-X"},"clientSide":{"kind":"none"}},"asked":1}\n'),
      /a seal that is none/,
    ],
    ['a seal that is not in the table', gz(seal + line('a', '"v","e",1,1,7')), /no object version/],
    ['a key that shares more than there is', gz(`${seal}[9,"a",null,"e",1,1,0]\n`), /no object version/],
    ['a size that is none', gz(seal + line('a', '"v","e",1,-1,0')), /no object version/],
    ['another table index', gz(seal + line('a', '"v","e",1,1,"__proto__"')), /no object version/],
  ])('are refused when %s, in one sentence', async (_what, bytes, why) => {
    const store = await newStore();
    await store.write(PATH, bytes);
    const file = { path: PATH, range: { after: null, through: 'm' }, seals: 2 };
    await expect(readAll(store, file)).rejects.toMatchObject({
      code: 'RUN_INVALID',
      message: expect.stringMatching(why),
    });
  });
});
