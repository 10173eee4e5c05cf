import { createHash } from 'node:crypto';
import type { ListedVersion } from '../collectors/object-listing.ts';
import { NOT_SAMPLED } from '../model/census.ts';
import type { Census } from '../model/census.ts';
import { AuditError } from '../model/errors.ts';
import { lookUpSibling, read } from './read-version.ts';
import { createHeadReader } from './head-outcome.ts';
import { mayHaveSibling, settle, SUFFIX } from './instruction-files.ts';
import { compareKeys, WHOLE } from './key-order.ts';
import { listingFailure } from './listing-failure.ts';
import type { LiveCensusInput } from './live.ts';
import { mergeCensuses } from './merge.ts';
import { createPacer } from './pace.ts';
import { runShards } from './shard-pool.ts';
import { createTally, toRecord } from './tally.ts';
import { countUploads } from './uploads.ts';
import { rememberWanted, withSpent } from './wanted.ts';

/** What a sample of one bucket needs beside what a live census does. */
export type SampleCensusInput = Omit<LiveCensusInput, 'done' | 'partEntries'> & {
  /** Object versions asked at most; a bucket with no more is counted whole. */
  readonly size: number;
  /** Whoever has the seed can draw the same sample again. */
  readonly seed: string;
};

/**
 * Lists a bucket whole and asks a sample of it: the versions with the lowest SHA-256 of seed, key and version id, so
 * that the draw can be repeated and nobody chose it. All others are counted as not assessed. A listing that breaks
 * off gives an incomplete census; lost credentials and an abort throw AuditError.
 */
export async function sampleCensus(input: SampleCensusInput): Promise<Census> {
  const { bucket, listing, header, classesOf, size, seed, signal } = input;
  const tally = createTally(bucket, 'sample');
  const sampler = createSampler<ListedVersion>(size, seed);
  const listed = new Map<string, { classes: readonly string[]; objects: number; bytes: number }>();
  let incompleteReason: string | null = null;
  let objects = 0;
  await runShards({
    listing,
    ranges: [WHOLE],
    workers: input.shards,
    work: async (shard) => {
      try {
        for await (const page of shard.pages()) {
          if (signal?.aborted) throw new AuditError('INTERRUPTED', 'The census was interrupted.');
          for (const entry of page) {
            if (entry.deleteMarker) {
              tally.addDeleteMarkers(1);
              continue;
            }
            const classes = classesOf(entry.key);
            const id = classes.join(' ');
            const count = listed.get(id) ?? { classes, objects: 0, bytes: 0 };
            count.objects += 1;
            count.bytes += entry.size;
            listed.set(id, count);
            sampler.offer(entry);
            objects += 1;
          }
          input.onProgress?.(objects);
        }
      } catch (error) {
        incompleteReason ??= listingFailure('s3:ListBucket', error);
      }
    },
  });
  const drawn = sampler.drawn();
  for (const entry of drawn) {
    const count = listed.get(classesOf(entry.key).join(' '));
    if (!count) continue;
    count.objects -= 1;
    count.bytes -= entry.size;
  }
  for (const { classes, objects: rest, bytes } of listed.values())
    if (rest > 0) tally.addUnreadableObjects({ objects: rest, bytes }, classes, NOT_SAMPLED);

  const readHead = createHeadReader(header, createPacer(input.concurrency), input.retry);
  const mustRecord = rememberWanted(input.mustRecord);
  const writer = await input.parts.open();
  try {
    for (const { entry, outcome } of await readAll(drawn.map(async (entry) => read(readHead, entry)))) {
      const dataClasses = classesOf(entry.key);
      if (outcome.kind === 'vanished') tally.addExcluded(entry, 'VANISHED');
      else if (outcome.kind === 'unreadable') {
        tally.addUnreadable(entry, dataClasses, outcome.code);
        await writer.record(
          toRecord(bucket, entry, dataClasses, { encryption: null, unreadable: outcome.code }),
        );
      } else {
        let { encryption } = outcome;
        if (mayHaveSibling(encryption)) {
          const sibling = await lookUpSibling({ listing, readHead }, `${entry.key}${SUFFIX}`);
          encryption = settle({ entry, encryption }, sibling).encryption ?? encryption;
        }
        tally.addObject(entry, dataClasses, encryption);
        if (await mustRecord(dataClasses, encryption))
          await writer.record(toRecord(bucket, entry, dataClasses, { encryption, unreadable: null }));
      }
    }
    const counted = tally.finish({ incompleteReason, uploadsIncompleteReason: null });
    const census = withSpent(counted, input.spent);
    await writer.close({ range: WHOLE, census });
    const uploads = await countUploads(bucket, 'sample', input.uploads, classesOf);
    return {
      ...mergeCensuses([census, uploads], bucket, 'sample'),
      origin: { asOf: null, location: `s3://${bucket}`, notes: [noteOn(objects, drawn.length, seed)] },
    };
  } catch (error) {
    await writer.abandon();
    throw error;
  }
}

const noteOn = (objects: number, drawn: number, seed: string): string =>
  drawn === objects
    ? `All ${objects} object versions were asked: the bucket has no more than a sample takes.`
    : `${drawn} of ${objects} object versions were drawn, those with the lowest SHA-256 of the seed ${JSON.stringify(seed)}, the key and the version id. A sample can show a violation; it cannot show that there is none.`;

/** Keeps the entries with the lowest draws of all that are offered. */
export function createSampler<T extends Pick<ListedVersion, 'key' | 'versionId'>>(
  size: number,
  seed: string,
): { readonly offer: (entry: T) => void; readonly drawn: () => readonly T[] } {
  let kept: { readonly entry: T; readonly draw: string }[] = [];
  let highest: string | null = null;
  const trim = (): void => {
    kept = kept.sort((a, b) => (a.draw < b.draw ? -1 : 1)).slice(0, size);
    highest = kept.length === size ? (kept.at(-1)?.draw ?? null) : null;
  };
  return {
    offer: (entry) => {
      const draw = createHash('sha256')
        .update(seed)
        .update(entry.key)
        .update(entry.versionId ?? '')
        .digest('hex');
      if (highest !== null && draw >= highest) return;
      kept.push({ entry, draw });
      // Sorted now and then: twice the size is held at most.
      if (kept.length >= size * 2) trim();
    },
    drawn: () => {
      trim();
      // In listing order, so that the same sample gives the same bytes.
      return kept
        .map(({ entry }) => entry)
        .sort((a, b) => compareKeys(a.key, b.key) || ((a.versionId ?? '') < (b.versionId ?? '') ? -1 : 1));
    },
  };
}

async function readAll<T>(reads: readonly Promise<T | AuditError>[]): Promise<T[]> {
  const found: T[] = [];
  for (const one of await Promise.all(reads)) {
    if (one instanceof AuditError) throw one;
    found.push(one);
  }
  return found;
}
