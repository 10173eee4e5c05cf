import { afterText, ascii, BYTE, DEEPEST, escapesMet, matches, skipSpace } from './json-bytes.ts';

/** What a record is about, by its own eventSource and eventName. `odd` spells a name in a way that takes a parser. */
export type RecordKind = 'decrypt' | 'read' | 'odd';

/** Is told of each record that matters, with the bounds of its bytes. */
export type VisitRecord = (kind: RecordKind, start: number, end: number) => void;

const EVENT_SOURCE = ascii('eventSource"');
const EVENT_NAME = ascii('eventName"');
const KMS = ascii('"kms.amazonaws.com"');
const S3 = ascii('"s3.amazonaws.com"');
const DECRYPT = ascii('"Decrypt"');
const GET_OBJECT = ascii('"GetObject"');

/**
 * The end of the record that begins at `start`, or -1 when its brackets do not match. Texts and brackets are followed
 * one after another: the scanner of 64 bytes a step must find the same. Throws RangeError when the bytes end too soon.
 */
export function scanRecord(bytes: Uint8Array, view: DataView, start: number, visit: VisitRecord): number {
  let source = 0;
  let name = 0;
  let odd = false;
  let depth = 0;
  let at = start;
  do {
    const byte = view.getUint8(at);
    at += 1;
    if (byte === BYTE.quote) {
      const from = at;
      const escapesBefore = escapesMet();
      at = afterText(view, at);
      if (depth !== 1) continue;
      if (bytes[from] === 0x65 && matches(bytes, from, EVENT_SOURCE)) {
        const value = valueOf(bytes, at);
        if (value >= 0) source = matches(bytes, value, KMS) ? 1 : matches(bytes, value, S3) ? 2 : 0;
      } else if (bytes[from] === 0x65 && matches(bytes, from, EVENT_NAME)) {
        const value = valueOf(bytes, at);
        if (value >= 0) name = matches(bytes, value, DECRYPT) ? 1 : matches(bytes, value, GET_OBJECT) ? 2 : 0;
      } else if (escapesMet() !== escapesBefore && hidesLetters(bytes, from, at)) odd = true;
    } else if (byte < BYTE.openBracket) {
      // Commas, colons, digits and white space: most of what is left, and nothing to do.
    } else if (byte === BYTE.openBrace || byte === BYTE.openBracket) {
      depth += 1;
      if (depth > DEEPEST) return -1;
      closers[depth] = byte + 2;
    } else if (byte === BYTE.closeBrace || byte === BYTE.closeBracket) {
      if (closers[depth] !== byte) return -1;
      depth -= 1;
    }
  } while (depth > 0);
  if (odd) visit('odd', start, at);
  else if (source === 1 && name === 1) visit('decrypt', start, at);
  else if (source === 2 && name === 2) visit('read', start, at);
  return at;
}

/** One stack for every record: it is empty between them. */
const closers = new Uint8Array(DEEPEST + 1);

/** Where a key's value begins, or -1 when the text before `after` is no key. */
function valueOf(bytes: Uint8Array, after: number): number {
  const colon = skipSpace(bytes, after);
  return bytes[colon] === BYTE.colon ? skipSpace(bytes, colon + 1) : -1;
}

/** Whether a record's own text is escaped in a way that may hide a letter: no one but a hostile writer does so. */
function hidesLetters(bytes: Uint8Array, from: number, to: number): boolean {
  for (let at = from; at < to; at += 1) {
    if (bytes[at] !== BYTE.backslash) continue;
    at += 1;
    // `\u002e` to `\u007f`, with the dot and the digit of s3; `\u003c`, `\u003e`, `\u0026` are common and harmless.
    if (bytes[at] !== 0x75 || bytes[at + 1] !== 0x30 || bytes[at + 2] !== 0x30) continue;
    const high = bytes[at + 3] ?? 0;
    const low = (bytes[at + 4] ?? 0) | 0x20;
    if (high >= 0x34 && high <= 0x37) return true;
    if ((high === 0x32 && low === 0x65) || (high === 0x33 && low === 0x33)) return true;
  }
  return false;
}
