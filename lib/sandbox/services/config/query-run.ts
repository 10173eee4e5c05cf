import type { Condition, Literal, Query } from './query-parse.ts';

type Resource = Readonly<Record<string, unknown>>;

/** Runs a query over resources in their nested form; every row is one JSON object. */
export function runQuery(query: Query, resources: readonly Resource[]): Resource[] {
  const where = query.where;
  const matches = where === null ? resources : resources.filter((resource) => holds(where, resource));
  const sorted = [...matches].sort((a, b) => compareBy(query.orderBy, a, b));
  const counts = query.columns.some((column) => 'count' in column);
  if (!counts && query.groupBy === null) return sorted.map((resource) => project(query, resource, 0));
  const groups = new Map<string, Resource[]>();
  for (const resource of sorted) {
    const value = query.groupBy === null ? '' : JSON.stringify(valuesAt(resource, query.groupBy));
    groups.set(value, [...(groups.get(value) ?? []), resource]);
  }
  if (groups.size === 0 && query.groupBy === null) return [project(query, {}, 0)];
  return [...groups.values()].map((group) => project(query, group[0] ?? {}, group.length));
}

/**
 * Every value at a path. Arrays fan out at each step, which is why two conditions on members of an array may be met
 * by different elements (AWS Config, limitations of advanced queries).
 */
function valuesAt(resource: Resource, path: string): unknown[] {
  let values: unknown[] = [resource];
  for (const name of path.split('.')) {
    values = values
      .flat()
      .flatMap((value) => (isObject(value) && Object.hasOwn(value, name) ? [value[name]] : []));
  }
  return values.flat();
}

const isObject = (value: unknown): value is Resource =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function holds(condition: Condition, resource: Resource): boolean {
  switch (condition.kind) {
    case 'and':
      return holds(condition.left, resource) && holds(condition.right, resource);
    case 'or':
      return holds(condition.left, resource) || holds(condition.right, resource);
    case 'not':
      return !holds(condition.of, resource);
    case 'in':
      return valuesAt(resource, condition.path).some((value) =>
        condition.values.some((each) => same(value, each)),
      );
    case 'between':
      return valuesAt(resource, condition.path).some(
        (value) => order(value, condition.low) >= 0 && order(value, condition.high) <= 0,
      );
    case 'compare':
      return compares(condition, valuesAt(resource, condition.path));
  }
}

function compares(
  { operator, value }: Extract<Condition, { kind: 'compare' }>,
  found: readonly unknown[],
): boolean {
  switch (operator) {
    case '=':
      return found.some((each) => same(each, value));
    case '<>':
    case '!=':
      return found.length > 0 && !found.some((each) => same(each, value));
    case 'LIKE': {
      const pattern = String(value);
      const prefix = /[%*]$/.test(pattern) ? pattern.slice(0, -1) : null;
      return found.some((each) => (prefix === null ? same(each, pattern) : text(each).startsWith(prefix)));
    }
    case '<':
      return found.some((each) => order(each, value) < 0);
    case '<=':
      return found.some((each) => order(each, value) <= 0);
    case '>':
      return found.some((each) => order(each, value) > 0);
    default:
      return found.some((each) => order(each, value) >= 0);
  }
}

const text = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));
const same = (value: unknown, literal: Literal): boolean => text(value) === String(literal);

/** NaN, and so no order at all, between a number and text that is none. */
function order(value: unknown, literal: Literal): number {
  if (typeof literal === 'number') return Number(value) - literal;
  const found = text(value);
  return found === literal ? 0 : found < literal ? -1 : 1;
}

function compareBy(keys: Query['orderBy'], a: Resource, b: Resource): number {
  for (const { path, descending } of keys) {
    const sign = order(valuesAt(a, path)[0] ?? '', text(valuesAt(b, path)[0] ?? ''));
    if (sign !== 0) return descending ? -sign : sign;
  }
  return 0;
}

function project(query: Query, resource: Resource, count: number): Resource {
  const row: Record<string, unknown> = {};
  for (const column of query.columns) {
    if ('count' in column) row['COUNT(*)'] = count;
    else if (column.path === '*') Object.assign(row, resource);
    else merge(row, pick(resource, column.path.split('.')));
  }
  return row;
}

/** The resource cut down to one path, keeping its nesting, arrays element by element. */
function pick(value: unknown, path: readonly string[]): unknown {
  const [name, ...rest] = path;
  if (name === undefined) return value;
  if (Array.isArray(value)) return value.map((each) => pick(each, path));
  if (!isObject(value) || !Object.hasOwn(value, name)) return {};
  return { [name]: pick(value[name], rest) };
}

function merge(into: Record<string, unknown>, from: unknown): void {
  if (!isObject(from)) return;
  for (const [name, value] of Object.entries(from)) {
    const existing = into[name];
    if (isObject(existing) && isObject(value)) {
      const copy: Record<string, unknown> = { ...existing };
      merge(copy, value);
      into[name] = copy;
    } else into[name] = value;
  }
}
