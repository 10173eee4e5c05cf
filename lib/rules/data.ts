import type { Path } from './problems.ts';

/** Whether a value read from YAML is a map. */
export const isMap = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The keys of a map; none of anything else. */
export const keysOf = (value: unknown): string[] => (isMap(value) ? Object.keys(value) : []);

/** The entries of a list; none of anything else. */
export const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

/** The text under a key of a map, or null. */
export function textOf(value: unknown, key: string): string | null {
  const text = isMap(value) ? value[key] : null;
  return typeof text === 'string' ? text : null;
}

/** The value at a path; undefined where there is none. */
export function valueAt(root: unknown, path: Path): unknown {
  let value = root;
  for (const step of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, step)) return undefined;
    value = (value as Record<string | number, unknown>)[step];
  }
  return value;
}
