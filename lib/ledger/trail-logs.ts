import { webcrypto } from 'node:crypto';
import type { TrailLogStore } from '../collectors/trails-log-store.ts';
import { AuditError } from '../model/errors.ts';
import type { DecryptLedger, LedgerGap, LedgerWindow, ScannedRegion } from '../model/ledger.ts';
import { ahead } from './ahead.ts';
import { extract } from './extract.ts';
import type { Extract } from './extract.ts';
import { createFold } from './fold.ts';
import type { FoldLimits } from './fold.ts';
import { inflate } from './inflate.ts';
import { fileGaps, unreadable } from './log-gaps.ts';
import { findLayout } from './log-layout.ts';
import type { LogLayout } from './log-layout.ts';
import { daysToRead, listLogs } from './log-listing.ts';
import type { LogFile } from './log-listing.ts';
import { mergeGaps, mergeScanned } from './merge.ts';
import { missingDays } from './missing-days.ts';
import { createValidator } from './validation.ts';
import type { PublicKeySource } from './validation.ts';

export type TrailLogOptions = {
  readonly store: TrailLogStore;
  readonly window: LedgerWindow;
  /** Null: log files are taken as they are. */
  readonly publicKeys: PublicKeySource | null;
  readonly limits?: FoldLimits;
  readonly onProgress?: (files: number) => void;
  readonly signal?: AbortSignal;
};

/** Files read and inflated ahead of the one that is scanned: memory follows this, not the number of files. */
const FILES_AHEAD = 3;

/**
 * The ledger of a trail's log files in a window. Whatever cannot be read is a gap; only lost credentials, an abort
 * and a place without any log file throw.
 */
export async function readTrailLogs(options: TrailLogOptions): Promise<DecryptLedger> {
  const { store, window, publicKeys } = options;
  const layout = await layoutOf(store);
  const validator = publicKeys === null ? null : await createValidator(store, layout, window, publicKeys);
  const fold = createFold(window, options.limits);
  const gaps: LedgerGap[] = [];
  const scanned: ScannedRegion[] = (layout ?? []).map(({ accountId, region }) => ({
    accountId,
    region,
    files: 0,
    records: 0,
  }));
  const present = new Set<string>();
  let files = 0;
  for await (const { file, found, hash, troubles } of ahead(
    logFiles(
      options,
      layout,
      (path, error) => {
        gaps.push(unreadable(path, error));
        validator?.noteUnlisted(path);
      },
      gaps,
    ),
    FILES_AHEAD,
    async (item) => readLog(store, item, validator !== null),
  )) {
    if (options.signal?.aborted)
      throw new AuditError('INTERRUPTED', 'The reading of log files was interrupted.');
    // An event of day D may be delivered on D + 1; of older days only stragglers can still come.
    fold.settle(dayBefore(file.day));
    for (const event of found.decrypts) fold.addDecrypt(event);
    for (const event of found.reads) fold.addRead(event);
    validator?.note(file, hash);
    gaps.push(...troubles);
    scanned.push({ accountId: file.accountId, region: file.region, files: 1, records: found.records });
    present.add(`${file.accountId} ${file.day}`);
    files += 1;
    options.onProgress?.(files);
    if (scanned.length > 1000) scanned.splice(0, scanned.length, ...mergeScanned(scanned));
  }
  const proof = validator?.finish(daysToRead(window)) ?? null;
  const folded = fold.finish();
  const regions = mergeScanned(scanned);
  return {
    schemaVersion: 1,
    source: 'trail-logs',
    location: store.location,
    window,
    ...folded,
    scanned: regions,
    gaps: mergeGaps([
      ...folded.gaps,
      ...gaps,
      ...(proof?.gaps ?? []),
      ...missingDays(window, regions, present),
    ]),
    validation: proof?.validation ?? null,
  };
}

async function layoutOf(store: TrailLogStore): Promise<LogLayout> {
  let layout: LogLayout;
  try {
    layout = await findLayout(store);
  } catch (error) {
    const { message } = unreadable(store.location, error);
    throw new AuditError('NOT_FOUND', `No log files at ${store.location}: ${message}.`, { cause: error });
  }
  return layout;
}

/** The window's files; what else lies there goes into `gaps`. */
async function* logFiles(
  { store, window }: TrailLogOptions,
  layout: LogLayout,
  onUnlisted: (path: string, error: unknown) => void,
  gaps: LedgerGap[],
): AsyncGenerator<LogFile> {
  let ignored = 0;
  for await (const folder of listLogs(store, layout, window)) {
    if (folder.kind === 'unlisted') onUnlisted(folder.path, folder.error);
    else {
      ignored += folder.ignored.length;
      yield* folder.files;
    }
  }
  if (ignored === 0) return;
  const message = 'files beside the logs are not log files by their name, and were left alone';
  gaps.push({ kind: 'IGNORED_FILE', loses: 'detail', where: store.location, count: ignored, message });
}

type ReadLog = {
  readonly file: LogFile;
  readonly found: Extract;
  /** SHA-256 of the inflated bytes, hex; null when not asked for or not to be had. */
  readonly hash: string | null;
  readonly troubles: readonly LedgerGap[];
};

async function readLog(store: TrailLogStore, file: LogFile, hashed: boolean): Promise<ReadLog> {
  const { path } = file;
  try {
    const inflated = await inflate((await store.read(path)).bytes);
    const hash = hashed ? await sha256(inflated.bytes) : null;
    const found = extract(inflated.bytes);
    return { file, found, hash, troubles: fileGaps(path, inflated.defect, found) };
  } catch (error) {
    return { file, found: NOTHING, hash: null, troubles: [unreadable(path, error)] };
  }
}

const NOTHING: Extract = { decrypts: [], reads: [], bad: [], records: 0, defect: null };

/** Off the main thread, which has the scanning to do. */
const sha256 = async (bytes: Uint8Array): Promise<string> =>
  Buffer.from(await webcrypto.subtle.digest('SHA-256', bytes as Uint8Array<ArrayBuffer>)).toString('hex');

const dayBefore = (day: string): string =>
  new Date(Date.parse(`${day}T00:00:00Z`) - 86_400_000).toISOString().slice(0, 10);
