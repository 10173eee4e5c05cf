import type { CensusPart, PartSink } from '../census/census-part.ts';
import { withoutOverlap } from '../census/key-order.ts';
import { eachAtOnce } from './at-once.ts';
import { requireJson, toJson } from './json-files.ts';
import { gzipLines, gzipTextFile } from './record-files.ts';
import { RUN_FILES } from './run-store.ts';
import type { RunStore } from './run-store.ts';
import { sealWriter } from './seal-files.ts';

/** A part as it is saved: `name` is that of its files, `records` and `seals` how many the others hold. */
export type SavedPart = CensusPart & {
  readonly name: string;
  readonly records: number;
  /** Left out where the run kept none. */
  readonly seals?: number;
};

/** Parts that are read at the same time: the largest buckets have many thousands. */
const AT_ONCE = 32;

/**
 * The finished parts of a bucket's census, in key order. A part that was cut short is not among them; nor is one that
 * was counted twice, where two machines were at one range.
 */
export async function readParts(store: RunStore, bucket: string): Promise<readonly SavedPart[]> {
  const parts: SavedPart[] = [];
  await eachAtOnce(AT_ONCE, await store.list(RUN_FILES.partFolder(bucket)), undefined, async (path) => {
    parts.push(await requireJson<SavedPart>(store, path));
  });
  parts.sort((a, b) => (a.name < b.name ? -1 : 1));
  const files = parts.filter(({ file }) => file !== undefined);
  return [...files, ...withoutOverlap(parts.filter(({ file }) => file === undefined))];
}

/**
 * Saves parts under names that no finished part has. The records come first: a part that is there is whole.
 * @param writer begins the names, so that machines that work on one bucket do not write over each other
 */
export function partSink(store: RunStore, bucket: string, done: readonly SavedPart[], writer = ''): PartSink {
  const taken = new Set(done.map(({ name }) => name));
  let next = 0;
  const newName = (): string => {
    for (;;) {
      next += 1;
      const name = writer + String(next).padStart(6, '0');
      if (!taken.has(name)) return name;
    }
  };
  return {
    open: () => {
      const name = newName();
      const file = gzipTextFile(store, RUN_FILES.records(bucket, name));
      const kept = sealWriter(store, RUN_FILES.seals(bucket, name));
      let records = 0;
      return Promise.resolve({
        record: async (record) => {
          records += 1;
          await file.write(`${JSON.stringify(record)}\n`);
        },
        keep: kept.write,
        close: async (part) => {
          await file.close();
          const seals = await kept.close();
          const saved = { name, records, ...(seals === null ? {} : { seals }), ...part };
          await store.write(RUN_FILES.part(bucket, name), toJson(saved));
        },
        abandon: async () => {
          await file.abandon();
          await kept.abandon();
        },
      });
    },
  };
}

/** Every recorded object of a bucket, in key order, one line of JSON each. */
export async function* recordLines(store: RunStore, bucket: string): AsyncGenerator<string> {
  for (const { name, records } of await readParts(store, bucket)) {
    // A file that was left by a run that died beside its part is not counted, and so not read.
    if (records > 0) yield* gzipLines(store, RUN_FILES.records(bucket, name));
  }
}
