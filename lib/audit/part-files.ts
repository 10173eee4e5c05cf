import type { CensusPart, PartSink } from '../census/count-shard.ts';
import { compareRanges } from '../census/key-order.ts';
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

/** The finished parts of a bucket's census, in key order. A part that was cut short is not among them. */
export async function readParts(store: RunStore, bucket: string): Promise<readonly SavedPart[]> {
  const parts: SavedPart[] = [];
  for (const path of await store.list(RUN_FILES.partFolder(bucket)))
    parts.push(await requireJson<SavedPart>(store, path));
  return parts.sort((a, b) => compareRanges(a.range, b.range));
}

/** Saves parts under names that no finished part has. The records come first: a part that is there is whole. */
export function partSink(store: RunStore, bucket: string, done: readonly SavedPart[]): PartSink {
  const taken = new Set(done.map(({ name }) => name));
  let next = 0;
  const newName = (): string => {
    for (;;) {
      next += 1;
      const name = String(next).padStart(6, '0');
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
