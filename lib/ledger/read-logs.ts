import { webcrypto } from 'node:crypto';
import type { TrailLogStore } from '../collectors/trails-log-store.ts';
import type { LedgerGap } from '../model/ledger.ts';
import { ahead } from './ahead.ts';
import { extract } from './extract.ts';
import type { Extract } from './extract.ts';
import { inflate } from './inflate.ts';
import { fileGaps, unreadable } from './log-gaps.ts';
import type { LogFile, LogFolder } from './log-listing.ts';

/**
 * What the reading of log files came to, file by file and folder by folder, in the order in which they were listed.
 * Plain JSON, so that one machine can read what another folds into the ledger.
 */
export type LogReading =
  | {
      readonly kind: 'file';
      readonly file: LogFile;
      readonly found: Pick<Extract, 'decrypts' | 'reads' | 'records'>;
      /** SHA-256 of the inflated bytes, hex; null when not asked for or not to be had. */
      readonly hash: string | null;
      readonly troubles: readonly LedgerGap[];
    }
  | { readonly kind: 'unlisted'; readonly path: string; readonly gap: LedgerGap }
  /** Files beside the logs that are no log files by their name. */
  | { readonly kind: 'ignored'; readonly path: string; readonly files: number };

/** Files read and inflated ahead of the one that is scanned: memory follows this, not the number of files. */
const FILES_AHEAD = 3;

export type ReadLogsOptions = {
  /** Whether files are compared with digests later on. */
  readonly hashed: boolean;
  /** What was read already, by `readingId`. */
  readonly done?: ReadonlySet<string>;
};

/** Reads the files of folders. What cannot be read is in its reading; lost credentials throw AuditError. */
export function readLogs(
  store: Pick<TrailLogStore, 'read'>,
  folders: AsyncIterable<LogFolder>,
  { hashed, done = new Set() }: ReadLogsOptions,
): AsyncIterable<LogReading> {
  return ahead(steps(folders, done), FILES_AHEAD, async (step) =>
    'kind' in step ? step : readLog(store, step, hashed),
  );
}

/** What two readings of one thing have in common. */
export const readingId = (reading: LogReading): string =>
  reading.kind === 'file' ? reading.file.path : `${reading.kind} ${reading.path}`;

async function* steps(
  folders: AsyncIterable<LogFolder>,
  done: ReadonlySet<string>,
): AsyncGenerator<LogFile | Exclude<LogReading, { kind: 'file' }>> {
  for await (const folder of folders) {
    const { path } = folder;
    if (folder.kind === 'unlisted') {
      yield { kind: 'unlisted', path, gap: unreadable(path, folder.error) };
      continue;
    }
    const ignored = { kind: 'ignored', path, files: folder.ignored.length } as const;
    if (ignored.files > 0 && !done.has(readingId(ignored))) yield ignored;
    for (const file of folder.files) if (!done.has(file.path)) yield file;
  }
}

async function readLog(
  store: Pick<TrailLogStore, 'read'>,
  file: LogFile,
  hashed: boolean,
): Promise<LogReading> {
  const { path } = file;
  try {
    const inflated = await inflate((await store.read(path)).bytes);
    const hash = hashed ? await sha256(inflated.bytes) : null;
    const { decrypts, reads, records, ...rest } = extract(inflated.bytes);
    const found = { decrypts, reads, records };
    return {
      kind: 'file',
      file,
      found,
      hash,
      troubles: fileGaps(path, inflated.defect, { ...found, ...rest }),
    };
  } catch (error) {
    return { kind: 'file', file, found: NOTHING, hash: null, troubles: [unreadable(path, error)] };
  }
}

const NOTHING = { decrypts: [], reads: [], records: 0 } as const;

/** Off the main thread, which has the scanning to do. */
const sha256 = async (bytes: Uint8Array): Promise<string> =>
  Buffer.from(await webcrypto.subtle.digest('SHA-256', bytes as Uint8Array<ArrayBuffer>)).toString('hex');
