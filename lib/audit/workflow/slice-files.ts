import { dayFolder } from '../../ledger/log-paths.ts';
import { readingId } from '../../ledger/read-logs.ts';
import type { LogReading } from '../../ledger/read-logs.ts';
import { readJson, toJson } from '../json-files.ts';
import { gzipLines, gzipTextFile } from '../record-files.ts';
import type { RunStore } from '../run-store.ts';
import type { LogSlice, SlicePlan } from './ledger-slices.ts';

/** Files that the readers of a ledger's slices leave in the run's working place. */
export const SLICE_FILES = {
  plan: 'ledger/plan.json',
  items: (round: number) => `ledger/items-${round}.json`,
  lost: (slice: string) => `ledger/lost/${slice}.json`,
  lostFolder: 'ledger/lost/',
  /** That a slice of log files was read to its end. */
  ended: (slice: string) => `ledger/ended/${slice}.json`,
  endedFolder: 'ledger/ended/',
  pieces: (slice: string) => `ledger/logs/${slice}/`,
} as const;

/** Events after which a piece is saved: a Lambda that is killed loses no more. */
const PIECE_EVENTS = 200_000;

/** Keeps readings in pieces that appear whole or not at all. */
export type PieceWriter = {
  readonly add: (reading: LogReading) => Promise<void>;
  readonly close: () => Promise<void>;
};

/** @param reader tells this reading from another of the same slice, should two ever be at work */
export async function pieceWriter(work: RunStore, slice: string, reader: string): Promise<PieceWriter> {
  let next = (await work.list(SLICE_FILES.pieces(slice))).length;
  let file: ReturnType<typeof gzipTextFile> | null = null;
  let events = 0;
  const close = async (): Promise<void> => {
    await file?.close();
    file = null;
    events = 0;
  };
  return {
    add: async (reading) => {
      if (file === null) {
        const name = `${String(next).padStart(6, '0')}-${reader}.jsonl.gz`;
        file = gzipTextFile(work, SLICE_FILES.pieces(slice) + name);
        next += 1;
      }
      await file.write(`${JSON.stringify(reading)}\n`);
      if (reading.kind === 'file') events += reading.found.decrypts.length + reading.found.reads.length;
      if (events >= PIECE_EVENTS) await close();
    },
    close,
  };
}

/** What was read of a slice so far, each file once. */
export async function* savedReadings(work: RunStore, slice: string): AsyncGenerator<LogReading> {
  const seen = new Set<string>();
  for (const path of await work.list(SLICE_FILES.pieces(slice))) {
    for await (const line of gzipLines(work, path)) {
      const reading = JSON.parse(line) as LogReading;
      const id = readingId(reading);
      if (seen.has(id)) continue;
      seen.add(id);
      yield reading;
    }
  }
}

/** Everything that was read of all slices, in their order; folders of a slice that was given up count as unread. */
export async function* allReadings(
  work: RunStore,
  { slices }: SlicePlan,
  whyUnread: (slice: string) => string | null,
): AsyncGenerator<LogReading> {
  for (const slice of slices) {
    if (slice.kind !== 'logs') continue;
    yield* savedReadings(work, slice.name);
    const why = whyUnread(slice.name);
    if (why !== null) yield* unread(slice, why);
  }
}

function* unread({ days, folders }: LogSlice, why: string): Generator<LogReading> {
  const paths =
    folders === null ? [''] : days.flatMap((day) => folders.map(({ logs }) => `${logs}${dayFolder(day)}`));
  for (const path of paths) {
    const where = path === '' ? 'the log files' : path;
    const message = `not all of it could be read (${why})`;
    yield { kind: 'unlisted', path, gap: { kind: 'NOT_READ', loses: 'events', where, count: 1, message } };
  }
}

/** Keeps the reason why a slice was given up. */
export const writeLost = async (work: RunStore, slice: string, why: string): Promise<void> =>
  work.write(SLICE_FILES.lost(slice), toJson({ why }));

/** Why slices were given up, by name. */
export async function readLost(work: RunStore): Promise<ReadonlyMap<string, string>> {
  const lost = new Map<string, string>();
  for (const path of await work.list(SLICE_FILES.lostFolder)) {
    const { why = '' } = (await readJson<{ why?: string }>(work, path)) ?? {};
    lost.set(nameIn(path), why);
  }
  return lost;
}

/** Names of the slices that a folder of the working place has a file of. */
export const namesIn = async (work: RunStore, folder: string): Promise<ReadonlySet<string>> =>
  new Set((await work.list(folder)).map(nameIn));

const nameIn = (path: string): string => path.slice(path.lastIndexOf('/') + 1).replace(/\.json$/, '');
