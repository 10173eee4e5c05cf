/** Fails unless `judge` writes every file of a run again, byte for byte: `node scripts/check-replay.ts RUNDIR`. */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { folderStore } from '../lib/audit/folder-store.ts';
import { judge } from '../lib/audit/judge-stage.ts';

const folder = process.argv[2];
if (folder === undefined) throw new Error('name the folder of a run');

const digests = (): ReadonlyMap<string, string> =>
  new Map(
    readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((path) => statSync(join(folder, path)).isFile())
      .map((path) => [
        path,
        createHash('sha256')
          .update(readFileSync(join(folder, path)))
          .digest('hex'),
      ]),
  );

const before = digests();
await judge(folderStore(folder));
const after = digests();
const changed = [...new Set([...before.keys(), ...after.keys()])].filter(
  (path) => before.get(path) !== after.get(path),
);
if (changed.length > 0) throw new Error(`judge changed: ${changed.join(', ')}`);
console.log(`${after.size} files, all the same after judging again`);
