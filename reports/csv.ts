/** One value of a CSV row; null is an empty cell. */
export type Cell = string | number | boolean | null;

/**
 * What spreadsheets read as the start of a formula, after any apostrophes: = + - @, their full-width forms, tab, CR
 * and LF (OWASP, CSV Injection).
 */
const FORMULA = /^'*[=+\-@\uFF1D\uFF0B\uFF0D\uFF20\t\r\n]/;
const NEEDS_QUOTES = /[",\r\n]/;

/**
 * One RFC 4180 row: cells quoted where they hold a quote, comma, CR or LF, ending with CRLF.
 * Text that a spreadsheet would run as a formula gets one leading apostrophe. Text that already starts with
 * apostrophes before such a character gets one too, so stripping one apostrophe from every cell that matches
 * `^'+[=+\-@…]` gives back exactly what was written. Numbers and booleans are written as they are.
 */
export function csvRow(cells: readonly Cell[]): string {
  return `${cells.map(csvCell).join(',')}\r\n`;
}

function csvCell(cell: Cell): string {
  if (cell === null) return '';
  if (typeof cell !== 'string') return String(cell);
  const inert = FORMULA.test(cell) ? `'${cell}` : cell;
  return NEEDS_QUOTES.test(inert) ? `"${inert.replaceAll('"', '""')}"` : inert;
}
