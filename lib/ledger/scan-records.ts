import { afterText, ascii, BYTE, DEEPEST, escapesMet, matches, skipSpace } from './json-bytes.ts';
import type { JsonBytes } from './json-bytes.ts';

/** What a record is about, by its own eventSource and eventName. `odd` spells a name in a way that takes a parser. */
export type RecordKind = 'decrypt' | 'read' | 'odd';

/** How far a scan of `{"Records":[…]}` came. `whole` is false when the bytes are not that, or end too soon. */
export type ScanResult = {
  readonly whole: boolean;
  /** Complete records met, of every kind. */
  readonly records: number;
};

const RECORDS = ascii('"Records"');
const EVENT_SOURCE = ascii('eventSource"');
const EVENT_NAME = ascii('eventName"');
const KMS = ascii('"kms.amazonaws.com"');
const S3 = ascii('"s3.amazonaws.com"');
const DECRYPT = ascii('"Decrypt"');
const GET_OBJECT = ascii('"GetObject"');

/**
 * Finds the records that matter in the bytes of a log file without parsing the others: texts and brackets are
 * followed, so a name inside a record's parameters is never taken for the record's own. Calls `visit` with the
 * bounds of their bytes. Of records that do not matter, only texts and brackets are checked.
 */
export function scanRecords(
  { bytes, view }: JsonBytes,
  visit: (kind: RecordKind, start: number, end: number) => void,
): ScanResult {
  let records = 0;
  try {
    let at = firstRecord(bytes);
    if (at < 0) return { whole: false, records };
    while (bytes[at] === BYTE.openBrace) {
      const end = scanRecord(bytes, view, at, visit);
      if (end < 0) return { whole: false, records };
      records += 1;
      at = skipSpace(bytes, end);
      if (bytes[at] !== BYTE.comma) break;
      at = skipSpace(bytes, at + 1);
      if (bytes[at] !== BYTE.openBrace) return { whole: false, records };
    }
    return { whole: endsHere(bytes, at), records };
  } catch (error) {
    // The bytes ended inside a text: a DataView says so better than a check at every step would.
    if (error instanceof RangeError) return { whole: false, records };
    throw error;
  }
}

/** Where the first record or the end of the list is; -1 when the file does not begin with `{"Records":[`. */
function firstRecord(bytes: Uint8Array): number {
  const brace = skipSpace(bytes, 0);
  const name = skipSpace(bytes, brace + 1);
  if (bytes[brace] !== BYTE.openBrace || !matches(bytes, name, RECORDS)) return -1;
  const colon = skipSpace(bytes, name + RECORDS.length);
  const bracket = skipSpace(bytes, colon + 1);
  if (bytes[colon] !== BYTE.colon || bytes[bracket] !== BYTE.openBracket) return -1;
  return skipSpace(bytes, bracket + 1);
}

/** Whether `]}` and nothing more is left. */
function endsHere(bytes: Uint8Array, at: number): boolean {
  const brace = skipSpace(bytes, at + 1);
  return (
    bytes[at] === BYTE.closeBracket &&
    bytes[brace] === BYTE.closeBrace &&
    skipSpace(bytes, brace + 1) === bytes.length
  );
}

/** The end of the record that begins at `start`, or -1 when its brackets do not match. */
function scanRecord(
  bytes: Uint8Array,
  view: DataView,
  start: number,
  visit: (kind: RecordKind, start: number, end: number) => void,
): number {
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
