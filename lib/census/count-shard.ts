import type { BucketListing, ListedVersion } from '../collectors/object-listing.ts';
import type { Census } from '../model/census.ts';
import type { ObjectEncryption } from '../model/object-encryption.ts';
import { AuditError } from '../model/errors.ts';
import type { HeadOutcome, HeadReader } from './head-outcome.ts';
import { createPairer, siblingOf, strongest } from './instruction-files.ts';
import type { Assessed, Sibling } from './instruction-files.ts';
import type { KeyRange } from './key-order.ts';
import { listingFailure } from './listing-failure.ts';
import { createReuseTally, isNullVersion, reuseOf } from './seal-reuse.ts';
import type { PastSeal, PastSeals, ReuseRule, SealCursor } from './seal-reuse.ts';
import type { Shard } from './shard-pool.ts';
import { createTally, toRecord } from './tally.ts';
import { withSpent } from './wanted.ts';
import type { ObjectHooks, RecordObject, Wanted } from './wanted.ts';

/**
 * One finished key range, or inventory file. Parts of a bucket do not overlap, and the complete ones need not be
 * read again.
 */
export type CensusPart = {
  readonly range: KeyRange;
  /** Which inventory file was counted; undefined for a live key range. */
  readonly file?: string;
  /** What of an inventory file may be drawn by the sample of the whole inventory. */
  readonly candidates?: readonly Candidate[];
  readonly census: Census;
};

/** An object that has to be asked, with its data classes and how the inventory says that it is encrypted. */
export type Candidate = ListedVersion & {
  readonly dataClasses: readonly string[];
  readonly listed: ObjectEncryption;
};

/** Where the parts of a census go. */
export type PartSink = { readonly open: () => Promise<PartWriter> };

type PartWriter = {
  readonly record: RecordObject;
  /** Keeps what HEAD said of a version, for a later run; in listing order. */
  readonly keep?: (seal: PastSeal) => Promise<void>;
  /** The part is done; nothing else is written to it. */
  readonly close: (part: CensusPart) => Promise<void>;
  /** Leaves nothing behind. */
  readonly abandon: () => Promise<void>;
};

/** How a census leaves its seals to a later run, and takes over those of an earlier one. */
export type SealKeeping = {
  /** When this run began: what it asks, it asks then or later. */
  readonly startedAt: number;
  /** Null: everything is asked. */
  readonly past: { readonly seals: PastSeals; readonly rule: ReuseRule } | null;
};

/** What every shard of a bucket shares. */
export type ShardCount = {
  readonly bucket: string;
  readonly listing: Pick<BucketListing, 'versionsOf'>;
  readonly readHead: HeadReader;
  readonly classesOf: ObjectHooks['classesOf'];
  readonly mustRecord: Wanted;
  readonly spent?: ObjectHooks['spent'];
  readonly parts: PartSink;
  /** Left out: seals are neither kept nor taken over. */
  readonly seals?: SealKeeping & { readonly unfinished: (key: string) => boolean };
  /** Entries after which a part is finished, and the next one begun. */
  readonly partEntries: number;
  /** Versions asked about ahead of the one that is settled. */
  readonly window: number;
  readonly onPart: (part: CensusPart) => void;
  /** Told how many more were settled, now and then. */
  readonly onObjects: (objects: number) => void;
  readonly signal?: AbortSignal;
};

/** Versions of one key that are still taken in after an abort, so that the part can end with a key. */
const OVERDUE = 1000;

/**
 * Counts one key range, as one part or, when it is long, several in a row. An abort ends the part with the key that
 * it has come to, and throws AuditError INTERRUPTED.
 */
