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
