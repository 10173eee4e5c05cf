import { createHash } from 'node:crypto';
import { createGunzip } from 'node:zlib';
import { newFile } from './run-store.ts';
import type { RunStore } from './run-store.ts';

/** A store that writes nothing and tells which files would have come out otherwise. */
export type ReplayStore = RunStore & { readonly differences: () => readonly string[] };

/**
 * Lets a run be judged again without touching it: what is written is held against what lies there. Compressed files
 * are compared by what is in them, since zlib's output differs between processors and versions for the same text.
 */
export function replayStore(store: RunStore): ReplayStore {
  const different = new Set<string>();
  const settle = async (path: string, written: string | null): Promise<void> => {
    const there = (await store.has(path)) ? await hashOf(path, store.openRead(path)) : null;
    if (there === null || there !== written) different.add(path);
  };
  return {
    ...store,
    write: async (path, bytes) => settle(path, await hashOf(path, newFile(bytes).open())),
    create: async (path, file) => {
      await settle(path, await hashOf(path, file.open()));
      return true;
    },
    openWrite: (path) => {
      const hasher = contentHasher(path);
      return Promise.resolve({
        write: async (bytes) => hasher.update(Buffer.from(bytes)),
        close: async () => settle(path, await hasher.done()),
        abandon: async () => {
          await hasher.done();
        },
      });
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
