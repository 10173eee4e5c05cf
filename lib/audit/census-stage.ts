import { commonRanges, gapsBetween } from '../census/key-order.ts';
import type { KeyRange } from '../census/key-order.ts';
import { mergeCensuses } from '../census/merge.ts';
import { judgeObject } from '../checks/stored.ts';
import type { Census } from '../model/census.ts';
import type { BucketEvidence } from '../model/evidence.ts';
import { sealKeyArn } from '../model/object-encryption.ts';
import type { ObjectEncryption } from '../model/object-encryption.ts';
import { valueOf } from '../model/observed.ts';
import type { AuditContext } from './context.ts';
import { SAMPLE } from './defaults.ts';
import { chooseSource } from './census-source.ts';
import { countBucket, countBucketRanges } from './count-bucket.ts';
import { emptyCensus } from '../model/census.ts';
import type { CountHooks } from './count-bucket.ts';
import { countFromInventory } from './count-from-inventory.ts';
import { countFromMetadata } from './count-from-metadata.ts';
import { readJson, toJson } from './json-files.ts';
import type { KeyDirectory } from './key-directory.ts';
import { partSink, readParts } from './part-files.ts';
import type { SavedPart } from './part-files.ts';
import { reuseFor } from './reuse-census.ts';
import { RUN_FILES } from './run-store.ts';
import type { RunStore } from './run-store.ts';
import { allKeyPrefixes, scopeOf } from './scope.ts';
import { spentOn } from './spent.ts';

/**
 * Stage 3. Counts one bucket, reads the keys it meets, and keeps the objects that some requirement does not pass.
 * Null when no requirement is about the bucket. The census file is written last: a broken-off census leaves the
 * parts it finished, and goes on after them. Whatever goes wrong with one bucket is in its census; only lost
 * credentials and aborts throw.
 * @param writer begins the names of its parts, where several machines may be at one bucket
 */
export async function takeCensus(
  context: AuditContext,
  bucket: BucketEvidence,
  keys: KeyDirectory,
  writer = '',
): Promise<Census | null> {
  const { store, progress } = context;
  const saved = await readJson<Census>(store, RUN_FILES.census(bucket.name));
  if (saved) {
    progress.bucket(bucket.name, { kind: 'kept' });
    return saved;
  }
  const scope = scopeOf(context.packs, bucket);
  if (!scope.concerned) return null;
  const census = await spentOn(context, bucket.name, async (metered) =>
    count(metered, bucket, keys, scope.classesOf, writer),
  );
  await store.write(RUN_FILES.census(bucket.name), toJson(census));
  const { population: objects, incompleteReason: incomplete } = census;
  progress.bucket(bucket.name, { kind: 'counted', objects, incomplete });
  return census;
}

async function count(
  context: AuditContext,
  bucket: BucketEvidence,
  keys: KeyDirectory,
  classesOf: (key: string) => readonly string[],
  writer: string,
): Promise<Census> {
  const { store } = context;
  const source = await chooseSource(context, bucket);
  if (source.kind === 'none') return emptyCensus(bucket.name, `NOT_READ: ${source.why}`);
  const done = (await readParts(store, bucket.name)).filter(
    ({ file }) => (file !== undefined) === (source.kind === 'inventory' || source.kind === 'metadata'),
  );
  const hooks = hooksOf(context, bucket, keys, { classesOf, writer, done });
  if (source.kind === 'metadata')
    return countFromMetadata(context, bucket, source, { ...hooks, prefixes: allKeyPrefixes(context.packs) });
  const reuse = source.kind === 'live' ? await reuseFor(context, bucket) : null;
  if (source.kind === 'inventory') return countFromInventory(context, bucket, source, hooks);
  const census = await countBucket(
    context,
    bucket,
    // A sample is drawn from the whole: parts of it say nothing.
    source.kind === 'sample'
      ? { ...hooks, done: [] }
      : { ...hooks, ...(reuse ? { seals: reuse.seals } : {}) },
    source.kind === 'sample' ? (context.configuration.sample ?? SAMPLE) : null,
  );
  const notes = [...(source.why === null ? [] : [source.why]), ...(reuse?.notesOn(census) ?? [])];
  return notes.length === 0
    ? census
    : { ...census, origin: { asOf: null, location: `s3://${bucket.name}`, notes } };
}

/** Counts some key ranges of a bucket that is counted live, as far as the time goes; `takeCensus` does the rest. */
export async function takeRanges(
  context: AuditContext,
  bucket: BucketEvidence,
  keys: KeyDirectory,
  ranges: readonly KeyRange[],
  writer: string,
): Promise<void> {
  const { classesOf } = scopeOf(context.packs, bucket);
  const done = await readParts(context.store, bucket.name);
  const left = commonRanges(ranges, gapsBetween(done.map(({ range }) => range)));
  if (left.length === 0) return;
  // What was spent on the ranges is told by their parts.
  const metered = { ...context, aws: context.aws.metered() };
  const hooks = hooksOf(metered, bucket, keys, { classesOf, writer, done });
  await countBucketRanges(metered, bucket, hooks, left);
}

/** A census that ends with the parts that there are, and says why. */
export async function unfinishedCensus(store: RunStore, bucket: string, why: string): Promise<Census> {
  const incompleteReason = `UNFINISHED: ${why}`;
  const parts = (await readParts(store, bucket)).map(({ census }) => census);
  if (parts.length === 0 || parts.some(({ source }) => source !== 'live'))
    return emptyCensus(bucket, incompleteReason);
  const incomplete = { complete: false, incompleteReason };
  const uploads = { uploadsComplete: false, uploadsIncompleteReason: incompleteReason };
  return { ...mergeCensuses(parts, bucket, 'live'), ...incomplete, ...uploads };
}

type Counting = Pick<CountHooks, 'classesOf'> & {
  readonly writer: string;
  readonly done: readonly SavedPart[];
};

function hooksOf(
  context: AuditContext,
  bucket: BucketEvidence,
  keys: KeyDirectory,
  { classesOf, writer, done }: Counting,
): CountHooks {
  return {
    classesOf,
    spent: context.aws.meter.take,
    mustRecord: async (dataClasses, encryption) => {
      await readKeyOf(encryption, valueOf(bucket.region) ?? '', bucket.accountId, keys);
      return isException(context, bucket, keys, dataClasses, encryption);
    },
    parts: partSink(context.store, bucket.name, done, writer),
    done,
  };
}

async function readKeyOf(
  encryption: ObjectEncryption,
  region: string,
  accountId: string,
  keys: KeyDirectory,
): Promise<void> {
  const arn = sealKeyArn(encryption.serverSide);
  if (arn) await keys.get(arn, region, accountId);
}

/** Whether some requirement on these data classes does not pass this seal. */
function isException(
  { packs }: AuditContext,
  bucket: BucketEvidence,
  keys: KeyDirectory,
  dataClasses: readonly string[],
  encryption: ObjectEncryption,
): boolean {
  return packs
    .flatMap((pack) => pack.requirements)
    .filter((requirement) => dataClasses.includes(requirement.dataClass))
    .some(
      (requirement) =>
        judgeObject({ requirement, bucket, keyOf: keys.lookupIn(bucket.accountId) }, encryption).status !==
        'COMPLIANT',
    );
}