export async function countShard(shard: Shard, count: ShardCount): Promise<void> {
  const cursor = count.seals?.past?.seals.after(shard.after) ?? null;
  let part = await openPart(count, shard.after, cursor);
  try {
    let incompleteReason: string | null = null;
    let last: string | null = null;
    let overdue = 0;
    try {
      for await (const page of prefetched(shard.pages())) {
        for (const entry of page) {
          if (count.signal?.aborted) {
            if (last !== null && entry.key !== last) {
              await part.close(last, null);
              part = NO_PART;
            }
            overdue += 1;
            if (part === NO_PART || last === null || overdue > OVERDUE)
              throw new AuditError('INTERRUPTED', 'The census was interrupted.');
          }
          // Never between two versions of one key: a part, like a shard, ends with a key.
          if (part.entries() >= count.partEntries && last !== null && entry.key !== last) {
            await part.close(last, null);
            part = await openPart(count, last, cursor);
          }
          last = entry.key;
          await part.add(entry);
        }
      }
    } catch (error) {
      incompleteReason = listingFailure('s3:ListBucket', error);
    }
    await part.close(shard.through(), incompleteReason);
  } catch (error) {
    await part.abandon();
    throw error;
  } finally {
    await cursor?.close();
  }
}

type OpenPart = {
  readonly entries: () => number;
  readonly add: (entry: ListedVersion) => Promise<void>;
  readonly close: (through: string | null, incompleteReason: string | null) => Promise<void>;
  readonly abandon: () => Promise<void>;
};

/** After the last part of a shard that was interrupted. */
const NO_PART: OpenPart = {
  entries: () => 0,
  add: () => Promise.resolve(),
  close: () => Promise.resolve(),
  abandon: () => Promise.resolve(),
};

async function openPart(
  count: ShardCount,
  after: string | null,
  cursor: SealCursor | null,
): Promise<OpenPart> {
  const { bucket, readHead, classesOf, mustRecord, seals } = count;
  const writer = await count.parts.open();
  const tally = createTally(bucket, 'live');
  const emitted: Assessed[] = [];
  const pairer = createPairer(
    (item) => emitted.push(item),
    async (key) => lookUpSibling(count, key),
  );
  const reuse = createReuseTally();
  const rule = seals?.past?.rule;
  let entries = 0;
  let told = 0;

  const write = async ({ entry, encryption, unreadable }: Settled): Promise<void> => {
    const dataClasses = classesOf(entry.key);
    if (encryption === null) tally.addUnreadable(entry, dataClasses, unreadable);
    else {
      const asked = mustRecord(dataClasses, encryption);
      const wanted = typeof asked === 'boolean' ? asked : await asked;
      tally.addObject(entry, dataClasses, encryption);
      if (!wanted) return;
    }
    await writer.record(
      toRecord(bucket, entry, dataClasses, {
        encryption,
        unreadable: encryption === null ? unreadable : null,
      }),
    );
  };
  const unreadable = new WeakMap<ListedVersion, string>();
  const drain = async (): Promise<void> => {
    for (const { entry, encryption } of emitted.splice(0))
      await write({ entry, encryption, unreadable: unreadable.get(entry) ?? 'MALFORMED' });
  };
  const tell = (): void => {
    count.onObjects(tally.population() - told);
    told = tally.population();
  };
  const settle = async ({ entry, outcome, asked }: Read): Promise<void> => {
    if (outcome.kind === 'vanished') {
      tally.addExcluded(entry, 'VANISHED');
      return;
    }
    if (outcome.kind === 'unreadable') unreadable.set(entry, outcome.code);
    else if (seals) {
      const seal = sealToKeep(entry, outcome.encryption, asked ?? seals.startedAt, seals.unfinished);
      if (seal) await writer.keep?.(seal);
    }
    await pairer.push({ entry, encryption: outcome.kind === 'read' ? outcome.encryption : null });
    if (emitted.length > 0) await drain();
    if (tally.population() - told >= 256) tell();
  };

  /** Asks, or takes over what an earlier run was told. */
  const outcomeOf = (entry: ListedVersion, past: readonly PastSeal[]): Promise<Read | AuditError> | Read => {
    if (!rule) return read(readHead, entry);
    const found = reuseOf(entry, past, rule);
    if (typeof found === 'string') {
      reuse.asked(found);
      return read(readHead, entry);
    }
    reuse.tookOver();
    return { entry, outcome: { kind: 'read', encryption: found.encryption }, asked: found.asked };
  };
  const window: (Promise<Read | AuditError> | Read)[] = [];
  const settleOldest = async (): Promise<void> => {
    const oldest = await window.shift();
    if (oldest instanceof AuditError) throw oldest;
    if (oldest) await settle(oldest);
  };
  return {
    entries: () => entries,
    add: async (entry) => {
      entries += 1;
      if (entry.deleteMarker) {
        tally.addDeleteMarkers(1);
        return;
      }
      const past = cursor?.of(entry.key) ?? [];
      window.push(outcomeOf(entry, past instanceof Promise ? await past : past));
      // Settled in listing order, so that the same bucket gives the same bytes and siblings meet.
      if (window.length >= count.window) await settleOldest();
    },
    close: async (through, incompleteReason) => {
      while (window.length > 0) await settleOldest();
      await pairer.flush(through);
      await drain();
      tell();
      const counted = tally.finish({ incompleteReason, uploadsIncompleteReason: null });
      const told = rule ? { ...counted, reuse: reuse.finish() } : counted;
      const census = withSpent(told, count.spent);
      const part = { range: { after, through }, census };
      await writer.close(part);
      count.onPart(part);
    },
    abandon: writer.abandon,
  };
}

