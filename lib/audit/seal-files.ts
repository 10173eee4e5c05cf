import { createGunzip } from 'node:zlib';
import { Readable } from 'node:stream';
import { z } from 'zod';
import { compareKeys, isWithin } from '../census/key-order.ts';
import type { KeyRange } from '../census/key-order.ts';
import type { PastSeal } from '../census/seal-reuse.ts';
import { AuditError } from '../model/errors.ts';
import { SERVER_SIDE_TYPES } from '../model/object-encryption.ts';
import type { ObjectEncryption } from '../model/object-encryption.ts';
import { gzipTextFile } from './record-files.ts';
import type { RunStore } from './run-store.ts';

/**
 * The seals of one part, in listing order, one line of JSON each. A line `{"seal":…,"asked":…}` adds to the table of
 * this file; a line `[shared, rest, version, etag, modified, size, seal]` is a version: its key begins with the first
 * `shared` UTF-16 units of the key before it, times are milliseconds since the epoch, `seal` counts the table's lines
 * from 0.
 */
export type SealWriter = {
  readonly write: (seal: PastSeal) => Promise<void>;
  /** How many there are; null when none was ever written. */
  readonly close: () => Promise<number | null>;
  readonly abandon: () => Promise<void>;
};

/** Writes nothing where nothing is kept. */
export function sealWriter(store: RunStore, path: string): SealWriter {
  const file = gzipTextFile(store, path);
  const table = new Map<string, number>();
  const known = new WeakMap<ObjectEncryption, Map<number, number>>();
  let last = '';
  let count = 0;
  /** Taken over, an encryption is the same object again: then its text need not be made. */
  const idOf = async (encryption: ObjectEncryption, asked: number): Promise<number> => {
    const quick = known.get(encryption)?.get(asked);
    if (quick !== undefined) return quick;
    const line = JSON.stringify({ seal: encryption, asked });
    let id = table.get(line);
    if (id === undefined) {
      id = table.size;
      table.set(line, id);
      await file.write(`${line}\n`);
    }
    const byTime = known.get(encryption) ?? new Map<number, number>();
    known.set(encryption, byTime.set(asked, id));
    return id;
  };
  return {
    write: async ({ key, versionId, etag, lastModified, size, encryption, asked }) => {
      const id = await idOf(encryption, asked);
      const shared = sharedLength(last, key);
      last = key;
      count += 1;
      const line = [shared, key.slice(shared), versionId, etag, lastModified, size, id];
      await file.write(`${JSON.stringify(line)}\n`);
    },
    close: async () => {
      await file.close();
      return count === 0 ? null : count;
    },
    abandon: file.abandon,
  };
}

function sharedLength(a: string, b: string): number {
  const most = Math.min(a.length, b.length);
  let at = 0;
  while (at < most && a.charCodeAt(at) === b.charCodeAt(at)) at += 1;
  return at;
}

/** Longer than any line of ours: a key of 1,024 bytes, escaped sixfold, and a version id. */
const LONGEST_LINE = 16 * 1024;

/** Different seals in one file: a part has fewer objects than this. */
const LARGEST_TABLE = 1_000_000;

const text = z.string().max(4096);
const clientSide = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('none') }),
  z.strictObject({
    kind: z.literal('claimed'),
    format: z.enum(['V1', 'V2', 'V3', 'INSTRUCTION-FILE']),
    keyWrap: text.nullable(),
    cipher: text.nullable(),
    instructionFile: z.boolean(),
  }),
  z.strictObject({ kind: z.literal('instruction-file') }),
  z.strictObject({ kind: z.literal('invalid'), detail: text }),
  z.strictObject({ kind: z.literal('undetermined'), detail: text }),
]);
const [SSE_S3, SSE_KMS, DSSE_KMS, SSE_C, NONE, OTHER] = SERVER_SIDE_TYPES;
const serverSide = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal([SSE_S3, SSE_C, NONE]) }),
  z.strictObject({
    type: z.literal(SSE_KMS),
    keyArn: text.nullable(),
    bucketKey: z.boolean().nullable(),
  }),
  z.strictObject({ type: z.literal(DSSE_KMS), keyArn: text.nullable() }),
  z.strictObject({ type: z.literal(OTHER), header: text }),
]);
const time = z.int().min(0);
const sealLine = z.strictObject({ seal: z.strictObject({ serverSide, clientSide }), asked: time });

