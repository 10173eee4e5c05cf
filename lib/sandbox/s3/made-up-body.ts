import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import type { ObjectVersion } from '../state-s3.ts';

const SMALL = 1024 * 1024;
const BLOCK = 64 * 1024;

/** Bytes `[start, end)` of an object: the stored ones, or for a body of null a pattern made from its ETag. */
export function readBody(version: ObjectVersion, start: number, end: number): Uint8Array | Readable {
  if (version.body) return version.body.subarray(start, end);
  // Without the number of parts: a copy is of one piece, and holds the same bytes.
  const line = createHash('sha256').update(version.etag.replace(/-\d+$/, '')).digest('hex');
  if (end - start <= SMALL) return patternBytes(line, start, end);
  return Readable.from(blocks(line, start, end), { objectMode: false });
}

function* blocks(line: string, start: number, end: number): Generator<Buffer> {
  for (let at = start; at < end; at += BLOCK) yield patternBytes(line, at, Math.min(end, at + BLOCK));
}

function patternBytes(line: string, start: number, end: number): Buffer {
  const offset = start % line.length;
  const repeats = Math.ceil((offset + end - start) / line.length);
  return Buffer.from(line.repeat(repeats), 'latin1').subarray(offset, offset + end - start);
}
