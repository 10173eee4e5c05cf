import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { folderStore } from '../../lib/audit/folder-store.ts';
import { partSink, readParts, recordLines } from '../../lib/audit/part-files.ts';
import { RUN_FILES } from '../../lib/audit/run-store.ts';
import type { RunStore } from '../../lib/audit/run-store.ts';
import type { PartSink } from '../../lib/census/census-part.ts';
import type { ObjectRecord } from '../../lib/model/census.ts';
import { censusOf } from '../support/evidence.ts';

let folder: string;
let store: RunStore;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sealcheck-parts-'));
  store = folderStore(folder);
});
afterEach(async () => rm(folder, { recursive: true }));

const record = (key: string): ObjectRecord => ({
  bucket: 'b',
  key,
  versionId: null,
  isLatest: true,
  size: 1,
  lastModified: null,
  dataClasses: [],
  encryption: null,
  unreadable: 'ACCESS_DENIED',
});
async function write(
  sink: PartSink,
  after: string | null,
  through: string | null,
  keys: readonly string[],
): Promise<void> {
  const part = await sink.open();
  for (const key of keys) await part.record(record(key));
  await part.close({ range: { after, through }, census: censusOf([]) });
}
async function recorded(): Promise<string[]> {
  const keys: string[] = [];
  for await (const line of recordLines(store, 'b')) keys.push((JSON.parse(line) as ObjectRecord).key);
  return keys;
}

describe('the parts of a census in a run', () => {
  test('are read in key order, whichever finished first', async () => {
    const sink = partSink(store, 'b', []);
    await write(sink, 'm', null, ['n', 'o']);
    await write(sink, null, 'c', ['a']);
    await write(sink, 'c', 'm', []);
    expect(await recorded()).toEqual(['a', 'n', 'o']);
    expect((await readParts(store, 'b')).map(({ range }) => range.after)).toEqual([null, 'c', 'm']);
  });

  test('keep their names when a later run adds to them', async () => {
    await write(partSink(store, 'b', []), null, 'c', ['a']);
    await write(partSink(store, 'b', await readParts(store, 'b')), 'c', null, ['d']);
    expect((await readParts(store, 'b')).map(({ name }) => name)).toEqual(['000001', '000002']);
    expect(await recorded()).toEqual(['a', 'd']);
  });

  test('leave nothing behind when they are abandoned', async () => {
    const part = await partSink(store, 'b', []).open();
    await part.record(record('a'));
    await part.abandon();
    expect(await store.list('')).toEqual([]);
  });

  test('do not read records whose part was never finished', async () => {
    // A run that died between the two files of a part leaves the first.
    const part = await partSink(store, 'b', []).open();
    await part.record(record('lost'));
    await store.write(RUN_FILES.records('b', '000001'), 'left over');
    await write(partSink(store, 'b', []), null, null, []);
    expect((await readParts(store, 'b'))[0]).toMatchObject({ name: '000001', records: 0 });
    expect(await recorded()).toEqual([]);
  });
});
