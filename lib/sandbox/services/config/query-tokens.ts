import { jsonFault } from '../../operation.ts';
import type { AwsFault } from '../../operation.ts';

/** A piece of a query; names and keywords are words, told apart by the parser. */
export type Token =
  | { readonly kind: 'word'; readonly text: string }
  | { readonly kind: 'string'; readonly text: string }
  | { readonly kind: 'number'; readonly text: string }
  | { readonly kind: 'symbol'; readonly text: string }
  | { readonly kind: 'end'; readonly text: '' };

const PIECE =
  /\s*(?:'((?:[^']|'')*)'|(-?\d+(?:\.\d+)?)(?![\w.])|([A-Za-z_][\w:-]*(?:\.[A-Za-z_][\w:-]*)*)|(<>|!=|<=|>=|[=<>(),*]))/y;

/** Splits an advanced query into tokens. Throws InvalidExpressionException. */
export function tokenize(expression: string): Token[] {
  const tokens: Token[] = [];
  const text = expression.trim();
  PIECE.lastIndex = 0;
  while (PIECE.lastIndex < text.length) {
    const at = PIECE.lastIndex;
    const piece = PIECE.exec(text);
    if (!piece) throw invalidExpression(`unexpected text at position ${at}: ${text.slice(at, at + 20)}`);
    const [, quoted, number, word, symbol] = piece;
    if (quoted !== undefined) tokens.push({ kind: 'string', text: quoted.replaceAll("''", "'") });
    else if (number !== undefined) tokens.push({ kind: 'number', text: number });
    else if (word !== undefined) tokens.push({ kind: 'word', text: word });
    else tokens.push({ kind: 'symbol', text: symbol ?? '' });
  }
  tokens.push({ kind: 'end', text: '' });
  return tokens;
}

/** The refusal of a query that is not one. */
export const invalidExpression = (why: string): AwsFault =>
  jsonFault('InvalidExpressionException', `Error in query expression: ${why}`);
