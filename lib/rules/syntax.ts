import type { YAMLError } from 'yaml';
import { printable, quote } from './problems.ts';

const LONGEST = 120;

/** A YAML syntax error in words that say what to do. */
export function explainSyntax({ code, message, pos }: YAMLError, text: string): string {
  switch (code) {
    case 'TAB_AS_INDENT':
      return 'a tab indents this line; YAML indents with spaces';
    case 'BAD_INDENT':
      return message.startsWith('Flow')
        ? 'a [ or { before this is not closed, or its lines are not indented; close it'
        : 'the indentation does not fit; keys of one map begin in the same column';
    case 'BLOCK_AS_IMPLICIT_KEY':
      return 'a "key: value" where none fits; quote text that holds ": ", or mend the indentation';
    case 'MULTILINE_IMPLICIT_KEY':
      return 'no ": " on this line; write it as "key: value"';
    case 'BAD_SCALAR_START':
    case 'BAD_ALIAS':
      return `text cannot begin with ${quote(text[pos[0]] ?? '')} here; quote it`;
    case 'BAD_DQ_ESCAPE':
      return 'not an escape that double quotes know; use single quotes for text with backslashes';
    case 'MULTIPLE_DOCS':
      return 'a second YAML document begins here; a file holds one rule pack';
    case 'TAG_RESOLVE_FAILED':
      return 'YAML tags (!) have no meaning in a rule pack; remove it, or quote the text';
    case 'MISSING_CHAR':
      if (message.startsWith('Missing closing')) return 'a quote before this is not closed; close it';
      if (message.startsWith('Implicit map keys')) return 'no ": " on this line; write it as "key: value"';
      return asIs(message);
    default:
      return asIs(message);
  }
}

/** The library's own words, which may repeat any length of the text. */
const asIs = (message: string): string =>
  `not valid YAML: ${printable(message.length > LONGEST ? `${message.slice(0, LONGEST)}…` : message)}`;
