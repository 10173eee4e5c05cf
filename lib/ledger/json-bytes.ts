/** Bytes of a JSON text with a view of the same bytes, to look at four at a time. */
export type JsonBytes = { readonly bytes: Buffer; readonly view: DataView };

/** Shares the memory of `bytes`. */
export const jsonBytes = (bytes: Uint8Array): JsonBytes => ({
  bytes: Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength),
  view: new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength),
});

export const BYTE = {
  quote: 0x22,
  comma: 0x2c,
  colon: 0x3a,
  openBracket: 0x5b,
  backslash: 0x5c,
  closeBracket: 0x5d,
  openBrace: 0x7b,
  closeBrace: 0x7d,
} as const;

let escapes = 0;

/** Escapes that `afterText` has met so far: unchanged by a text means that it had none. */
export const escapesMet = (): number => escapes;

/**
 * The index after the quote that ends a text whose inside begins at `from`. Four bytes at a time: of a word XORed
 * with quotes, the lowest byte that is zero is the first quote. Throws RangeError when the text does not end.
 */
export function afterText(view: DataView, from: number): number {
  const lastWord = view.byteLength - 4;
  let at = from;
  while (at <= lastWord) {
    const word = view.getInt32(at, true);
    const quotes = word ^ 0x22222222;
    const slashes = word ^ 0x5c5c5c5c;
    const hits = (((quotes - 0x01010101) & ~quotes) | ((slashes - 0x01010101) & ~slashes)) & 0x80808080;
    if (hits === 0) {
      at += 4;
      continue;
    }
    at += (31 - Math.clz32(hits & -hits)) >> 3;
    if (view.getUint8(at) === BYTE.quote) return at + 1;
    escapes += 1;
    at += 2;
  }
  for (;;) {
    const byte = view.getUint8(at);
    at += 1;
    if (byte === BYTE.quote) return at;
    if (byte !== BYTE.backslash) continue;
    escapes += 1;
    at += 1;
  }
}

/** The first index from `from` on that holds no JSON white space. */
export function skipSpace(bytes: Uint8Array, from: number): number {
  let at = from;
  for (;;) {
    const byte = bytes[at];
    if (byte !== 0x20 && byte !== 0x0a && byte !== 0x0d && byte !== 0x09) return at;
    at += 1;
  }
}

/** Deeper than any record; deeper texts are left to a parser. */
export const DEEPEST = 200;

export const ascii = (text: string): Uint8Array =>
  Uint8Array.from(text, (character) => character.charCodeAt(0));

export function matches(bytes: Uint8Array, at: number, text: Uint8Array): boolean {
  for (let i = 0; i < text.length; i += 1) if (bytes[at + i] !== text[i]) return false;
  return true;
}
