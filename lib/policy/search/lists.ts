import type { Budget } from './budget.ts';
import { spend } from './budget.ts';
import type { Cell, Cells, Truth } from './cells.ts';

/** How a clause looks at a list: it asks for any element, or of all of them. */
export type ListSense = 'any' | 'all';

/**
 * Cells of a key that holds a list, from the cells of one element. A clause over a list is an OR or an AND over its
 * elements, so the outcomes that lists can have are the unions of what single elements give: a fixpoint, found
 * without listing subsets.
 * @param missing what each clause says of a list that is missing or empty
 */
export function listCells(
  elements: Cells,
  senses: readonly ListSense[],
  missing: { readonly clauses: readonly Truth[]; readonly marks: readonly Truth[] },
  budget: Budget,
): Cells {
  const none = { kind: 'missing', values: [null], parts: {} };
  const found = new Map<string, Cell>();
  const queue: Cell[] = [];
  let complete = elements.complete;
  const add = (cell: Cell): void => {
    const key = `${cell.clauses.join()}|${cell.marks.join()}`;
    if (found.has(key)) return;
    if (found.size >= budget.limits.cells || !spend(budget, cell.clauses.length + 1)) {
      complete = false;
      return;
    }
    found.set(key, cell);
    queue.push(cell);
  };
  const singles = elements.cells
    .filter(({ kind }) => kind === 'there')
    .map((cell) => ({ ...cell, witness: { ...cell.witness, list: [cell.witness.values[0] ?? ''] } }));
  singles.forEach(add);
  // The queue grows while it is walked.
  for (const cell of queue) for (const single of singles) add(union(cell, single, senses));
  const empty: Cell = { kind: 'missing', ...missing, witness: none, cost: 0 };
  return { cells: [empty, ...found.values()].sort((a, b) => a.cost - b.cost), complete };
}

function union(a: Cell, b: Cell, senses: readonly ListSense[]): Cell {
  const list = [...new Set([...(a.witness.list ?? []), ...(b.witness.list ?? [])])];
  return {
    kind: 'there',
    clauses: a.clauses.map((truth, i) => {
      const other = b.clauses[i] ?? 'maybe';
      return senses[i] === 'any' ? either(truth, other) : both(truth, other);
    }),
    marks: a.marks.map((truth, i) => either(truth, b.marks[i] ?? 'maybe')),
    witness: { ...a.witness, list },
    cost: a.cost + b.cost + 1,
  };
}

/** OR of three-valued truths. */
export function either(a: Truth, b: Truth): Truth {
  if (a === 'yes' || b === 'yes') return 'yes';
  return a === 'maybe' || b === 'maybe' ? 'maybe' : 'no';
}

/** AND of three-valued truths. */
export function both(a: Truth, b: Truth): Truth {
  if (a === 'no' || b === 'no') return 'no';
  return a === 'maybe' || b === 'maybe' ? 'maybe' : 'yes';
}

/** NOT, which leaves `maybe` as it is. */
export function not(truth: Truth): Truth {
  return truth === 'yes' ? 'no' : truth === 'no' ? 'yes' : 'maybe';
}
