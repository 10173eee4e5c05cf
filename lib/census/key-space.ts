/**
 * Keys as numbers, so that a range of them can be cut into even pieces: after the prefix that all keys of a range
 * share, the next few characters are digits, in the alphabet that keys of this bucket were seen to use there.
 */

/** The least character after every other. */
const LAST = '\u{10FFFF}';

/** How many characters after the shared prefix are looked at: 2^50 keeps every number exact. */
const SPACE = 2 ** 50;

/** A string after every key that begins with this prefix. */
export const endOf = (prefix: string): string => prefix + LAST;

/** The characters that keys of a sample use after the prefix, in order. */
export function alphabetOf(sample: Iterable<string>, prefix: string): readonly string[] {
  const seen = new Set<string>();
  for (const key of sample) {
    if (!key.startsWith(prefix)) continue;
    for (const character of key.slice(prefix.length)) {
      seen.add(character);
      if (seen.size > 4096) break;
    }
  }
  return [...seen].sort((a, b) => (a.codePointAt(0) ?? 0) - (b.codePointAt(0) ?? 0));
}

/**
 * `count` strings that cut the keys between `low` and `high` into even pieces, ascending; fewer when there is no
 * room. Both begin with `prefix`; null as `high` is the end of everything that begins with it.
 */
export function interpolate(
  { prefix, low, high }: { readonly prefix: string; readonly low: string; readonly high: string | null },
  alphabet: readonly string[],
  count: number,
): readonly string[] {
  // Zero is the end of a key, which sorts before every character.
  const base = alphabet.length + 1;
  if (base < 2) return [];
  const digits = Math.max(1, Math.floor(Math.log(SPACE) / Math.log(base)));
  const from = toNumber(low.slice(prefix.length), alphabet, digits);
  const to = high === null ? base ** digits - 1 : toNumber(high.slice(prefix.length), alphabet, digits);
  const found: string[] = [];
  for (let i = 1; i <= count; i += 1) {
    const at = from + Math.floor(((to - from) * i) / (count + 1));
    const text = prefix + toText(at, alphabet, digits);
    if (at > from && at < to && text !== found.at(-1)) found.push(text);
  }
  return found;
}

function toNumber(text: string, alphabet: readonly string[], digits: number): number {
  const characters = Array.from(text.slice(0, digits * 2));
  let number = 0;
  let exact = true;
  for (let i = 0; i < digits; i += 1) {
    const character = characters[i];
    const digit = exact && character !== undefined ? digitOf(character, alphabet) : 0;
    // A character that is not in the alphabet lies between two digits: what follows it says nothing more.
    if (character === undefined || alphabet[digit - 1] !== character) exact = false;
    number = number * (alphabet.length + 1) + digit;
  }
  return number;
}

/** How many characters of the alphabet are not after this one. */
function digitOf(character: string, alphabet: readonly string[]): number {
  const point = character.codePointAt(0) ?? 0;
  let low = 0;
  let high = alphabet.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((alphabet[middle]?.codePointAt(0) ?? 0) <= point) low = middle + 1;
    else high = middle;
  }
  return low;
}

function toText(number: number, alphabet: readonly string[], digits: number): string {
  const base = alphabet.length + 1;
  const characters: string[] = [];
  let rest = number;
  for (let i = 0; i < digits; i += 1) {
    characters.unshift(alphabet[(rest % base) - 1] ?? '');
    rest = Math.floor(rest / base);
  }
  // After the end of a key nothing can follow.
  const end = characters.indexOf('');
  return (end < 0 ? characters : characters.slice(0, end)).join('');
}
