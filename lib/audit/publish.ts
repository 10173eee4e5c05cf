import { AuditError } from '../model/errors.ts';
import { digestOf } from '../seal/digest.ts';
import { parseManifest, SEAL_FILES } from '../seal/manifest.ts';
import type { Manifest, ManifestEntry } from '../seal/manifest.ts';
import type { Signer } from '../seal/signer.ts';
import { eachAtOnce } from './at-once.ts';
import { claim, linkOf, pointLatestAt, readHead, readLink } from './chain-home.ts';
import type { ChainHome, ChainLink } from './chain-home.ts';
import { newFile } from './run-store.ts';
import type { RunStore } from './run-store.ts';
import { fileEntries, FIRST, manifestOf, writeSeal } from './seal-stage.ts';
import type { Position, Sealed } from './seal-stage.ts';

/** Where a run lies in the report bucket. */
export const runPrefix = (runId: string): string => `runs/${runId}/`;

/** Files copied at the same time. */
const AT_ONCE = 16;
/** Lost races for a number before giving up: with this many runs at once something else is wrong. */
const MOST_RACES = 50;

/** Where a finished run goes. */
export type Destination = {
  /** The chain that it becomes a link of; null for a run on its own. */
  readonly home: ChainHome | null;
  /** The run's folder below the home, ending in a slash. */
  readonly path: string;
  /** Where it is copied to; null when it lies in its home already. */
  readonly copyTo: RunStore | null;
};

type Finished = Parameters<typeof manifestOf>[0];

/**
 * Seals a run and makes it a link of its chain: files, then the number, then signature and manifest, then
 * `latest.json`. Nothing that is there is ever overwritten, so whatever fails leaves earlier runs as they were, and
 * the same call finishes what was begun. Throws AuditError.
 */
export async function sealAndPublish(
  store: RunStore,
  finished: Finished,
  { home, path, copyTo }: Destination,
  {
    signer,
    sleep,
    signal,
  }: {
    readonly signer: Signer | null;
    readonly sleep: (ms: number) => Promise<void>;
    readonly signal?: AbortSignal | undefined;
  },
): Promise<Sealed> {
  const files = await fileEntries(store);
  const seal = async (position: Position): Promise<Sealed> =>
    writeSeal(store, manifestOf(finished, files, position), signer);
  if (!home) return seal(FIRST);
  if (copyTo) {
    // Whole where it was made before it is whole elsewhere: a report bucket that fails takes nothing away.
    await seal((await heldNumber(store, home))?.position ?? positionAfter(await readHead(home)));
    await refuseAnother(copyTo, files);
    await copyFiles(store, copyTo, files, signal);
  }
  const sealed = await takeNumber(store, home, path, seal, sleep);
  if (copyTo) {
    // The manifest last: without one, what lies there is no run.
    for (const file of [SEAL_FILES.signature, SEAL_FILES.manifest]) {
      const bytes = await store.read(file);
      if (bytes) await createOrSame(copyTo, file, newFile(bytes, 'application/json'));
    }
  }
  await pointLatestAt(home, linkOf(sealed.manifest, sealed.manifestSha256, path));
  return sealed;
}

/** Seals for the next number until nobody else took it first. */
async function takeNumber(
  store: RunStore,
  home: ChainHome,
  path: string,
  seal: (position: Position) => Promise<Sealed>,
  sleep: (ms: number) => Promise<void>,
): Promise<Sealed> {
  const own = await heldNumber(store, home);
  if (own) {
    const sealed = await seal(own.position);
    if (sealed.manifestSha256 === own.manifestSha256) return sealed;
  }
  for (let race = 0; race < MOST_RACES; race += 1) {
    const sealed = await seal(positionAfter(await readHead(home)));
    if (await claim(home, linkOf(sealed.manifest, sealed.manifestSha256, path))) return sealed;
    await sleep(20 * race);
  }
  throw new AuditError(
    'FAILED',
    `Other runs took the next number of ${home.location} ${MOST_RACES} times in a row; finish this run with --resume.`,
  );
}

