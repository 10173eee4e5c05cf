import type { Token } from './query-tokens.ts';
import { invalidExpression, tokenize } from './query-tokens.ts';

/** A literal of a query. */
export type Literal = string | number;

/** A condition over one resource. */
export type Condition =
  | { readonly kind: 'and' | 'or'; readonly left: Condition; readonly right: Condition }
  | { readonly kind: 'not'; readonly of: Condition }
  | { readonly kind: 'compare'; readonly path: string; readonly operator: string; readonly value: Literal }
  | { readonly kind: 'in'; readonly path: string; readonly values: readonly Literal[] }
  | { readonly kind: 'between'; readonly path: string; readonly low: Literal; readonly high: Literal };

/** An advanced query: `count` stands for COUNT(*). */
export type Query = {
  readonly columns: readonly ({ readonly path: string } | { readonly count: true })[];
  readonly where: Condition | null;
  readonly groupBy: string | null;
  readonly orderBy: readonly { readonly path: string; readonly descending: boolean }[];
};

/**
 * Parses the SQL of AWS Config advanced queries: SELECT with paths, `*` or COUNT(*), WHERE, GROUP BY one path,
 * ORDER BY. There is no FROM, DISTINCT, JOIN or IS NULL. Throws InvalidExpressionException.
 */
export function parseQuery(expression: string): Query {
  const tokens = tokenize(expression);
  let at = 0;
  let depth = 0;
  const peek = (): Token => tokens[at] ?? { kind: 'end', text: '' };
  const next = (): Token => {
    const token = peek();
    at += 1;
    return token;
  };
  const is = (text: string): boolean => {
    const token = peek();
    return token.kind !== 'string' && token.text.toUpperCase() === text;
  };
  const accept = (text: string): boolean => {
    if (!is(text)) return false;
    at += 1;
    return true;
  };
  const expect = (text: string): void => {
    if (!accept(text)) throw invalidExpression(`expected ${text} instead of '${peek().text}'`);
  };
  const path = (): string => {
    const token = next();
    if (token.kind !== 'word' || KEYWORDS.has(token.text.toUpperCase())) {
      throw invalidExpression(`expected a property instead of '${token.text}'`);
    }
    return token.text;
  };
  const literal = (): Literal => {
    const token = next();
    if (token.kind === 'string') return token.text;
    if (token.kind === 'number') return Number(token.text);
    throw invalidExpression(`expected a value instead of '${token.text}'`);
  };
  const list = <T>(item: () => T): T[] => {
    const items = [item()];
    while (accept(',')) items.push(item());
    return items;
  };
  const column = (): Query['columns'][number] => {
    if (accept('*')) return { path: '*' };
    if (!accept('COUNT')) return { path: path() };
    expect('(');
    expect('*');
    expect(')');
    return { count: true };
  };

  const predicate = (): Condition => {
    if (is('NOT') || is('(')) {
      depth += 1;
      if (depth > MAX_DEPTH) throw invalidExpression('it is nested too deeply');
      const found = nested();
      depth -= 1;
      return found;
    }
    const name = path();
    const negated = accept('NOT');
    const found = test(name);
    return negated ? { kind: 'not', of: found } : found;
  };
  const nested = (): Condition => {
    if (accept('NOT')) return { kind: 'not', of: predicate() };
    expect('(');
    const inner = either();
    expect(')');
    return inner;
  };
  const test = (name: string): Condition => {
    if (accept('IN')) {
      expect('(');
      const values = list(literal);
      expect(')');
      return { kind: 'in', path: name, values };
    }
    if (accept('BETWEEN')) {
      const low = literal();
      expect('AND');
      return { kind: 'between', path: name, low, high: literal() };
    }
    if (accept('LIKE'))
      return { kind: 'compare', path: name, operator: 'LIKE', value: likePattern(literal()) };
    const operator = next().text;
    if (!OPERATORS.has(operator)) throw invalidExpression(`'${operator}' is not an operator`);
    return { kind: 'compare', path: name, operator, value: literal() };
  };
  const both = (): Condition => {
    let left = predicate();
    while (accept('AND')) left = { kind: 'and', left, right: predicate() };
    return left;
  };
  const either = (): Condition => {
    let left = both();
    while (accept('OR')) left = { kind: 'or', left, right: both() };
    return left;
  };

  expect('SELECT');
  const columns = list(column);
  const where = accept('WHERE') ? either() : null;
  let groupBy: string | null = null;
  if (accept('GROUP')) {
    expect('BY');
    groupBy = path();
  }
  let orderBy: Query['orderBy'] = [];
  if (accept('ORDER')) {
    expect('BY');
    orderBy = list(() => {
      const ordered = path();
      const descending = accept('DESC');
      if (!descending) accept('ASC');
      return { path: ordered, descending };
    });
  }
  if (peek().kind !== 'end') throw invalidExpression(`unexpected '${peek().text}'`);
  return { columns, where, groupBy, orderBy };
}

/** Parentheses and NOTs inside one another: recursion must not follow a hostile query until the stack ends. */
const MAX_DEPTH = 64;

const KEYWORDS = new Set([
  'SELECT',
  'FROM',
  'WHERE',
  'GROUP',
  'ORDER',
  'BY',
  'AND',
  'OR',
  'NOT',
  'IN',
  'LIKE',
  'BETWEEN',
  'IS',
]);
const OPERATORS = new Set(['=', '<>', '!=', '<', '<=', '>', '>=']);

/** Wildcards are allowed at the end only, after at least three characters. */
function likePattern(value: Literal): Literal {
  if (typeof value !== 'string' || !/^[^%_*]{3,}[%*]$|^[^%_*]*$/.test(value)) {
    throw invalidExpression('LIKE takes a wildcard at the end only, after at least three characters');
  }
  return value;
}
