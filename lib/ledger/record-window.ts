import { SCANNER } from './record-scanner.wasm.ts';
import type { RecordKind, VisitRecord } from './scan-record.ts';

/**
 * Passes over complete records of a file from the `{` at `from`, many a step, and tells of those that matter. No
 * records: the one there is for `scanRecord`, because it is longer than a window, incomplete or written in no way that
 * CloudTrail does.
 */
type PassRecords = (from: number, visit: VisitRecord) => { readonly records: number; readonly end: number };

/** Opens a file, which is copied window by window to where WebAssembly can see it. One file at a time. */
export type RecordWindow = (file: Uint8Array) => PassRecords;

/** The window's place and size, as record-scanner.wat has them. */
const WINDOW_AT = 65_536;
const WINDOW_SIZE = 262_144;
const FOUND_AT = 1_024;
/** What the scanner reads in one step. */
const STEP = 64;
const KINDS: readonly (RecordKind | undefined)[] = [undefined, 'decrypt', 'read', 'odd'];

/** What of WebAssembly is used here; the types for Node do not have it. */
type Numeric = { readonly value: number };
type Exports = {
  readonly memory: { readonly buffer: ArrayBuffer };
  readonly records: Numeric;
  readonly found: Numeric;
  readonly dry: Numeric;
  readonly scan: (from: number, to: number) => number;
};
type Assembly = {
  readonly validate: (bytes: Uint8Array) => boolean;
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (module: object) => { readonly exports: Exports };
};

let made: RecordWindow | null | undefined;

/** The window of this thread, or null where Node or the processor cannot run it. */
export function recordWindow(): RecordWindow | null {
  if (made === undefined) made = make();
  return made;
}

function make(): RecordWindow | null {
  const assembly = (globalThis as { readonly WebAssembly?: Assembly }).WebAssembly;
  const code = Buffer.from(SCANNER, 'base64');
  if (!assembly?.validate(code)) return null;
  return windowOver(new assembly.Instance(new assembly.Module(code)).exports);
}

function windowOver({ memory, records, found, dry, scan }: Exports): RecordWindow {
  const bytes = new Uint8Array(memory.buffer);
  const list = new Int32Array(memory.buffer, FOUND_AT);
  return (file) => {
    /** Where in the file the window lies. */
    let base = 0;
    let size = 0;

    const moveTo = (at: number): void => {
      base = at;
      size = Math.min(WINDOW_SIZE, file.length - at);
      bytes.set(file.subarray(at, at + size), WINDOW_AT);
      bytes.fill(0, WINDOW_AT + size, WINDOW_AT + size + STEP);
    };
    const scanFrom = (from: number): number => scan(from - base + WINDOW_AT, WINDOW_AT + size);

    return (from, visit) => {
      if (from >= base + size) moveTo(from);
      let end = scanFrom(from);
      if (records.value === 0 && dry.value === 1 && from > base && base + size < file.length) {
        // The window ended inside the record, and moved to its start it may hold it.
        moveTo(from);
        end = scanFrom(from);
      }
      const toFile = base - WINDOW_AT;
      for (let i = 0; i < found.value; i += 1) {
        const kind = KINDS[list[3 * i] ?? 0];
        if (kind) visit(kind, (list[3 * i + 1] ?? 0) + toFile, (list[3 * i + 2] ?? 0) + toFile);
      }
      return { records: records.value, end: end + toFile };
    };
  };
}
