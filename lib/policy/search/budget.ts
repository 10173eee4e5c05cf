/**
 * What a decision may cost, in steps rather than seconds, so that the same evidence always gives the same answer.
 * Whatever is cut short ends in `undecided`, never in `proved`.
 */
export type Limits = {
  /** States of the product of all patterns on one key. */
  readonly states: number;
  /** Distinct outcomes of one key. */
  readonly cells: number;
  /** Nodes of the search over the keys' cells. */
  readonly nodes: number;
  /** Elementary steps of everything together. */
  readonly work: number;
};

export const LIMITS: Limits = { states: 200_000, cells: 4096, nodes: 1_000_000, work: 10_000_000 };

/** What is left; the one thing in the search that changes. */
export type Budget = { readonly limits: Limits; work: number; nodes: number };

export const budgetOf = (limits: Limits): Budget => ({ limits, work: limits.work, nodes: limits.nodes });

/** Takes steps off; false once there are none left. */
export function spend(budget: Budget, steps: number): boolean {
  budget.work -= steps;
  return budget.work > 0;
}
