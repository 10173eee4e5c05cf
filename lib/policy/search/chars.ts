/** A set of UTF-16 code units, as ranges in ascending order. */
export type CharSet = readonly (readonly [number, number])[];

export const COLON = 0x3a;

export const ANY: CharSet = [[0, 0xffff]];
export const NOT_COLON: CharSet = [
  [0, COLON - 1],
  [COLON + 1, 0xffff],
];

export const has = (set: CharSet, code: number): boolean =>
  set.some(([low, high]) => code >= low && code <= high);

/** The characters of a text, and ranges written `a-z` in pairs: `chars('az09', '-_')`. */
export function chars(rangePairs: string, singles = ''): CharSet {
  const ranges: [number, number][] = [];
  for (let i = 0; i + 1 < rangePairs.length; i += 2) {
    ranges.push([rangePairs.charCodeAt(i), rangePairs.charCodeAt(i + 1)]);
  }
  for (let i = 0; i < singles.length; i += 1) ranges.push([singles.charCodeAt(i), singles.charCodeAt(i)]);
  return ranges.sort(([a], [b]) => a - b);
}

/** One character, and its other case where case does not count. */
export function single(char: string, ignoreCase: boolean): CharSet {
  const spellings = ignoreCase ? [char, char.toLowerCase(), char.toUpperCase()] : [char];
  const codes = [...new Set(spellings.filter((text) => text.length === 1).map((text) => text.charCodeAt(0)))];
  return codes.sort((a, b) => a - b).map((code) => [code, code] as const);
}

/** Whether every member of `a` is one of `b`. */
export const isSubset = (a: CharSet, b: CharSet): boolean =>
  a.every(([low, high]) => b.some(([from, to]) => low >= from && high <= to));
