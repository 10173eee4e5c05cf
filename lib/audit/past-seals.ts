import { compareKeys } from '../census/key-order.ts';
import type { PastSeal, PastSeals, SealCursor } from '../census/seal-reuse.ts';
import type { RunStore } from './run-store.ts';
import { readSeals } from './seal-files.ts';
import type { SealFile } from './seal-files.ts';

/** Versions of one key that are remembered; of what is beyond, every one is asked. */
const VERSIONS_KEPT = 10_000;

/** The seal files of a bucket as one list in key order. @param files in key order, not overlapping */
export const pastSeals = (store: RunStore, files: readonly SealFile[]): PastSeals => ({
  after: (key) => cursorOver(allSeals(store, files, key)),
});

async function* allSeals(
  store: RunStore,
  files: readonly SealFile[],
  after: string | null,
): AsyncGenerator<readonly PastSeal[]> {
  for (const file of files) {
    const { through } = file.range;
    if (after !== null && through !== null && compareKeys(through, after) <= 0) continue;
    yield* readSeals(store, file, after);
  }
}

/** Joins with a listing as both go on: holds what was read at once, and the versions of one key. */
function cursorOver(source: AsyncGenerator<readonly PastSeal[]>): SealCursor {
  let batch: readonly PastSeal[] = [];
  let at = 0;
  let ended = false;
  let current: { readonly key: string; readonly seals: readonly PastSeal[] } | null = null;

  /** Steps to the first seal that is not before the key; false when more has to be read to know. */
  const reach = (key: string): boolean => {
    for (let seal = batch[at]; seal; seal = batch[at]) {
      if (compareKeys(seal.key, key) >= 0) return true;
      at += 1;
    }
    return ended;
  };
  const readMore = async (): Promise<void> => {
    const next = await source.next();
    ended = next.done === true;
    batch = next.done ? [] : next.value;
    at = 0;
  };
  const remember = (key: string, seals: readonly PastSeal[]): readonly PastSeal[] => {
    current = { key, seals };
    return seals;
  };
  const gather = async (key: string): Promise<readonly PastSeal[]> => {
    while (!reach(key)) await readMore();
    const seals: PastSeal[] = [];
    for (;;) {
      const seal = batch[at];
      if (!seal) {
        if (ended) break;
        await readMore();
      } else if (seal.key === key) {
        if (seals.length < VERSIONS_KEPT) seals.push(seal);
        at += 1;
      } else break;
    }
    return remember(key, seals);
  };

  return {
    of: (key) => {
      if (current?.key === key) return current.seals;
      if (!reach(key)) return gather(key);
      const first = batch[at];
      if (first?.key !== key) return remember(key, NONE);
      const next = batch[at + 1];
      if (!next || next.key === key) return gather(key);
      at += 1;
      return remember(key, [first]);
    },
    close: async () => {
      await source.return(undefined);
    },
  };
}

const NONE: readonly PastSeal[] = [];
