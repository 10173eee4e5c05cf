import { join } from 'node:path';
import type { InventoryLocation } from '../collectors/inventory-files.ts';
import type { ListedUpload } from '../collectors/object-listing.ts';
import type { Census } from '../model/census.ts';
import { NOT_SAMPLED } from '../model/census.ts';
import { AuditError } from '../model/errors.ts';
import { countInventoryFile, fileId } from './count-inventory-file.ts';
import type { FileCount } from './count-inventory-file.ts';
import type { HeadTopUp } from './inventory-rows.ts';
import type { CensusPart, PartSink } from './census-part.ts';
import { openEngine } from './duckdb.ts';
import type { InventoryManifest } from './inventory-manifest.ts';
import { mergeCensuses } from './merge.ts';
import { createTally } from './tally.ts';
import { askSample, sampleId } from './top-up-sample.ts';
import { countUploads } from './uploads.ts';
import { rememberWanted } from './wanted.ts';
import type { ObjectHooks } from './wanted.ts';

/** What a census from S3 Inventory needs. */
export type InventoryCensusInput = ObjectHooks & {
  readonly location: InventoryLocation;
  readonly manifest: InventoryManifest;
  /** Whether the manifest had its manifest.checksum beside it. */
  readonly verified: boolean;
  /** Every key prefix that `classesOf` looks for. */
  readonly prefixes: readonly string[];
  readonly parts: PartSink;
  /** Parts that an earlier run finished: their files are not read again. */
  readonly done?: readonly CensusPart[];
  /** Asks objects for what the inventory does not tell; null when objects must not be asked. */
  readonly topUp: HeadTopUp | null;
  /** Unfinished uploads of the bucket itself; null when it is not asked. */
  readonly uploads: AsyncIterable<readonly ListedUpload[]> | null;
  /** An empty folder for data files; whoever made it removes it. */
  readonly scratch: string;
  readonly threads: number;
  readonly memoryMiB?: number;
  readonly clock: () => Date;
  readonly onProgress?: (objects: number) => void;
  readonly signal?: AbortSignal;
};

/** A daily inventory is older than this only when deliveries stopped; a weekly one is said to be old, which it is. */
const STALE_MS = 48 * 60 * 60 * 1000;

/**
 * Counts a bucket from one delivery of S3 Inventory, a file at a time on each thread. A file that is missing,
 * truncated or not what the manifest says makes the census incomplete and is named; rows that cannot be understood
 * are counted as not assessable. Throws AuditError alone.
 */
export async function inventoryCensus(input: InventoryCensusInput): Promise<Census> {
  const { manifest, location } = input;
  const finished = new Map<string, CensusPart>();
  for (const part of input.done ?? []) if (part.file !== undefined) finished.set(part.file, part);
  const engine = await openEngine({
    threads: input.threads,
    memoryMiB: input.memoryMiB ?? 512,
    scratch: join(input.scratch, 'spill'),
  });
  let counted = [...finished.values()].reduce((sum, { census }) => sum + census.population, 0);
  const topUps = { asked: 0, changed: 0 };
  const count: Omit<FileCount, 'session'> = {
    bucket: manifest.sourceBucket,
    manifest,
    location,
    prefixes: input.prefixes,
    classesOf: input.classesOf,
    mustRecord: rememberWanted(input.mustRecord),
    topUp: input.topUp,
    topUps,
    parts: input.parts,
    spent: input.spent,
    ...(input.signal ? { signal: input.signal } : {}),
  };
  let next = 0;
  const worker = async (): Promise<void> => {
    const session = await engine.connect();
    try {
      for (let i = next++; i < manifest.files.length; i = next++) {
        const file = manifest.files[i];
        if (file === undefined || finished.has(fileId(file))) continue;
        if (input.signal?.aborted) throw new AuditError('INTERRUPTED', 'The census was interrupted.');
        const path = join(input.scratch, `${i}${manifest.format === 'CSV' ? '.csv.gz' : '.parquet'}`);
        const part = await countInventoryFile(file, path, { ...count, session });
        finished.set(fileId(file), part);
        counted += part.census.population;
        input.onProgress?.(counted);
      }
    } finally {
      session.close();
    }
  };
  try {
    const workers = Array.from({ length: Math.min(input.threads, manifest.files.length) }, worker);
    const ended = await Promise.allSettled(workers);
    for (const one of ended) if (one.status === 'rejected') throw one.reason;
  } finally {
    engine.close();
  }
  const files = manifest.files.flatMap((file) => finished.get(fileId(file)) ?? []);
  const sampled = await sampleOf(input, files, count);
  const parts = [...files, ...sampled].map(({ census }) => census);
  return {
    ...mergeCensuses([...parts, await uploadsOf(input)], manifest.sourceBucket, 'inventory'),
    origin: {
      asOf: manifest.createdAt,
      location: location.name,
      notes: [...notesOn(input, topUps), ...sampleNote(input, files, sampled)],
    },
  };
}

