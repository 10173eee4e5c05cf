/**
 * Order of S3 listings: UTF-8 bytes. JavaScript compares UTF-16 units, which differs where a surrogate (a character
 * beyond U+FFFF) meets U+E000…U+FFFF: the surrogate is the smaller unit and the greater character.
 */
export function compareKeys(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i += 1) {
    const x = a.charCodeAt(i);
    const y = b.charCodeAt(i);
    if (x !== y) return rank(x) - rank(y);
  }
  return a.length - b.length;
}

const rank = (unit: number): number =>
  unit < 0xd800 ? unit : unit >= 0xe000 ? unit - 0x2000 : unit + 0x2000;

/** The first index in `[from, count)` for which `holds` is true, `count` when none; `holds` must be monotonic. */
export function firstIndex(count: number, holds: (index: number) => boolean, from = 0): number {
  let low = from;
  let high = count;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (holds(middle)) high = middle;
    else low = middle + 1;
  }
  return low;
}
