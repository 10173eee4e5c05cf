import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { constants, gunzipSync } from 'node:zlib';
import { literal, openEngine } from '../census/duckdb.ts';
import type { Session } from '../census/duckdb.ts';
import type { InventoryFile, InventoryManifest } from '../census/inventory-manifest.ts';
import { eachAtOnce } from './at-once.ts';

/** Rows of an inventory: versions and delete markers. Not counted, they are worked out from bytes. */
export type InventorySize = { readonly rows: number; readonly counted: boolean };

/** Part of a data file: `bytes=0-99`, or `bytes=-100` for its end; null when it cannot be read. */
export type ReadRange = (key: string, range: string) => Promise<Uint8Array | null>;

/** Footers read at most, of files spread over the inventory: more would cost more than they tell. */
const MAX_FOOTERS = 200;
/** Beginnings of CSV files that are looked into, and how much of each. */
const CSV = { files: 4, bytes: 256 * 1024, unpacked: 16 * 1024 * 1024 } as const;
/** How much of a Parquet file's end is read first, and the longest footer that is read at all. */
const FOOTER = { first: 64 * 1024, longest: 8 * 1024 * 1024 } as const;
const AT_ONCE = 16;

/**
 * How many rows an inventory has, without reading it: the footers of Parquet files say so; a CSV file says nothing,
 * and so its rows are worked out from how many there are in the first bytes of some. Null when nothing tells.
 */
export async function inventorySize(
  { format, files }: Pick<InventoryManifest, 'format' | 'files'>,
  read: ReadRange,
): Promise<InventorySize | null> {
  if (files.length === 0) return { rows: 0, counted: true };
  const chosen = spread(files, format === 'Parquet' ? MAX_FOOTERS : CSV.files);
  const found: Sample[] =
    format === 'Parquet' ? await readFooters(chosen, read) : await readBeginnings(chosen, read);
  const sum = (of: (sample: Sample) => number): number => found.reduce((n, one) => n + of(one), 0);
  if (format === 'Parquet' && found.length === files.length)
    return { rows: sum(({ rows }) => rows), counted: true };
  const bytes = sum((one) => one.bytes);
  if (bytes === 0) return null;
  const all = files.reduce((n, file) => n + file.bytes, 0);
  return { rows: Math.round((sum(({ rows }) => rows) / bytes) * all), counted: false };
}

/** So many rows were in so many bytes of the file as it is stored. */
type Sample = { readonly rows: number; readonly bytes: number };

/** Files are written in key order: some from everywhere stand better for all than the first ones. */
const spread = <T>(items: readonly T[], most: number): readonly T[] =>
  items.length <= most
    ? items
    : Array.from({ length: most }, (_, i) => items[Math.floor((i * items.length) / most)] as T);

async function readFooters(files: readonly InventoryFile[], read: ReadRange): Promise<Sample[]> {
  const scratch = await mkdtemp(join(tmpdir(), 'sealcheck-footers-'));
  const engine = await openEngine({ threads: 1, memoryMiB: 128, scratch });
  const session = await engine.connect();
  const found: Sample[] = [];
  try {
    let next = 0;
    await eachAtOnce(AT_ONCE, files, undefined, async ({ key, bytes }) => {
      next += 1;
      const path = join(scratch, `${next}.parquet`);
      const footer = await footerOf(key, bytes, read);
      const rows = footer && (await rowsOf(session, path, footer));
      if (rows !== null) found.push({ rows, bytes });
    });
  } finally {
    session.close();
    engine.close();
    await rm(scratch, { recursive: true, force: true });
  }
  return found;
}

/** The metadata of a Parquet file with its length and magic: what the file ends with. */
async function footerOf(key: string, bytes: number, read: ReadRange): Promise<Uint8Array | null> {
  const end = await read(key, `bytes=-${Math.min(bytes, FOOTER.first)}`);
  if (!end || end.byteLength < 8) return null;
  const length = new DataView(end.buffer, end.byteOffset).getUint32(end.byteLength - 8, true) + 8;
  if (length <= end.byteLength) return end.subarray(end.byteLength - length);
  return length > Math.min(bytes, FOOTER.longest) ? null : read(key, `bytes=-${length}`);
}

/** The engine reads the metadata of a file that has nothing else: it is what tells how many rows there are. */
async function rowsOf(session: Session, path: string, footer: Uint8Array): Promise<number | null> {
  await writeFile(path, Buffer.concat([Buffer.from('PAR1'), footer]));
  try {
    const [row] = await session.rows(`SELECT num_rows FROM parquet_file_metadata(${literal(path)})`);
    const rows = Number(row?.[0]);
    return Number.isSafeInteger(rows) && rows >= 0 ? rows : null;
  } catch {
    return null;
  }
}

async function readBeginnings(files: readonly InventoryFile[], read: ReadRange): Promise<Sample[]> {
  const found: Sample[] = [];
  for (const { key, bytes } of files) {
    const start = await read(key, `bytes=0-${Math.min(bytes, CSV.bytes) - 1}`);
    const rows = start && linesIn(start);
    if (start && rows) found.push({ rows, bytes: start.byteLength });
  }
  return found;
}

/** Keys are URL-encoded, so that a line is a row. */
function linesIn(packed: Uint8Array): number | null {
  try {
    const text = gunzipSync(packed, {
      finishFlush: constants.Z_SYNC_FLUSH,
      maxOutputLength: CSV.unpacked,
    });
    let lines = 0;
    for (let at = text.indexOf(10); at >= 0; at = text.indexOf(10, at + 1)) lines += 1;
    return lines;
  } catch {
    return null;
  }
}
