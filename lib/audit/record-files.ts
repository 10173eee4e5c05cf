import { createGunzip, gzip } from 'node:zlib';
import { Readable } from 'node:stream';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import type { RunFileWriter, RunStore } from './run-store.ts';

const compress = promisify(gzip);

/** Text held back before it is compressed: large enough to compress well, small enough to forget. */
const CHUNK = 256 * 1024;

/** A gzip file of text, written line by line. Nothing is created when nothing is written. */
export type TextFileWriter = {
  readonly write: (text: string) => Promise<void>;
  readonly close: () => Promise<void>;
  readonly abandon: () => Promise<void>;
};

/**
 * Each chunk becomes a gzip member of its own; members in a row are one gzip file (RFC 1952 §2.2). Node writes no
 * time stamp into them, so the same lines give the same bytes.
 */
export function gzipTextFile(store: RunStore, path: string): TextFileWriter {
  let file: RunFileWriter | null = null;
  let pending: string[] = [];
  let size = 0;
  const flush = async (): Promise<void> => {
    const text = pending.join('');
    pending = [];
    size = 0;
    file ??= await store.openWrite(path);
    await file.write(await compress(text, { level: 6 }));
  };
  return {
    write: async (text) => {
      pending.push(text);
      size += text.length;
      if (size >= CHUNK) await flush();
    },
    close: async () => {
      if (size > 0) await flush();
      await file?.close();
    },
    abandon: async () => {
      await file?.abandon();
    },
  };
}

/** The lines of a gzip text file, one at a time; none when there is no such file. */
export async function* gzipLines(store: RunStore, path: string): AsyncGenerator<string> {
  if (!(await store.has(path))) return;
  const source = Readable.from(store.openRead(path));
  const input = createGunzip();
  // pipe alone would leave the reader waiting when the source breaks.
  source.on('error', (error) => input.destroy(error));
  source.pipe(input);
  const lines: AsyncIterable<string> = createInterface({ input, crlfDelay: Infinity });
  for await (const line of lines) {
    if (line !== '') yield line;
  }
}
