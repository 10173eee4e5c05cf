import type { TrailLogStore } from '../collectors/trails-log-store.ts';
import { AuditError } from '../model/errors.ts';
import type { DecryptLedger, LedgerGap, LedgerWindow, ScannedRegion } from '../model/ledger.ts';
import { createFold } from './fold.ts';
import type { FoldLimits } from './fold.ts';
import { unreadable } from './log-gaps.ts';
import { findLayout } from './log-layout.ts';
import type { LogLayout } from './log-layout.ts';
import { daysToRead, listLogs } from './log-listing.ts';
import { mergeGaps, mergeScanned } from './merge.ts';
import { missingDays } from './missing-days.ts';
import { readLogs } from './read-logs.ts';
import type { LogReading } from './read-logs.ts';
import { createValidator } from './validation.ts';
import type { PublicKeySource } from './read-digests.ts';

export type TrailLogOptions = {
  readonly store: TrailLogStore;
  readonly window: LedgerWindow;
  /** Null: log files are taken as they are. */
  readonly publicKeys: PublicKeySource | null;
  readonly limits?: FoldLimits;
  readonly onProgress?: (files: number) => void;
  readonly signal?: AbortSignal;
};

/**
 * The ledger of a trail's log files in a window. Whatever cannot be read is a gap; only lost credentials, an abort
 * and a place without any log file throw.
 */
export async function readTrailLogs(options: TrailLogOptions): Promise<DecryptLedger> {
  const { store, window, publicKeys } = options;
  const layout = await trailLayout(store);
  const folders = listLogs(store, layout, daysToRead(window));
  return foldLogs(options, layout, readLogs(store, folders, { hashed: publicKeys !== null }));
}

/**
 * The ledger of log files that were read here or elsewhere, in the order of their days: what the digests prove of
 * them is found out now. Throws as `readTrailLogs` does.
 */
export async function foldLogs(
  options: TrailLogOptions,
  layout: LogLayout,
  readings: AsyncIterable<LogReading>,
): Promise<DecryptLedger> {
  const { store, window, publicKeys } = options;
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
  let ignored = 0;
  for await (const reading of readings) {
    if (options.signal?.aborted)
      throw new AuditError('INTERRUPTED', 'The reading of log files was interrupted.');
    if (reading.kind === 'ignored') {
      ignored += reading.files;
      continue;
    }
    if (reading.kind === 'unlisted') {
      gaps.push(reading.gap);
      validator?.noteUnlisted(reading.path);
      continue;
    }
    const { file, found, hash, troubles } = reading;
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
  if (ignored > 0) gaps.push(ignoredFiles(store.location, ignored));
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

/** How the files of a trail lie. Throws AuditError NOT_FOUND where there are none. */
export async function trailLayout(store: TrailLogStore): Promise<LogLayout> {
  try {
    return await findLayout(store);
  } catch (error) {
    const { message } = unreadable(store.location, error);
    throw new AuditError('NOT_FOUND', `No log files at ${store.location}: ${message}.`, { cause: error });
  }
}

const ignoredFiles = (where: string, count: number): LedgerGap => ({
  kind: 'IGNORED_FILE',
  loses: 'detail',
  where,
  count,
  message: 'files beside the logs are not log files by their name, and were left alone',
});

const dayBefore = (day: string): string =>
  new Date(Date.parse(`${day}T00:00:00Z`) - 86_400_000).toISOString().slice(0, 10);
