import type { Budget } from './budget.ts';

/** A clause of a statement: which dimension it looks at, and which of that dimension's clauses it is. */
export type ClauseRef = { readonly dimension: number; readonly clause: number };

/** The cells of one dimension that are still possible, cheapest first. */
export type Domain = { readonly costs: readonly number[]; readonly open: Bits };

/** A set of cells, 32 to a word. */
export type Bits = Uint32Array;

export type Problem = {
  readonly domains: readonly Domain[];
  /** Every statement must be dodged: at least one of its clauses made false. */
  readonly statements: readonly (readonly ClauseRef[])[];
  /** The cells of a dimension in which a clause is false. */
  readonly falseIn: (ref: ClauseRef) => Bits;
};

/** The cheapest assignment of one cell to every dimension that dodges all statements; null when there is none. */
export type Solution = { readonly cells: readonly number[] | null; readonly complete: boolean };

/** After a first answer, how many more nodes may be spent on a smaller one. */
const POLISH_NODES = 500;

/** @param smallest whether to go on after the first answer, or take any */
export function solve(problem: Problem, budget: Budget, smallest: boolean): Solution {
  let best: { readonly cells: readonly number[]; readonly cost: number } | null = null;
  let complete = true;
  let polish = smallest ? POLISH_NODES : 0;
  const size = problem.domains.reduce((sum, { open }) => sum + open.length, 1);

  const visit = (open: readonly Bits[], pending: readonly (readonly ClauseRef[])[]): void => {
    budget.nodes -= 1;
    budget.work -= size + pending.reduce((sum, statement) => sum + statement.length + 2, 0);
    if (best) polish -= 1;
    if (budget.nodes < 0 || budget.work < 0) complete = false;
    if (budget.nodes < 0 || budget.work < 0 || polish < 0) return;
    const cost = problem.domains.reduce((sum, domain, d) => sum + cheapest(domain, open[d]), 0);
    if (best && cost >= best.cost) return;
    // The statement with the fewest ways out is decided first.
    const left: (readonly ClauseRef[])[] = [];
    let tightest: readonly ClauseRef[] | null = null;
    for (const statement of pending) {
      const ways: ClauseRef[] = [];
      let dodged = false;
      for (const ref of statement) {
        const cells = open[ref.dimension];
        if (!cells) continue;
        const overlap = compare(cells, problem.falseIn(ref));
        if (overlap === 'all') {
          dodged = true;
          break;
        }
        if (overlap === 'some') ways.push(ref);
      }
      if (dodged) continue;
      if (ways.length === 0) return;
      left.push(statement);
      if (tightest === null || ways.length < tightest.length) tightest = ways;
    }
    if (tightest === null) {
      best = { cells: open.map(firstOf), cost };
      return;
    }
    let rest = [...open];
    for (const ref of tightest) {
      const cells = rest[ref.dimension];
      if (!cells) continue;
      const falsified = problem.falseIn(ref);
      const inside = and(cells, falsified);
      if (!isEmpty(inside)) visit(with_(rest, ref.dimension, inside), left);
      // What follows may take this clause for true: that half has been searched.
      const outside = andNot(cells, falsified);
      if (isEmpty(outside)) break;
      rest = with_(rest, ref.dimension, outside);
    }
  };

  const start = problem.domains.map(({ open }) => open);
  if (!start.some(isEmpty)) visit(start, problem.statements);
  const found = best as { readonly cells: readonly number[] } | null;
  return { cells: found?.cells ?? null, complete };
}

const with_ = (open: readonly Bits[], dimension: number, cells: Bits): Bits[] =>
  open.map((each, index) => (index === dimension ? cells : each));

/** A set of the cells, by index, that a predicate picks. */
export function bitsWhere(size: number, picks: (index: number) => boolean): Bits {
  const bits = new Uint32Array(Math.ceil(size / 32));
  for (let i = 0; i < size; i += 1) if (picks(i)) bits[i >> 5] = (bits[i >> 5] ?? 0) | (1 << (i & 31));
  return bits;
}

export const isEmpty = (bits: Bits): boolean => bits.every((word) => word === 0);
export const and = (a: Bits, b: Bits): Bits => a.map((word, i) => word & (b[i] ?? 0));
const andNot = (a: Bits, b: Bits): Bits => a.map((word, i) => word & ~(b[i] ?? 0));

/** How much of `cells` lies in `set`. */
function compare(cells: Bits, set: Bits): 'none' | 'some' | 'all' {
  let inside = false;
  let outside = false;
  for (let i = 0; i < cells.length; i += 1) {
    const word = cells[i] ?? 0;
    const other = set[i] ?? 0;
    if ((word & other) !== 0) inside = true;
    if ((word & ~other) !== 0) outside = true;
    if (inside && outside) return 'some';
  }
  return inside ? 'all' : 'none';
}

/** Cells are sorted by cost, so the first that is open is the cheapest. */
function firstOf(open: Bits | undefined): number {
  if (!open) return -1;
  for (let i = 0; i < open.length; i += 1) {
    const word = open[i] ?? 0;
    if (word !== 0) return i * 32 + 31 - Math.clz32(word & -word);
  }
  return -1;
}

const cheapest = ({ costs }: Domain, open: Bits | undefined): number => costs[firstOf(open)] ?? 0;
