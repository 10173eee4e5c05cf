import { AuditError } from '../model/errors.ts';

/** A name that Athena's two dialects take, quoted. Throws AuditError USAGE for names that neither would. */
export function plainName(name: string, quote: '"' | '`'): string {
  if (!/^[a-z_][a-z0-9_]{0,127}$/.test(name)) {
    throw new AuditError(
      'USAGE',
      `Athena takes names of lower-case letters, digits and underscores, not ${name}.`,
    );
  }
  return quote + name + quote;
}

/**
 * A text as a literal that means the same in both dialects, that of DDL included. What could end a literal in one of
 * them, or hide in it, is refused with AuditError USAGE.
 */
export function plainLiteral(text: string): string {
  // Printable ASCII without quote and backslash: nothing that CloudTrail puts into paths, days and Regions needs more.
  if (!/^[ !#-&(-[\]-~]*$/.test(text)) {
    throw new AuditError(
      'USAGE',
      `A path or name with unusual characters cannot be put into SQL: ${JSON.stringify(text)}.`,
    );
  }
  return `'${text}'`;
}

/** Any name as a quoted identifier of a SELECT. */
export const quotedName = (name: string): string => `"${name.replaceAll('"', '""')}"`;

/**
 * Any text as an expression of a SELECT. In that dialect only the quote means anything inside a literal; control
 * characters are spelled out all the same, so that a statement shows what it holds.
 */
export function anyText(text: string): string {
  if (!isText(text)) throw new AuditError('USAGE', 'Half a surrogate pair is no text, and cannot be in SQL.');
  const pieces = text
    .split(/(\p{Cc})/u)
    .filter((piece) => piece !== '')
    .map((piece) =>
      /^\p{Cc}$/u.test(piece) ? `chr(${piece.charCodeAt(0)})` : `'${piece.replaceAll("'", "''")}'`,
    );
  return pieces.length === 0 ? "''" : pieces.length === 1 ? (pieces[0] ?? "''") : `(${pieces.join(' || ')})`;
}

/** False for half a surrogate pair, which no key in S3 can hold. */
export const isText = (text: string): boolean => !/\p{Surrogate}/u.test(text);