const positionAfter = (head: ChainLink | null): Position =>
  head ? { sequence: head.sequence + 1, previousManifestSha256: head.manifestSha256 } : FIRST;

/** The number that this very run took before it was stopped. */
async function heldNumber(
  store: RunStore,
  home: ChainHome,
): Promise<{ readonly position: Position; readonly manifestSha256: string } | null> {
  const bytes = await store.read(SEAL_FILES.manifest);
  const parsed = bytes && parseManifest(new TextDecoder().decode(bytes));
  if (parsed?.kind !== 'manifest') return null;
  const { sequence, runId }: Manifest = parsed.manifest;
  const link = await readLink(home, sequence);
  if (link?.runId !== runId) return null;
  const { previousManifestSha256, manifestSha256 } = link;
  return { position: { sequence, previousManifestSha256 }, manifestSha256 };
}

/** A run that is whole there already must be this one: nothing is ever added to what somebody sealed. */
async function refuseAnother(to: RunStore, files: readonly ManifestEntry[]): Promise<void> {
  const bytes = await to.read(SEAL_FILES.manifest);
  if (!bytes) return;
  const parsed = parseManifest(new TextDecoder().decode(bytes));
  const sealed = parsed.kind === 'manifest' ? parsed.manifest.files : [];
  const digests = new Map(sealed.map(({ path, sha256 }) => [path, sha256]));
  const other = files.find(({ path, sha256 }) => digests.get(path) !== sha256);
  if (other) throw overwriting(to, other.path);
}

const overwriting = (to: RunStore, path: string): AuditError =>
  new AuditError(
    'OUTPUT_UNWRITABLE',
    `${to.location} already holds another ${path}; a run is never overwritten.`,
  );

async function copyFiles(
  from: RunStore,
  to: RunStore,
  files: readonly ManifestEntry[],
  signal: AbortSignal | undefined,
): Promise<void> {
  let copied = 0;
  try {
    await eachAtOnce(AT_ONCE, files, signal, async ({ path, bytes }) => {
      await createOrSame(to, path, { bytes, open: () => from.openRead(path), mediaType: mediaTypeOf(path) });
      copied += 1;
    });
  } catch (error) {
    if (!(error instanceof AuditError) || error.code !== 'REPORT_BUCKET_DENIED') throw error;
    throw new AuditError(
      error.code,
      `${error.message} ${copied} of ${files.length} files had been copied and no manifest, so they do not count as a run; earlier runs are untouched. When it can be written again, finish with: sealcheck audit --resume ${from.location}`,
      { cause: error },
    );
  }
}

/** Creates a file, or finds the same one there: from an attempt that was stopped. Never overwrites. */
async function createOrSame(
  to: RunStore,
  path: string,
  file: Parameters<RunStore['create']>[1],
): Promise<void> {
  // A file may be on its way in another request when `create` says no, and gone again when that request fails.
  for (let attempt = 0; attempt < 3; attempt += 1) {
    if (await to.create(path, file)) return;
    if (!(await to.has(path))) continue;
    const [mine, theirs] = [await digestOf(file.open()), await digestOf(to.openRead(path))];
    if (mine.sha256 === theirs.sha256) return;
    throw overwriting(to, path);
  }
  throw new AuditError(
    'FAILED',
    `${to.location}${path} could not be created: another write of it is under way.`,
  );
}

const MEDIA_TYPES: readonly (readonly [string, string])[] = [
  ['.html', 'text/html; charset=utf-8'],
  ['.json', 'application/json'],
  ['.jsonl', 'application/x-ndjson'],
  ['.csv', 'text/csv; charset=utf-8'],
  ['.yml', 'application/yaml'],
  ['.gz', 'application/gzip'],
];

const mediaTypeOf = (path: string): string =>
  MEDIA_TYPES.find(([ending]) => path.endsWith(ending))?.[1] ?? 'application/octet-stream';
