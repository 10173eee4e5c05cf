import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { BUCKET_DEFAULTS, createObject } from '../../lib/audit/bucket-upload.ts';
import { newFile } from '../../lib/audit/run-store.ts';
import type { NewFile } from '../../lib/audit/run-store.ts';
import { fault } from '../../lib/sandbox/faults.ts';
import { openEstate, REPORTS } from './estate.ts';
import type { Estate } from './estate.ts';

const MIB = 1024 * 1024;
// Tens of megabytes are hashed several times over, on machines that do other things as well.
jest.setTimeout(60_000);
let estate: Estate;
beforeAll(async () => {
  estate = await openEstate();
});
afterAll(async () => estate.close());

const target = (key: string) => ({ s3: estate.aws.s3('eu-west-1'), bucket: REPORTS, key });
const stored = (key: string) => estate.state.buckets.get(REPORTS)!.objects.get(key)?.[0];
const hash = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

/** A file of so many bytes in uneven pieces, each telling where it stands. */
function large(bytes: number): NewFile & { readonly sha256: string } {
  const all = Buffer.alloc(bytes);
  for (let at = 0; at + 8 <= bytes; at += 4096) all.writeBigUInt64BE(BigInt(at), at);
  return {
    bytes,
    sha256: hash(all),
    open: async function* () {
      for (let at = 0; at < bytes; at += 3_000_017)
        yield await Promise.resolve(all.subarray(at, at + 3_000_017));
    },
  };
}

describe('creating an object in the report bucket', () => {
  test.each([
    ['nothing', 0],
    ['one byte', 1],
    ['as much as one PUT takes', 16 * MIB],
    ['one byte more', 16 * MIB + 1],
    ['several parts', 40 * MIB],
  ])('%s arrives whole, once', async (name, bytes) => {
    const file = large(bytes);
    expect(await createObject(target(name), file, BUCKET_DEFAULTS)).toBe(true);
    expect(hash(stored(name)!.body!)).toBe(file.sha256);
    expect(await createObject(target(name), large(bytes + 1), BUCKET_DEFAULTS)).toBe(false);
    expect(hash(stored(name)!.body!)).toBe(file.sha256);
    expect(estate.state.buckets.get(REPORTS)!.uploads.size).toBe(0);
  });

  test('a part that fails for good leaves neither object nor parts behind', async () => {
    estate.state.faults.push(fault({ operation: 'UploadPart' }, { type: 'deny' }, { after: 1 }));
    await expect(createObject(target('broken'), large(40 * MIB), BUCKET_DEFAULTS)).rejects.toMatchObject({
      name: 'AccessDenied',
    });
    estate.state.faults.length = 0;
    expect(stored('broken')).toBeUndefined();
    expect(estate.state.buckets.get(REPORTS)!.uploads.size).toBe(0);
  });

  test('of two that create the same object at once, exactly one does', async () => {
    const created = await Promise.all(
      ['a', 'b', 'c', 'd'].map(async (text) => createObject(target('raced'), newFile(text), BUCKET_DEFAULTS)),
    );
    expect(created.filter(Boolean)).toHaveLength(1);
  });
});