type Settled = Assessed & { readonly unreadable: string };
export type Read = {
  readonly entry: ListedVersion;
  readonly outcome: HeadOutcome;
  /** When the run began that asked, when it was an earlier one. */
  readonly asked: number | null;
};

/**
 * A seal as a later run may take it over; null when it may not. A multipart upload is dated when it begins: one that
 * is unfinished now may later replace the null version of its key with the same date.
 */
function sealToKeep(
  { key, versionId, etag, lastModified, size }: ListedVersion,
  encryption: ObjectEncryption,
  asked: number,
  unfinished: (key: string) => boolean,
): PastSeal | null {
  if (!etag || lastModified === null) return null;
  if (isNullVersion({ versionId }) && etag.includes('-') && unfinished(key)) return null;
  return { key, versionId, etag, lastModified: Date.parse(lastModified), size, encryption, asked };
}

/** Never rejects: the window may be left with many reads in flight, and each rejection would be unhandled. */
export async function read(readHead: HeadReader, entry: ListedVersion): Promise<Read | AuditError> {
  try {
    return { entry, outcome: await readHead(entry.key, entry.versionId), asked: null };
  } catch (error) {
    if (error instanceof AuditError) return error;
    return new AuditError('FAILED', `HEAD of an object failed unexpectedly: ${String(error)}`, {
      cause: error,
    });
  }
}

/** What the listing would have told of an instruction file, had it come by. */
export async function lookUpSibling(
  { listing, readHead }: Pick<ShardCount, 'listing' | 'readHead'>,
  key: string,
): Promise<Sibling> {
  let versions: readonly ListedVersion[];
  try {
    versions = await listing.versionsOf(key);
  } catch (error) {
    // Rethrows what ends the run.
    listingFailure('s3:ListBucket', error);
    return 'unreadable';
  }
  let found: Sibling = 'none';
  for (const { versionId, isLatest, deleteMarker } of versions) {
    if (deleteMarker) continue;
    const outcome = await readHead(key, versionId);
    if (outcome.kind === 'vanished') continue;
    found = strongest(found, siblingOf(outcome.kind === 'read' ? outcome.encryption : null, isLatest));
  }
  return found;
}

/** Asks for the next page while this one is worked on, so that HEADs need not wait for LISTs. */
async function* prefetched<T>(pages: AsyncIterable<T>): AsyncGenerator<T> {
  const iterator = pages[Symbol.asyncIterator]();
  type Step = { readonly result: IteratorResult<T> } | { readonly error: unknown };
  const step = async (): Promise<Step> => {
    try {
      return { result: await iterator.next() };
    } catch (error) {
      return { error };
    }
  };
  let next = step();
  for (;;) {
    const current = await next;
    if ('error' in current) throw current.error;
    if (current.result.done) return;
    next = step();
    yield current.result.value;
  }
}
