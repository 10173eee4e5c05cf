import type { CensusPart, PartSink } from '../../lib/census/census-part.ts';
import { compareRanges } from '../../lib/census/key-order.ts';
import type { ObjectRecord } from '../../lib/model/census.ts';

/** Keeps the records of every part together, in the order in which parts finish. */
export const recordsInto = (all: ObjectRecord[]): PartSink => keepParts((_, records) => all.push(...records));

/** Parts with their records, as a store would keep them. */
export type KeptPart = CensusPart & { readonly records: readonly ObjectRecord[] };

export const partsInto = (all: KeptPart[]): PartSink =>
  keepParts((part, records) => all.push({ ...part, records }));

/** All records of these parts, in key order. */
export const recordsOf = (parts: readonly KeptPart[]): ObjectRecord[] =>
  [...parts].sort((a, b) => compareRanges(a.range, b.range)).flatMap(({ records }) => records);

const keepParts = (keep: (part: CensusPart, records: readonly ObjectRecord[]) => void): PartSink => ({
  open: () => {
    const records: ObjectRecord[] = [];
    return Promise.resolve({
      record: (record) => {
        records.push(record);
        return Promise.resolve();
      },
      close: (part) => {
        keep(part, records);
        return Promise.resolve();
      },
      abandon: () => Promise.resolve(),
    });
  },
});
