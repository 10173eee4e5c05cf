import { visible } from './visible.ts';

/** The styles a terminal report uses; ANSI SGR parameters. */
const SGR = { bold: 1, dim: 2, red: 31, green: 32, yellow: 33, magenta: 35 } as const;
export type Style = keyof typeof SGR;

/** A styler: wraps text in SGR codes, or returns it unchanged when colour is off. */
export type Paint = (style: Style, text: string) => string;

/** The only source of escape sequences in a report: every other text has its control characters spelled out. */
export const painter =
  (color: boolean): Paint =>
  (style, text) =>
    color ? `\u001B[${SGR[style]}m${text}\u001B[0m` : text;

/** Wide and full-width blocks of East Asian Width (UAX #11), as far as names and titles need them. */
const WIDE =
  /[\u1100-\u115F\u2E80-\u303E\u3041-\uA4CF\uAC00-\uD7A3\uF900-\uFAFF\uFE30-\uFE6F\uFF00-\uFF60\u{1F300}-\u{1FAFF}\u{20000}-\u{3FFFD}]/u;

/** Terminal columns that `text` takes; escape sequences must not be in it yet. */
export function columns(text: string): number {
  let width = 0;
  for (const character of text) width += /\p{M}/u.test(character) ? 0 : WIDE.test(character) ? 2 : 1;
  return width;
}

/** Spaces up to `width` columns. */
export const fill = (text: string, width: number): string => ' '.repeat(Math.max(0, width - columns(text)));

/** `text` padded on its right, or on its left. */
export const padEnd = (text: string, width: number): string => text + fill(text, width);
export const padStart = (text: string, width: number): string => fill(text, width) + text;

/**
 * `text` as lines of at most `width` columns, every line behind `indent`; a word longer than a line is broken, since
 * an ARN cut off at the margin could not be used.
 */
export function wrap(text: string, width: number, indent = ''): string[] {
  const room = Math.max(8, width - columns(indent));
  const lines: string[] = [];
  let line = '';
  for (const word of visible(text)
    .split(' ')
    .flatMap((part) => chop(part, room))) {
    const longer = line === '' ? word : `${line} ${word}`;
    if (columns(longer) <= room) {
      line = longer;
    } else {
      lines.push(indent + line);
      line = word;
    }
  }
  return [...lines, indent + line];
}

function chop(word: string, room: number): string[] {
  const pieces: string[] = [];
  let piece = '';
  for (const character of word) {
    if (columns(piece + character) > room) {
      pieces.push(piece);
      piece = '';
    }
    piece += character;
  }
  return [...pieces, piece];
}
