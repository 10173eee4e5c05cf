import { createReadStream } from 'node:fs';
import { lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { AuditError } from '../model/errors.ts';
import type { PackItem, PackReader } from '../seal/pack.ts';

/**
 * A folder as it is found, for verification: unlike a run store it lists links, pipes and half-written files too,
 * since all of them are things that no run left there. Throws AuditError RUN_INVALID when there is no such folder.
 */
export function packFolder(folder: string): PackReader {
  return {
    location: folder,
    list: async () => {
      const items = await walk(folder, '');
      return items.sort((a, b) => (a.path < b.path ? -1 : 1));
    },
    open: (path) => createReadStream(join(folder, path)),
  };
}

async function walk(folder: string, under: string): Promise<PackItem[]> {
  const found: PackItem[] = [];
  for (const entry of await entriesOf(folder, under)) {
    const path = under + entry.name;
    if (entry.isDirectory()) found.push(...(await walk(folder, `${path}/`)));
    else found.push({ path, bytes: (await lstat(join(folder, path))).size, file: entry.isFile() });
  }
  return found;
}

async function entriesOf(folder: string, under: string) {
  try {
    return await readdir(join(folder, under), { withFileTypes: true });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const why = code === 'ENOENT' ? 'does not exist' : `cannot be read (${code ?? 'unknown error'})`;
    throw new AuditError('RUN_INVALID', `The folder ${join(folder, under)} ${why}.`, { cause: error });
  }
}
