import { createHash } from 'node:crypto';
import { createGunzip } from 'node:zlib';
import type { RunStore } from './run-store.ts';

/** A store that writes nothing and tells which files would have come out otherwise. */
export type ReplayStore = RunStore & { readonly differences: () => readonly string[] };

/**
 * Lets a sealed run be judged again without changing it: what is written is held against what lies there, and a file
 * that is missing is put back when it comes out as `sealed` (SHA-256 by path) has it. Compressed files are compared by
 * what is in them, since zlib's output differs between processors and versions for the same text.
 */
export function replayStore(store: RunStore, sealed: ReadonlyMap<string, string>): ReplayStore {
  const different = new Set<string>();
  const compare = async (path: string, written: string | null): Promise<void> => {
    const there = await hashOf(path, store.openRead(path));
    if (there === null || there !== written) different.add(path);
  };
  const openWrite: RunStore['openWrite'] = async (path) => {
    if (await store.has(path)) {
      const hasher = contentHasher(path);
      return {
        write: async (bytes) => hasher.update(Buffer.from(bytes)),
        close: async () => compare(path, await hasher.done()),
        abandon: async () => {
          await hasher.done();
        },
      };
    }
    const [hash, writer] = [createHash('sha256'), await store.openWrite(path)];
    return {
      write: async (bytes) => {
        hash.update(bytes);
        await writer.write(bytes);
      },
      close: async () => {
        if (hash.digest('hex') === sealed.get(path)) return writer.close();
        different.add(path);
        return writer.abandon();
      },
      abandon: writer.abandon,
    };
  };
  return {
    ...store,
    openWrite,
    write: async (path, bytes) => {
      const writer = await openWrite(path);
      await writer.write(bytes);
      await writer.close();
    },
    create: async (path, file) => {
      const writer = await openWrite(path);
      for await (const piece of file.open()) await writer.write(piece);
      await writer.close();
      return true;
    },
    differences: () => [...different].sort(),
  };
}

async function hashOf(path: string, pieces: AsyncIterable<Uint8Array>): Promise<string | null> {
  const hasher = contentHasher(path);
  for await (const piece of pieces) await hasher.update(piece);
  return hasher.done();
}

/** Hashes what is in a file, piece by piece; null for compression that is broken. */
function contentHasher(path: string): {
  readonly update: (bytes: Uint8Array) => Promise<void>;
  readonly done: () => Promise<string | null>;
} {
  const hash = createHash('sha256');
  if (!path.endsWith('.gz')) {
    return {
      update: async (bytes) => {
        hash.update(bytes);
        await Promise.resolve();
      },
      done: () => Promise.resolve(hash.digest('hex')),
    };
  }
  const contents = createGunzip();
  contents.on('data', (bytes: Buffer) => hash.update(bytes));
  const ended = new Promise<string | null>((resolve) => {
    contents.on('end', () => resolve(hash.digest('hex')));
    contents.on('error', () => resolve(null));
  });
  return {
    // Broken compression tells itself through `ended`; the writes that follow it have nothing to add.
    update: async (bytes) => new Promise((resolve) => contents.write(bytes, () => resolve())),
    done: async () => {
      contents.end();
      return ended;
    },
  };
}
