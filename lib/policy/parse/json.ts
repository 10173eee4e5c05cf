import { AuditError } from '../../model/errors.ts';

/** Where a value begins, counted from 1, as editors do. */
export type Place = { readonly line: number; readonly column: number };

/** A JSON value that remembers where it stood. */
export type JsonNode =
  | { readonly kind: 'object'; readonly place: Place; readonly members: readonly JsonMember[] }
  | { readonly kind: 'array'; readonly place: Place; readonly items: readonly JsonNode[] }
  | { readonly kind: 'string'; readonly place: Place; readonly value: string }
  | { readonly kind: 'number'; readonly place: Place; readonly text: string }
  | { readonly kind: 'boolean'; readonly place: Place; readonly value: boolean }
  | { readonly kind: 'null'; readonly place: Place };

export type JsonMember = { readonly key: string; readonly place: Place; readonly value: JsonNode };

/** Deeper than any policy; the reader recurses, and text from outside must not exhaust the stack. */
const DEEPEST = 32;

/**
 * Reads JSON text, telling line and column of the first fault. Unlike `JSON.parse`, which keeps the last of two
 * equal keys and so hides half of a policy, a key written twice in one object is a fault.
 * @throws AuditError INPUT_INVALID
 */
export function readJson(text: string, file: string): JsonNode {
  const lineStarts = [0, ...Array.from(text.matchAll(/\n/g), ({ index }) => index + 1)];
  const source: Source = { text, file, lineStarts, at: text.startsWith('\uFEFF') ? 1 : 0 };
  const node = readValue(source, 0);
  skipSpace(source);
  if (source.at < text.length)
    throw fault(source, `unexpected ${shown(source)} after the end of the document`);
  return node;
}

/** An error about the text at a place, in the form compilers use. */
export function faultAt(file: string, place: Place, message: string): AuditError {
  return new AuditError('INPUT_INVALID', `${file}:${place.line}:${place.column}: ${message}.`);
}

type Source = {
  readonly text: string;
  readonly file: string;
  readonly lineStarts: readonly number[];
  at: number;
};

const fault = (source: Source, message: string, at = source.at): AuditError =>
  faultAt(source.file, placeOf(source, at), message);

function placeOf({ lineStarts }: Source, at: number): Place {
  let low = 0;
  let high = lineStarts.length - 1;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if ((lineStarts[middle] ?? 0) <= at) low = middle;
    else high = middle - 1;
  }
  return { line: low + 1, column: at - (lineStarts[low] ?? 0) + 1 };
}

function shown({ text, at }: Source): string {
  const code = text.codePointAt(at);
  return code === undefined ? 'end of text' : JSON.stringify(String.fromCodePoint(code));
}

function skipSpace(source: Source): void {
  while (/[ \t\r\n]/.test(source.text[source.at] ?? '')) source.at += 1;
}

function readValue(source: Source, depth: number): JsonNode {
  skipSpace(source);
  if (depth > DEEPEST) throw fault(source, `nested more than ${DEEPEST} deep`);
  const place = placeOf(source, source.at);
  const next = source.text[source.at];
  if (next === '{') return { kind: 'object', place, members: readMembers(source, depth) };
  if (next === '[') return { kind: 'array', place, items: readItems(source, depth) };
  if (next === '"') return { kind: 'string', place, value: readString(source) };
  const word = /[-+.\w]*/y;
  word.lastIndex = source.at;
  const text = word.exec(source.text)?.[0] ?? '';
  if (/^-?(0|[1-9]\d*)(\.\d+)?([eE][-+]?\d+)?$/.test(text)) {
    source.at += text.length;
    return { kind: 'number', place, text };
  }
  if (text === 'true' || text === 'false' || text === 'null') {
    source.at += text.length;
    return text === 'null' ? { kind: 'null', place } : { kind: 'boolean', place, value: text === 'true' };
  }
  throw fault(source, `expected a value, found ${shown(source)}`);
}

function readMembers(source: Source, depth: number): JsonMember[] {
  const members: JsonMember[] = [];
  const seen = new Map<string, Place>();
  source.at += 1;
  skipSpace(source);
  if (source.text[source.at] === '}') {
    source.at += 1;
    return members;
  }
  for (;;) {
    skipSpace(source);
    const start = source.at;
    if (source.text[start] !== '"') throw fault(source, `expected a key in quotes, found ${shown(source)}`);
    const place = placeOf(source, start);
    const key = readString(source);
    const first = seen.get(key);
    if (first) {
      const where = `${first.line}:${first.column}`;
      throw fault(
        source,
        `the key ${JSON.stringify(key)} is written twice, first at ${where}; most readers keep one of them and drop the other silently`,
        start,
      );
    }
    seen.set(key, place);
    skipSpace(source);
    if (source.text[source.at] !== ':')
      throw fault(source, `expected ":" after the key, found ${shown(source)}`);
    source.at += 1;
    members.push({ key, place, value: readValue(source, depth + 1) });
    if (!goesOn(source, '}')) return members;
  }
}

function readItems(source: Source, depth: number): JsonNode[] {
  const items: JsonNode[] = [];
  source.at += 1;
  skipSpace(source);
  if (source.text[source.at] === ']') {
    source.at += 1;
    return items;
  }
  for (;;) {
    items.push(readValue(source, depth + 1));
    if (!goesOn(source, ']')) return items;
  }
}

/** Passes a comma or the closing bracket; true after a comma. */
function goesOn(source: Source, close: string): boolean {
  skipSpace(source);
  const next = source.text[source.at];
  if (next !== ',' && next !== close)
    throw fault(source, `expected "," or "${close}", found ${shown(source)}`);
  source.at += 1;
  return next === ',';
}

function readString(source: Source): string {
  const start = source.at;
  let at = start + 1;
  while (source.text[at] !== '"') {
    const char = source.text[at];
    if (char === undefined) throw fault(source, 'this text is never closed by a quote', start);
    if (char < ' ') throw fault(source, 'a control character stands inside a text; escape it', at);
    at += char === '\\' ? 2 : 1;
  }
  source.at = at + 1;
  try {
    return JSON.parse(source.text.slice(start, at + 1)) as string;
  } catch {
    throw fault(source, 'this text holds an escape that JSON does not know', start);
  }
}
