/** Longer words are not typing mistakes of ours, and the distance is quadratic in their length. */
const LONGEST_WORD = 64;
const MOST_CANDIDATES = 200;

/**
 * The candidate that a mistyped word most likely meant, or null when none is near: the same letters in another
 * spelling (`dataClass`, `DATA_CLASS`), or at most a third of them wrong.
 */
export function closest(word: string, candidates: readonly string[]): string | null {
  if (word.length > LONGEST_WORD) return null;
  const bare = letters(word);
  let best: string | null = null;
  let bestDistance = Number.POSITIVE_INFINITY;
  for (const candidate of candidates.slice(0, MOST_CANDIDATES)) {
    const target = letters(candidate);
    const distance = editDistance(bare, target);
    const limit = Math.max(1, Math.floor(Math.max(bare.length, target.length) / 3));
    if (distance <= limit && distance < Math.min(bestDistance, target.length)) {
      best = candidate;
      bestDistance = distance;
    }
  }
  return best;
}

/** `; did you mean SSE-KMS?`, or nothing when no candidate is near. */
export function didYouMean(word: string, candidates: readonly string[]): string {
  const candidate = closest(word, candidates);
  return candidate === null ? '' : `; did you mean ${candidate}?`;
}

const letters = (word: string): string => word.toLowerCase().replace(/[-_ ]/g, '');

/** Optimal string alignment: insertions, deletions, replacements, and swaps of neighbours count one each. */
function editDistance(a: string, b: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i += 1) {
    const row = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const replaced = at(last, j - 1) + (a[i - 1] === b[j - 1] ? 0 : 1);
      let cost = Math.min(at(last, j) + 1, at(row, j - 1) + 1, replaced);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        cost = Math.min(cost, at(beforeLast, j - 2) + 1);
      }
      row.push(cost);
    }
    beforeLast = last;
    last = row;
  }
  return at(last, b.length);
}

const at = (row: readonly number[], index: number): number => row[index] ?? Number.POSITIVE_INFINITY;
