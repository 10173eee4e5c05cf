import { AuditError } from '../model/errors.ts';
import { listingFailure } from './listing-failure.ts';
import { NO_PART, openPart } from './shard-part.ts';
import type { ShardCount } from './shard-part.ts';
import type { Shard } from './shard-pool.ts';

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
