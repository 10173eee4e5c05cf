import { createHash } from 'node:crypto';

/** A stream of chances that depends on its seed and label alone: what is added to an estate moves nothing else. */
export type Random = {
  /** 0 ≤ x < 1. */
  readonly fraction: () => number;
  /** A whole number, both ends included. */
  readonly between: (low: number, high: number) => number;
  readonly bytes: (count: number) => Buffer;
  /** Throws on an empty list. */
  readonly pick: <T>(list: readonly T[]) => T;
};

/** SHA-256 in counter mode over seed and label. */
export function randomStream(seed: number, label: string): Random {
  let counter = 0;
  let pool = Buffer.alloc(0);
  const bytes = (count: number): Buffer => {
    while (pool.length < count) {
      const block = createHash('sha256').update(`${seed}\0${label}\0${counter}`).digest();
      pool = Buffer.concat([pool, block]);
      counter += 1;
    }
    const taken = pool.subarray(0, count);
    pool = pool.subarray(count);
    return taken;
  };
  const fraction = (): number => bytes(6).readUIntBE(0, 6) / 2 ** 48;
  return {
    fraction,
    between: (low, high) => low + Math.floor(fraction() * (high - low + 1)),
    bytes,
    pick: (list) => {
      const chosen = list[Math.floor(fraction() * list.length)];
      if (chosen === undefined) throw new RangeError(`nothing to pick from: ${label}`);
      return chosen;
    },
  };
}
