import type { ObjectHeader } from '../collectors/head-object.ts';
import type { ListedUpload, ListedVersion } from '../collectors/object-listing.ts';
import { MalformedAnswer, reasonOf } from '../collectors/observe.ts';
import type { Census, ObjectRecord } from '../model/census.ts';
import { AuditError } from '../model/errors.ts';
import type { ObjectEncryption } from '../model/object-encryption.ts';
import { describeReason } from '../model/observed.ts';
import { createHeadReader } from './head-outcome.ts';
import type { HeadOutcome, RetryOptions } from './head-outcome.ts';
import { createPairer, siblingOf } from './instruction-files.ts';
import type { Assessed, Sibling } from './instruction-files.ts';
import { createPacer } from './pace.ts';
import { createTally, groupId, toRecord } from './tally.ts';

/** What a live census of one bucket needs. The listing must come in S3's key order. */
export type LiveCensusInput = {
  readonly bucket: string;
  readonly versions: AsyncIterable<readonly ListedVersion[]>;
  readonly uploads: AsyncIterable<readonly ListedUpload[]>;
  readonly header: ObjectHeader;
  /** Data classes of a key, sorted. */
  readonly classesOf: (key: string) => readonly string[];
  /** Asked once for each kind of seal: must its objects be recorded one by one? */
  readonly mustRecord: (dataClasses: readonly string[], encryption: ObjectEncryption) => Promise<boolean>;
  /** Awaited, so that a slow disk slows the census down instead of filling memory. */
  readonly record: (record: ObjectRecord) => Promise<void>;
  /** Requests in flight at most. */
  readonly concurrency: number;
  readonly retry: RetryOptions;
  readonly onProgress?: (objects: number) => void;
  readonly signal?: AbortSignal;
};

/**
 * Counts a bucket by listing it and asking HEAD of every version. Memory does not grow with the bucket. A listing
 * that breaks off gives an incomplete census, not an error; lost credentials and an abort throw AuditError.
 */
export async function liveCensus(input: LiveCensusInput): Promise<Census> {
  const { bucket, header, classesOf, signal } = input;
  const tally = createTally(bucket, 'live');
  const pacer = createPacer(input.concurrency);
  const readHead = createHeadReader(header, pacer, input.retry);
  const recording = new Map<string, Promise<boolean>>();
  const decided = new Map<string, boolean>();

  const settleRead = async (item: Assessed, encryption: ObjectEncryption): Promise<void> => {
    const dataClasses = classesOf(item.entry.key);
    const id = groupId(dataClasses, encryption);
    let wanted = decided.get(id);
    if (wanted === undefined) {
      let asked = recording.get(id);
      if (!asked) {
        asked = input.mustRecord(dataClasses, encryption);
        recording.set(id, asked);
      }
      wanted = await asked;
      decided.set(id, wanted);
    }
    tally.addObject(item.entry, dataClasses, encryption);
    if (wanted)
      await input.record(toRecord(bucket, item.entry, dataClasses, { encryption, unreadable: null }));
  };
  const settleUnreadable = async ({ entry }: Assessed, code: string): Promise<void> => {
    const dataClasses = classesOf(entry.key);
    tally.addUnreadable(entry, dataClasses, code);
    await input.record(toRecord(bucket, entry, dataClasses, { encryption: null, unreadable: code }));
  };

  const emitted: Assessed[] = [];
  const pairer = createPairer(
    (item) => emitted.push(item),
    async (key) => probeSibling(await readHead(key, null)),
  );
  const drain = async (): Promise<void> => {
    for (const item of emitted.splice(0)) if (item.encryption) await settleRead(item, item.encryption);
  };
  const settle = async ({ entry, outcome }: Read): Promise<void> => {
    if (outcome.kind === 'vanished') tally.addExcluded(entry, 'VANISHED');
    else {
      const item = { entry, encryption: outcome.kind === 'read' ? outcome.encryption : null };
      if (outcome.kind === 'unreadable') await settleUnreadable(item, outcome.code);
      await pairer.push(item);
      if (emitted.length > 0) await drain();
    }
    if (tally.population() % 256 === 0) input.onProgress?.(tally.population());
  };

  let incompleteReason: string | null = null;
  const window: Promise<Read | AuditError>[] = [];
  const settleOldest = async (): Promise<void> => {
    const oldest = await window.shift();
    if (oldest instanceof AuditError) throw oldest;
    if (oldest) await settle(oldest);
  };
  try {
    for await (const page of prefetched(input.versions)) {
      for (const entry of page) {
        if (signal?.aborted) throw new AuditError('INTERRUPTED', 'The census was interrupted.');
        if (entry.deleteMarker) {
          tally.addDeleteMarker();
          continue;
        }
        window.push(read(readHead, entry));
        // Settled in listing order, so that the same bucket gives the same bytes and siblings meet.
        if (window.length >= input.concurrency * 4) await settleOldest();
      }
    }
  } catch (error) {
    incompleteReason = listingFailure('s3:ListBucket', error);
  }
  while (window.length > 0) await settleOldest();
  pairer.flush();
  await drain();
  input.onProgress?.(tally.population());

  // Objects that vanished one by one are a busy bucket; objects that vanished with their bucket are no answer.
  if (incompleteReason === null && tally.excluded('VANISHED') > 0 && (await isGone(header))) {
    incompleteReason = 'NOT_FOUND on s3:ListBucket: the bucket was deleted during the census';
  }
  let uploadsIncompleteReason: string | null = null;
  try {
    for await (const page of input.uploads)
      for (const upload of page) tally.addUpload(upload, classesOf(upload.key));
  } catch (error) {
    uploadsIncompleteReason = listingFailure('s3:ListBucketMultipartUploads', error);
  }
  return tally.finish({ incompleteReason, uploadsIncompleteReason });
}

type Read = { readonly entry: ListedVersion; readonly outcome: HeadOutcome };

/** Never rejects: the window may be left with many reads in flight, and each rejection would be unhandled. */
async function read(
  readHead: (key: string, versionId: string | null) => Promise<HeadOutcome>,
  entry: ListedVersion,
): Promise<Read | AuditError> {
  try {
    return { entry, outcome: await readHead(entry.key, entry.versionId) };
  } catch (error) {
    if (error instanceof AuditError) return error;
    return new AuditError('FAILED', `HEAD of an object failed unexpectedly: ${String(error)}`, {
      cause: error,
    });
  }
}

function probeSibling(outcome: HeadOutcome): Sibling {
  if (outcome.kind === 'vanished') return 'none';
  return siblingOf(outcome.kind === 'read' ? outcome.encryption : null, true);
}

async function isGone(header: ObjectHeader): Promise<boolean> {
  try {
    return (await header.headBucket()).status === 404;
  } catch {
    return false;
  }
}

/** The reason for the census; rethrows what is about the run and not about this bucket. */
function listingFailure(operation: string, error: unknown): string {
  if (error instanceof MalformedAnswer)
    return describeReason({ code: 'MALFORMED', operation, message: error.message });
  return describeReason(reasonOf(operation, error));
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