/** Which file to read, and what its part says of it. */
export type SealFile = {
  readonly path: string;
  readonly range: KeyRange;
  readonly seals: number;
};

/**
 * The seals of a file from the first key after `after`, some at a time. Memory does not follow the file, whatever is
 * in it. Throws AuditError RUN_INVALID for a file that is not as `sealWriter` writes it.
 */
export async function* readSeals(
  store: RunStore,
  { path, range, seals }: SealFile,
  after: string | null,
): AsyncGenerator<readonly PastSeal[]> {
  const broken = (why: string): AuditError =>
    new AuditError('RUN_INVALID', `The seals ${path} of the earlier run cannot be used: ${why}.`);
  const table: { readonly encryption: ObjectEncryption; readonly asked: number }[] = [];
  let last: string | null = null;
  let count = 0;
  const parse = (line: string): PastSeal | null => {
    let value: unknown;
    try {
      value = JSON.parse(line);
    } catch {
      throw broken('it holds a line that is not JSON');
    }
    if (!Array.isArray(value)) {
      const parsed = sealLine.safeParse(value);
      if (!parsed.success) throw broken('it holds a seal that is none');
      if (table.length >= Math.min(seals, LARGEST_TABLE)) throw broken('it has more seals than objects');
      table.push({ encryption: parsed.data.seal, asked: parsed.data.asked });
      return null;
    }
    count += 1;
    if (count > seals) throw broken('it is longer than its part says');
    const entry = entryOf(value, last ?? '', table);
    if (!entry) throw broken('it holds a line that is no object version');
    if (last !== null && compareKeys(entry.key, last) < 0) throw broken('it is not in key order');
    if (!isWithin(entry.key, range) || (range.after !== null && compareKeys(entry.key, range.after) <= 0))
      throw broken('it holds a key that is not in its range');
    last = entry.key;
    return entry;
  };
  for await (const lines of boundedLines(store, path, broken)) {
    const found: PastSeal[] = [];
    for (const line of lines) {
      const entry = parse(line);
      if (entry && (after === null || compareKeys(entry.key, after) > 0)) found.push(entry);
    }
    if (found.length > 0) yield found;
  }
  if (count < seals) throw broken('it is shorter than its part says');
}

function entryOf(
  value: readonly unknown[],
  last: string,
  table: readonly { readonly encryption: ObjectEncryption; readonly asked: number }[],
): PastSeal | null {
  const [shared, rest, versionId, etag, lastModified, size, id] = value;
  const seal = typeof id === 'number' ? table[id] : undefined;
  if (!seal || value.length !== 7) return null;
  if (!isCount(shared) || shared > last.length || typeof rest !== 'string') return null;
  if ((versionId !== null && typeof versionId !== 'string') || typeof etag !== 'string') return null;
  if (!isCount(lastModified) || !isCount(size)) return null;
  return { key: last.slice(0, shared) + rest, versionId, etag, lastModified, size, ...seal };
}

const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && Number(value) >= 0;

/** The lines of a gzip file, as many at a time as come; none is longer than a line of ours can be. */
async function* boundedLines(
  store: RunStore,
  path: string,
  broken: (why: string) => AuditError,
): AsyncGenerator<readonly string[]> {
  const source = Readable.from(store.openRead(path));
  const input = createGunzip();
  source.on('error', (error) => input.destroy(error));
  source.pipe(input);
  const decoder = new TextDecoder();
  let rest = '';
  try {
    for await (const chunk of input) {
      const lines = (rest + decoder.decode(chunk as Uint8Array, { stream: true })).split('\n');
      rest = lines.pop() ?? '';
      if (rest.length > LONGEST_LINE || lines.some((line) => line.length > LONGEST_LINE))
        throw broken('it holds a line that is longer than any of ours');
      yield lines;
    }
  } catch (error) {
    if (error instanceof AuditError) throw error;
    throw broken('its gzip data is damaged or ends too soon');
  } finally {
    source.destroy();
    input.destroy();
  }
  if (rest !== '') throw broken('its last line is cut short');
}
