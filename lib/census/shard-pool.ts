import type { BucketListing, ListedVersion } from '../collectors/object-listing.ts';
import { compareKeys, compareRanges, isWithin } from './key-order.ts';
import type { KeyRange } from './key-order.ts';
import { splitRange } from './split-range.ts';

/** One key range that a worker lists. Its upper border may move down while it is listed; see `entries`. */
export type Shard = {
  readonly after: string | null;
  /** The border as it stands now. */
  readonly through: () => string | null;
  /** Entries of this range in listing order, a page at a time; ends at the border as it then is. */
  readonly pages: () => AsyncGenerator<readonly ListedVersion[]>;
};

type Active = {
  after: string | null;
  through: string | null;
  /** The last key that was listed: the border cannot move below it. */
  reached: string | null;
  /** Pages since it was started, or last cut. */
  pages: number;
  /** Pages it must have before it is looked at again: doubled when it could not be cut. */
  patience: number;
  /** Listed to its end: its border stands. */
  ended: boolean;
  sample: readonly string[];
};

type Probing = Pick<BucketListing, 'nextKey' | 'folders'>;

export type ShardOptions = {
  readonly listing: BucketListing;
  /** What has to be listed: the whole bucket, or what an earlier run left over. */
  readonly ranges: readonly KeyRange[];
  /** Shards at the same time. */
  readonly workers: number;
  /** Awaited for every shard; a rejection stops the others at their next page. */
  readonly work: (shard: Shard) => Promise<void>;
};

/** Requests spent on cutting, at most: these, and as many as pages were listed. */
const FREE_PROBES = 96;

/** A bucket this small is listed before cutting it would pay; a piece that was cut evenly proves long later. */
const PAGES_BEFORE_CUT = { whole: 2, piece: 8 } as const;

/**
 * Lists key ranges side by side. It starts with the ranges given; whenever a worker has nothing to do, the range
 * that has gone on longest is cut into pieces at keys that exist (`splitRange`), so that the work stays balanced
 * however keys are spread. Every key belongs to exactly one shard, with all its versions.
 */
export async function runShards({ listing, ranges, workers, work }: ShardOptions): Promise<void> {
  const queue: KeyRange[] = [...ranges].sort(compareRanges);
  const active = new Set<Active>();
  const cutting = new Set<Active>();
  const failures: unknown[] = [];
  let pagesListed = 0;
  let probes = 0;
  const probing: Probing = {
    nextKey: async (after) => {
      probes += 1;
      return listing.nextKey(after);
    },
    folders: async (prefix, after) => {
      probes += 1;
      return listing.folders(prefix, after);
    },
  };

  return new Promise((resolve, reject) => {
    const settle = (): void => {
      if (active.size > 0 || cutting.size > 0) return;
      if (failures.length > 0) reject(toError(failures[0]));
      else resolve();
    };
    const fill = (): void => {
      while (failures.length === 0 && active.size < workers) {
        const range = queue.shift();
        if (!range) break;
        start(range);
      }
      settle();
    };
    const start = (range: KeyRange): void => {
      const shard: Active = {
        ...range,
        reached: null,
        pages: 0,
        patience: ranges.includes(range) ? PAGES_BEFORE_CUT.whole : PAGES_BEFORE_CUT.piece,
        ended: false,
        sample: [],
      };
      active.add(shard);
      work(asShard(shard))
        .catch((error: unknown) => failures.push(error))
        .finally(() => {
          active.delete(shard);
          fill();
          rebalance();
        });
    };
    const rebalance = (): void => {
      if (failures.length > 0 || queue.length > 0) return;
      const victims = [...active]
        .filter((shard) => !shard.ended && !cutting.has(shard) && shard.pages >= shard.patience)
        .sort((a, b) => b.pages - a.pages);
      for (const [i, victim] of victims.entries()) {
        const idle = workers - active.size - cutting.size;
        if (idle < 1 || probes > FREE_PROBES + pagesListed) return;
        void cutOne(victim, 1 + Math.ceil(idle / (victims.length - i)));
      }
    };
    const cutOne = async (victim: Active, pieces: number): Promise<void> => {
      cutting.add(victim);
      try {
        const cutOff = await cut(probing, victim, pieces);
        victim.pages = 0;
        victim.patience = cutOff.length === 0 ? victim.patience * 2 : PAGES_BEFORE_CUT.piece;
        queue.push(...cutOff);
      } catch {
        // A probe that fails costs only balance: the range is still listed to its end.
        victim.patience = Infinity;
      }
      cutting.delete(victim);
      fill();
      rebalance();
    };
    const asShard = (shard: Active): Shard => ({
      after: shard.after,
      through: () => shard.through,
      pages: async function* () {
        for await (const page of listing.pages(shard.after)) {
          // Ending quietly would look like the end of the range.
          if (failures.length > 0) throw failures[0];
          const within = page.filter(({ key }) => isWithin(key, shard));
          const last = page.at(-1)?.key;
          if (last !== undefined) {
            shard.reached = last;
            shard.pages += 1;
            pagesListed += 1;
            shard.sample = sampleOf(page);
            if (within.length === page.length) rebalance();
          }
          shard.ended = within.length < page.length;
          yield within;
          if (within.length < page.length) return;
        }
        shard.ended = true;
      },
    });
    fill();
  });
}

/** Cuts what the shard has not reached yet; what was cut off is returned, and no longer the shard's. */
async function cut(listing: Probing, shard: Active, pieces: number): Promise<readonly KeyRange[]> {
  const after = shard.reached;
  if (after === null) return [];
  const end = shard.through;
  const found = await splitRange(listing, { after, through: end }, pieces, shard.sample);
  if (shard.ended) return [];
  // It went on listing meanwhile: a border that it has passed would cut in two what it has listed already.
  const borders = found.filter((border) => compareKeys(border, shard.reached ?? '') >= 0);
  const [first] = borders;
  if (first === undefined) return [];
  shard.through = first;
  return borders.map((border, i) => ({ after: border, through: borders[i + 1] ?? end }));
}

const toError = (thrown: unknown): Error => (thrown instanceof Error ? thrown : new Error(String(thrown)));

/** Keys spread over a page: what characters they use is what matters. */
const sampleOf = (page: readonly ListedVersion[]): string[] =>
  page.filter((_, i) => i % 50 === 0).map(({ key }) => key);
