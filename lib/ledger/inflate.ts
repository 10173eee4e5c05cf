import { constants, gunzip } from 'node:zlib';
import type { ZlibOptions } from 'node:zlib';

/** Larger than any log file CloudTrail delivers: more is a bomb. */
const LARGEST = 512 * 1024 * 1024;

/** The bytes of a file, inflated when they are gzip. `truncated` and `damaged` keep what came before the fault. */
export type Inflated = {
  readonly bytes: Uint8Array;
  readonly defect: 'truncated' | 'damaged' | 'too-large' | null;
};

/** Inflates off the main thread, in one piece where the file says how long it will be. */
export async function inflate(compressed: Uint8Array): Promise<Inflated> {
  if (compressed[0] !== 0x1f || compressed[1] !== 0x8b) return { bytes: compressed, defect: null };
  const options = { chunkSize: chunkFor(compressed), maxOutputLength: LARGEST };
  try {
    return { bytes: await run(compressed, options), defect: null };
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ERR_BUFFER_TOO_LARGE') return { bytes: new Uint8Array(), defect: 'too-large' };
    if (code !== 'Z_BUF_ERROR') return { bytes: new Uint8Array(), defect: 'damaged' };
    const bytes = await run(compressed, { ...options, finishFlush: constants.Z_SYNC_FLUSH });
    return { bytes, defect: 'truncated' };
  }
}

const run = async (compressed: Uint8Array, options: ZlibOptions): Promise<Uint8Array> =>
  new Promise((resolve, reject) => {
    gunzip(compressed, options, (error, bytes) => (error ? reject(error) : resolve(bytes)));
  });

/** Gzip ends with the length of what it holds (RFC 1952 §2.3.1); it is believed within reason. */
function chunkFor(compressed: Uint8Array): number {
  if (compressed.length < 18) return 1024;
  const view = new DataView(compressed.buffer, compressed.byteOffset, compressed.byteLength);
  const stated = view.getUint32(compressed.length - 4, true);
  return Math.min(Math.max(stated + 64, 16 * 1024), 64 * 1024 * 1024, compressed.length * 64 + 1024);
}
