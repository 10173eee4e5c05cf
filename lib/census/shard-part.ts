import type { BucketListing, ListedVersion } from '../collectors/object-listing.ts';
import { AuditError } from '../model/errors.ts';
import type { ObjectEncryption } from '../model/object-encryption.ts';
import type { CensusPart, PartSink } from './census-part.ts';
import type { HeadReader } from './head-outcome.ts';
import { createPairer } from './instruction-files.ts';
import type { Assessed } from './instruction-files.ts';
import { lookUpSibling, read } from './read-version.ts';
import type { Read } from './read-version.ts';
import { createReuseTally, isNullVersion, reuseOf } from './seal-reuse.ts';
import type { PastSeal, PastSeals, ReuseRule, SealCursor } from './seal-reuse.ts';
import { createTally, toRecord } from './tally.ts';
import { withSpent } from './wanted.ts';
import type { ObjectHooks, Wanted } from './wanted.ts';

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

/** A part of a shard that is being counted. */
export type OpenPart = {
  readonly entries: () => number;
  readonly add: (entry: ListedVersion) => Promise<void>;
  readonly close: (through: string | null, incompleteReason: string | null) => Promise<void>;
  readonly abandon: () => Promise<void>;
};

/** After the last part of a shard that was interrupted. */
export const NO_PART: OpenPart = {
  entries: () => 0,
  add: () => Promise.resolve(),
  close: () => Promise.resolve(),
  abandon: () => Promise.resolve(),
};

/** Begins a part after a key; what it is given is asked ahead, and settled in listing order. */
export async function openPart(
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
