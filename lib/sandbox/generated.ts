import { newObject } from './objects.ts';
import type { GeneratedObjects, ObjectVersion, Seal } from './state-s3.ts';

/** What a generated bucket holds; see `generateObjects`. */
export type GeneratedPattern = {
  readonly count: number;
  /** Before every key; default none. */
  readonly prefix?: string;
  /** With this, keys are spread over folders of so many objects: `prefix/000/000000123`. */
  readonly perFolder?: number;
  /** The object at index i has seal i modulo their number. */
  readonly seals: readonly Seal[];
  /** Bytes of every object; default 1,024. */
  readonly size?: number;
  /** Milliseconds since the epoch, of every object. */
  readonly lastModified: number;
};

const DIGITS = 9;

/** Objects computed from their index: a bucket of any size for benchmarks, at no cost of memory. */
export function generateObjects(pattern: GeneratedPattern): GeneratedObjects {
  const { count, prefix = '', perFolder, seals, size = 1024, lastModified } = pattern;
  if (seals.length === 0) throw new RangeError('a generated bucket needs at least one seal');
  const folders = perFolder === undefined ? 0 : Math.ceil(count / perFolder);
  const folderDigits = String(Math.max(0, folders - 1)).length;
  const template = newObject({ size, lastModified });
  const keyAt = (index: number): string => {
    const name = String(index).padStart(DIGITS, '0');
    if (perFolder === undefined) return prefix + name;
    return `${prefix}${String(Math.floor(index / perFolder)).padStart(folderDigits, '0')}/${name}`;
  };
  return {
    count,
    keyAt,
    indexOf: (key) => {
      const index = Number(key.slice(-DIGITS));
      return Number.isInteger(index) && index >= 0 && index < count && keyAt(index) === key ? index : -1;
    },
    versionAt: (index): ObjectVersion => ({
      ...template,
      etag: etagOf(index),
      seal: seals[index % seals.length] ?? template.seal,
    }),
  };
}

/** 32 hex digits that differ between objects; no hash, as benchmarks read millions of them. */
const etagOf = (index: number): string => (index + 0x10000000).toString(16).padStart(8, '0').repeat(4);
