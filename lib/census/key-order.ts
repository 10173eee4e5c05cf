/** Keys greater than `after` and not greater than `through`; null is no border on that side. */
export type KeyRange = { readonly after: string | null; readonly through: string | null };

/** The whole of a bucket. */
export const WHOLE: KeyRange = { after: null, through: null };

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

/** Whether a key is not beyond the range; that it is not before it is for whoever lists from `after`. */
export const isWithin = (key: string, { through }: Pick<KeyRange, 'through'>): boolean =>
  through === null || compareKeys(key, through) <= 0;

/** Ranges in key order: by where they start. */
export const compareRanges = (a: KeyRange, b: KeyRange): number =>
  a.after === b.after ? 0 : a.after === null ? -1 : b.after === null ? 1 : compareKeys(a.after, b.after);

/** What is left of a bucket when these ranges, which do not overlap, are done. */
export function gapsBetween(done: readonly KeyRange[]): KeyRange[] {
  const gaps: KeyRange[] = [];
  let reached: string | null = null;
  for (const range of [...done].sort(compareRanges)) {
    if (range.after !== reached) gaps.push({ after: reached, through: range.after });
    if (range.through === null) return gaps;
    reached = range.through;
  }
  gaps.push({ after: reached, through: null });
  return gaps;
}

/** What lies in both of two sets of ranges, in key order. */
export function commonRanges(some: readonly KeyRange[], others: readonly KeyRange[]): readonly KeyRange[] {
  return some.flatMap((a) => others.flatMap((b) => commonRange(a, b) ?? [])).sort(compareRanges);
}

function commonRange(a: KeyRange, b: KeyRange): KeyRange | null {
  const { after } = compareRanges(a, b) >= 0 ? a : b;
  const { through } = b.through === null || (a.through !== null && isWithin(a.through, b)) ? a : b;
  return after !== null && through !== null && compareKeys(after, through) >= 0 ? null : { after, through };
}

/**
 * Parts that do not overlap, in key order. Two machines that were at one range leave parts that do: then those are
 * taken that lead from the first key to the last without a gap, where there are such.
 */
export function withoutOverlap<T extends { readonly range: KeyRange }>(parts: readonly T[]): readonly T[] {
  const sorted = [...parts].sort((a, b) => compareRanges(a.range, b.range));
  if (!sorted.some((part, i) => overlaps(sorted[i - 1]?.range, part.range))) return sorted;
  const leading = new Map<string | null, T>();
  for (const part of [...sorted].reverse()) {
    const { after, through } = part.range;
    if (after !== through && (through === null || leading.has(through))) leading.set(after, part);
    else if (after === null && through === null) leading.set(after, part);
  }
  const chain: T[] = [];
  for (
    let next = leading.get(null);
    next;
    next = through(next) === null ? undefined : leading.get(through(next))
  )
    chain.push(next);
  if (chain.length > 0) return chain;
  const kept: T[] = [];
  for (const part of sorted) if (!overlaps(kept.at(-1)?.range, part.range)) kept.push(part);
  return kept;
}

const through = ({ range }: { readonly range: KeyRange }): string | null => range.through;

/** Whether a range begins before the one ahead of it has ended. */
const overlaps = (before: KeyRange | undefined, { after }: KeyRange): boolean =>
  before !== undefined &&
  (before.through === null || after === null || compareKeys(after, before.through) < 0);