/** The one part that asks a sample of what the files could not tell; none where all were asked, or nothing may be. */
async function sampleOf(
  { topUp, done = [], signal }: InventoryCensusInput,
  files: readonly CensusPart[],
  count: Omit<FileCount, 'session'>,
): Promise<readonly CensusPart[]> {
  if (!topUp?.sample || !files.some(({ candidates = [] }) => candidates.length > 0)) return [];
  if (signal?.aborted) throw new AuditError('INTERRUPTED', 'The census was interrupted.');
  const before = done.find(({ file }) => file === sampleId(files));
  return [before ?? (await askSample({ ...count, topUp, sample: topUp.sample, files }))];
}

function sampleNote(
  { topUp }: InventoryCensusInput,
  files: readonly CensusPart[],
  sampled: readonly CensusPart[],
): readonly string[] {
  if (!topUp?.sample || sampled.length === 0) return [];
  const needed = files
    .flatMap(({ census }) => census.unassessed)
    .filter(({ reason }) => reason === NOT_SAMPLED)
    .reduce((sum, { objects }) => sum + objects, 0);
  return [
    `Of ${needed} object versions that the inventory does not tell enough about, at most ${topUp.sample.size} were drawn and asked: those with the lowest SHA-256 of the seed ${JSON.stringify(topUp.sample.seed)}, the key and the version id.`,
  ];
}

/** S3 Inventory does not list unfinished uploads; the bucket does, when there is one to ask. */
const uploadsOf = async ({ manifest, uploads, classesOf }: InventoryCensusInput): Promise<Census> =>
  uploads
    ? countUploads(manifest.sourceBucket, 'inventory', uploads, classesOf)
    : createTally(manifest.sourceBucket, 'inventory').finish({
        incompleteReason: null,
        uploadsIncompleteReason:
          'NOT_READ on s3:ListBucketMultipartUploads: S3 Inventory does not list unfinished uploads',
      });

function notesOn(
  { manifest, verified, clock, topUp }: InventoryCensusInput,
  topUps: { readonly asked: number; readonly changed: number },
): readonly string[] {
  const age = clock().getTime() - Date.parse(manifest.createdAt);
  const days = Math.floor(age / (24 * 60 * 60 * 1000));
  const has = (id: string): boolean =>
    manifest.format === 'Parquet' || manifest.columns.some((column) => column.toLowerCase() === id);
  return [
    `The population and its encryption are those of an S3 Inventory of ${manifest.createdAt}; what was written, re-encrypted or deleted since is not in it.`,
    ...(age > STALE_MS ? [`The inventory is stale: it is ${days} days old.`] : []),
    ...(age < 0 ? ['The inventory is dated in the future.'] : []),
    ...(verified ? [] : ['The manifest has no manifest.checksum beside it, so it was not verified.']),
    ...(has('versionid')
      ? []
      : ['The inventory lists current versions alone; noncurrent ones are not counted.']),
    topUps.asked > 0
      ? `Key ids and client-side marks of ${topUps.asked} object versions were read with HEAD; ${topUps.changed} of them were no longer encrypted as the inventory says.`
      : topUp === null
        ? 'S3 Inventory tells neither key ids nor metadata, and no object was asked for them.'
        : 'S3 Inventory tells neither key ids nor metadata; no requirement needed them of an object.',
  ];
}
