import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { LARGEST_TRAIL_FILE } from './trails-log-store.ts';
import type { TrailLogStore } from './trails-log-store.ts';

/** Log files in a folder, such as `aws s3 sync` leaves them. Symbolic links are not followed. */
export function folderLogs(folder: string): TrailLogStore {
  const entriesOf = async (path: string): Promise<{ name: string; isFolder: boolean }[]> => {
    const entries = await readdir(join(folder, path), { withFileTypes: true }).catch(ignoreMissing);
    return entries
      .filter((entry) => entry.isDirectory() || entry.isFile())
      .map((entry) => ({ name: entry.name, isFolder: entry.isDirectory() }))
      .sort((a, b) => (a.name < b.name ? -1 : 1));
  };
  const walk = async function* (path: string): AsyncGenerator<readonly string[]> {
    const entries = await entriesOf(path);
    yield entries.filter(({ isFolder }) => !isFolder).map(({ name }) => path + name);
    for (const { name, isFolder } of entries) if (isFolder) yield* walk(`${path}${name}/`);
  };
  return {
    location: folder,
    bucket: null,
    keyOf: (path) => path,
    folders: async (path) =>
      (await entriesOf(path)).filter(({ isFolder }) => isFolder).map(({ name }) => name),
    files: walk,
    read: async (path) => {
      const full = join(folder, path);
      const { size } = await stat(full);
      if (size > LARGEST_TRAIL_FILE) throw new RangeError(`it is larger than ${LARGEST_TRAIL_FILE} bytes`);
      return { bytes: await readFile(full), signature: null };
    },
  };
}

/** A day without a folder is a day without files. */
function ignoreMissing(error: NodeJS.ErrnoException): [] {
  if (error.code === 'ENOENT') return [];
  throw error;
}
