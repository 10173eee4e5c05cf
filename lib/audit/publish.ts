import { RUN_FILES } from './run-store.ts';
import type { RunStore } from './run-store.ts';

/** Where a run lies in the report bucket. */
export const runPrefix = (runId: string): string => `runs/${runId}/`;

/** Copies a whole run, the manifest last, so that what is seen halfway never looks like a run. */
export async function publish(from: RunStore, to: RunStore): Promise<number> {
  const paths = (await from.list('')).filter((path) => path !== RUN_FILES.manifest);
  for (const path of [...paths, RUN_FILES.manifest]) {
    const bytes = await from.read(path);
    if (bytes) await to.write(path, bytes, mediaTypeOf(path));
  }
  return paths.length + 1;
}

const MEDIA_TYPES: readonly (readonly [string, string])[] = [
  ['.html', 'text/html; charset=utf-8'],
  ['.json', 'application/json'],
  ['.csv', 'text/csv; charset=utf-8'],
  ['.yml', 'application/yaml'],
  ['.gz', 'application/gzip'],
];

const mediaTypeOf = (path: string): string =>
  MEDIA_TYPES.find(([ending]) => path.endsWith(ending))?.[1] ?? 'application/octet-stream';
