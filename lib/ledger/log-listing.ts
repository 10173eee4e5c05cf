import type { TrailLogStore } from '../collectors/trails-log-store.ts';
import type { LedgerWindow } from '../model/ledger.ts';
import { ahead } from './ahead.ts';
import type { LogLayout } from './log-layout.ts';
import { dayFolder, daysBetween, parseDigestName, parseLogName } from './log-paths.ts';
import { dayAfter } from './reads.ts';

/** One file to read, in the day's folder that holds it. */
export type LogFile = {
  readonly path: string;
  readonly day: string;
  readonly accountId: string;
  readonly region: string;
};

/** A folder's files, or why they could not be listed. */
export type LogFolder =
  | {
      readonly kind: 'files';
      readonly path: string;
      readonly files: readonly LogFile[];
      readonly ignored: readonly string[];
    }
  | { readonly kind: 'unlisted'; readonly path: string; readonly error: unknown };

/** Days whose folders are read: an event of the last day may be delivered on the next (FACTS §4). */
export const daysToRead = ({ from, to }: LedgerWindow): readonly string[] =>
  daysBetween(from, `${dayAfter(lastDay(to))}T00:00:00Z`);

/** The day of the last instant before `to`. */
export const lastDay = (to: string): string => new Date(Date.parse(to) - 1).toISOString().slice(0, 10);

const LISTINGS_AT_ONCE = 8;

/** Log files of these days, one after the other. */
export function listLogs(
  store: TrailLogStore,
  layout: LogLayout,
  days: readonly string[],
): AsyncIterable<LogFolder> {
  if (layout === null) return listFlat(store, days);
  const folders = days.flatMap((day) => layout.map((region) => ({ day, region })));
  return ahead(folders, LISTINGS_AT_ONCE, async ({ day, region: { accountId, region, logs } }) => {
    const path = logs + dayFolder(day);
    return listFolder(store, path, (file) =>
      /\.json(\.gz)?$/.test(file) ? { path: file, day, accountId, region } : null,
    );
  });
}

/** Digest files of the window and of the hours after it. */
export async function listDigests(
  store: TrailLogStore,
  layout: LogLayout,
  window: LedgerWindow,
): Promise<readonly LogFolder[]> {
  const days = daysToRead(window);
  const digest = (path: string): LogFile | null => {
    const name = parseDigestName(path);
    const day = name?.time.slice(0, 10) ?? '';
    return name && days.includes(day) ? { path, day, accountId: name.accountId, region: name.region } : null;
  };
  if (layout === null) return [await listFolder(store, '', digest)];
  const paths = layout.flatMap(({ digests }) =>
    digests === null ? [] : days.map((day) => digests + dayFolder(day)),
  );
  const folders: LogFolder[] = [];
  for await (const folder of ahead(paths, LISTINGS_AT_ONCE, async (path) => listFolder(store, path, digest)))
    folders.push(folder);
  return folders;
}

async function listFolder(
  store: TrailLogStore,
  path: string,
  accept: (path: string) => LogFile | null,
): Promise<LogFolder> {
  const files: LogFile[] = [];
  const ignored: string[] = [];
  try {
    for await (const page of store.files(path)) {
      for (const file of page) {
        const accepted = accept(file);
        if (accepted) files.push(accepted);
        else ignored.push(file);
      }
    }
    return { kind: 'files', path, files, ignored };
  } catch (error) {
    return { kind: 'unlisted', path, error };
  }
}

/** Files that lie some other way are known by their names, and put in order. */
async function* listFlat(store: TrailLogStore, days: readonly string[]): AsyncGenerator<LogFolder> {
  const wanted = new Set(days);
  const folder = await listFolder(store, '', (path) => {
    const name = parseLogName(path);
    return name && { path, day: name.time.slice(0, 10), accountId: name.accountId, region: name.region };
  });
  if (folder.kind === 'unlisted') {
    yield folder;
    return;
  }
  const files = folder.files
    .filter(({ day }) => wanted.has(day))
    .sort((a, b) => (a.day === b.day ? (a.path < b.path ? -1 : 1) : a.day < b.day ? -1 : 1));
  const ignored = folder.ignored.filter((path) => parseDigestName(path) === null);
  yield { kind: 'files', path: folder.path, files, ignored };
}

/** The first and the last day that have files; null when none has. */
export async function daysAvailable(
  store: TrailLogStore,
  layout: LogLayout,
): Promise<{ readonly first: string; readonly last: string } | null> {
  const days: string[] = [];
  if (layout === null) {
    for await (const page of store.files('')) {
      for (const path of page) {
        const day = parseLogName(path)?.time.slice(0, 10);
        if (day !== undefined) days.push(day);
      }
    }
  } else {
    for (const { logs } of layout) {
      for (const end of ['first', 'last'] as const) days.push(...(await endDay(store, logs, end)));
    }
  }
  const sorted = days.sort();
  const [first, last] = [sorted[0], sorted.at(-1)];
  return first === undefined || last === undefined ? null : { first, last };
}

/** Follows the year, month and day folders at one end. */
async function endDay(store: TrailLogStore, logs: string, end: 'first' | 'last'): Promise<readonly string[]> {
  const parts: string[] = [];
  for (const digits of [4, 2, 2]) {
    const names = (await store.folders(logs + parts.map((part) => `${part}/`).join(''))).filter(
      (name) => name.length === digits && /^\d+$/.test(name),
    );
    const name = end === 'first' ? names[0] : names.at(-1);
    if (name === undefined) return [];
    parts.push(name);
  }
  return [parts.join('-')];
}
