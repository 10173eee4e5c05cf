import { randomUUID } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { link, mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { finished } from 'node:stream/promises';
import { AuditError } from '../model/errors.ts';
import type { NewFile, RunFileWriter, RunStore } from './run-store.ts';

/** Names of files being written; never listed, never part of a run. */
const PARTIAL = '.partial';

/** A run in a folder. Files are written beside their place and renamed, so that none is ever seen half-written. */
export function folderStore(folder: string): RunStore {
  const root = resolve(folder);
  const at = (path: string): string => {
    const full = resolve(root, path);
    if (!full.startsWith(root + sep))
      throw new AuditError('RUN_INVALID', `The path ${path} leaves the run folder.`);
    return full;
  };
  return {
    location: folder,
    read: async (path) => {
      try {
        return await readFile(at(path));
      } catch (error) {
        if (isMissing(error)) return null;
        throw unreadable(path, error);
      }
    },
    write: async (path, bytes) => {
      const target = at(path);
      await guarded(folder, async () => {
        await mkdir(dirname(target), { recursive: true });
        await writeFile(target + PARTIAL, bytes);
        await rename(target + PARTIAL, target);
      });
    },
    create: async (path, file) => createFile(folder, at(path), file),
    openWrite: async (path) => {
      const target = at(path);
      await guarded(folder, async () => mkdir(dirname(target), { recursive: true }));
      return fileWriter(folder, target);
    },
    openRead: (path) => readPieces(path, at(path)),
    has: async (path) => {
      try {
        return (await stat(at(path))).isFile();
      } catch (error) {
        if (isMissing(error)) return false;
        throw unreadable(path, error);
      }
    },
    list: async (under) => {
      const found = await walk(root, join(root, under));
      return found.map((path) => relative(root, path).split(sep).join('/')).sort();
    },
  };
}

/** Written beside its place and linked into it: linking, unlike renaming, refuses to replace what is there. */
async function createFile(folder: string, target: string, file: NewFile): Promise<boolean> {
  const unfinished = `${target}.${randomUUID()}${PARTIAL}`;
  return guarded(folder, async () => {
    await mkdir(dirname(target), { recursive: true });
    try {
      await writeFile(unfinished, file.open());
      await link(unfinished, target);
      return true;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
      throw error;
    } finally {
      await rm(unfinished, { force: true });
    }
  });
}

function fileWriter(folder: string, target: string): RunFileWriter {
  const stream = createWriteStream(target + PARTIAL);
  // Errors surface through `finished` or the write callback; without a listener they would end the process.
  stream.on('error', () => undefined);
  return {
    write: async (bytes) =>
      guarded(
        folder,
        async () =>
          new Promise<void>((done, fail) => {
            stream.write(bytes, (error) => (error ? fail(error) : done()));
          }),
      ),
    close: async () =>
      guarded(folder, async () => {
        stream.end();
        await finished(stream);
        await rename(target + PARTIAL, target);
      }),
    abandon: async () => {
      stream.destroy();
      await rm(target + PARTIAL, { force: true });
    },
  };
}

async function* readPieces(path: string, full: string): AsyncGenerator<Uint8Array> {
  try {
    for await (const piece of createReadStream(full)) yield piece as Uint8Array;
  } catch (error) {
    if (isMissing(error))
      throw new AuditError('RUN_INVALID', `The run has no file ${path}.`, { cause: error });
    throw unreadable(path, error);
  }
}

async function walk(root: string, from: string): Promise<string[]> {
  let entries;
  try {
    entries = await readdir(from, { withFileTypes: true });
  } catch (error) {
    if (isMissing(error)) return [];
    throw unreadable(relative(root, from), error);
  }
  const found = await Promise.all(
    entries.map(async (entry) => {
      const path = join(from, entry.name);
      if (entry.isDirectory()) return walk(root, path);
      return entry.isFile() && !entry.name.endsWith(PARTIAL) ? [path] : [];
    }),
  );
  return found.flat();
}

const isMissing = (error: unknown): boolean => (error as NodeJS.ErrnoException).code === 'ENOENT';

const unreadable = (path: string, error: unknown): AuditError =>
  error instanceof AuditError
    ? error
    : new AuditError(
        'RUN_INVALID',
        `The file ${path} of the run cannot be read: ${(error as Error).message}.`,
        {
          cause: error,
        },
      );

async function guarded<T>(folder: string, write: () => Promise<T>): Promise<T> {
  try {
    return await write();
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw new AuditError('OUTPUT_UNWRITABLE', `The folder ${folder} cannot be written: ${code ?? message}.`, {
      cause: error,
    });
  }
}
