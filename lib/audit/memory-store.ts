import { AuditError } from '../model/errors.ts';
import { gatheredWriter } from './gathered-writer.ts';
import type { RunStore } from './run-store.ts';

/** A run that nobody keeps: for stages whose results are the answer, not files. */
export function memoryStore(): RunStore {
  const files = new Map<string, Uint8Array>();
  const write: RunStore['write'] = (path, bytes) => {
    files.set(path, Buffer.from(bytes));
    return Promise.resolve();
  };
  return {
    location: 'memory',
    read: (path) => Promise.resolve(files.get(path) ?? null),
    write,
    create: async (path, file) => {
      if (files.has(path)) return false;
      const pieces: Uint8Array[] = [];
      for await (const piece of file.open()) pieces.push(piece);
      await write(path, Buffer.concat(pieces));
      return true;
    },
    openWrite: (path) => Promise.resolve(gatheredWriter(async (bytes) => write(path, bytes))),
    openRead: (path) => {
      const bytes = files.get(path);
      if (!bytes) throw new AuditError('RUN_INVALID', `The run has no file ${path}.`);
      return (async function* () {
        yield await Promise.resolve(bytes);
      })();
    },
    has: (path) => Promise.resolve(files.has(path)),
    list: (under) => Promise.resolve([...files.keys()].filter((path) => path.startsWith(under)).sort()),
  };
}
