import { ascii, BYTE, matches, skipSpace } from './json-bytes.ts';
import type { JsonBytes } from './json-bytes.ts';
import { recordWindow } from './record-window.ts';
import type { RecordWindow } from './record-window.ts';
import { scanRecord } from './scan-record.ts';
import type { VisitRecord } from './scan-record.ts';

/** How far a scan of `{"Records":[…]}` came. `whole` is false when the bytes are not that, or end too soon. */
export type ScanResult = {
  readonly whole: boolean;
  /** Complete records met, of every kind. */
  readonly records: number;
};

const RECORDS = ascii('"Records"');

/**
 * Finds the records that matter in the bytes of a log file without parsing the others: texts and brackets are
 * followed, so a name inside a record's parameters is never taken for the record's own. Of records that do not
 * matter, only texts and brackets are checked. Many records a step where there is a `window`; those it stops at, and all
 * without it, one by one: what is found is the same. `visit` must not scan.
 */
export function scanRecords(
  { bytes, view }: JsonBytes,
  visit: VisitRecord,
  window: RecordWindow | null = recordWindow(),
): ScanResult {
  let records = 0;
  try {
    let at = firstRecord(bytes);
    if (at < 0) return { whole: false, records };
    const pass = window?.(bytes);
    while (bytes[at] === BYTE.openBrace) {
      const passed = pass?.(at, visit) ?? NOTHING_PASSED;
      const end = passed.records > 0 ? passed.end : scanRecord(bytes, view, at, visit);
      if (end < 0) return { whole: false, records };
      records += Math.max(passed.records, 1);
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

const NOTHING_PASSED = { records: 0, end: 0 };

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
