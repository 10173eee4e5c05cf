import type { WritePath } from '../../model/proof.ts';
import type { Budget } from '../search/budget.ts';
import type { Cell } from '../search/cells.ts';
import { and, bitsWhere, isEmpty, solve } from '../search/solve.ts';
import type { Bits, ClauseRef, Domain } from '../search/solve.ts';
import { sealOf } from '../space/goal.ts';
import { modesOf } from '../space/modes.ts';
import type { Mode } from '../space/modes.ts';
import { CALLER } from '../space/places.ts';
import type { KeyReading } from '../space/places.ts';
import type { Axis, Space, SpaceStatement } from '../space/space.ts';
import type { Question } from './question.ts';
import { callerOf, isOpen, isWorthwhile, scenariosOf } from './scenarios.ts';
import type { Goal, Scenario, Target } from './scenarios.ts';

/** One search for a request that gets through. */
export type Ask = {
  readonly goal: Goal;
  /**
   * `certain`: every Deny is dodged whatever AWS leaves open, and the object surely breaks the requirement.
   * `possible`: there is some way of filling in what is not known that lets the request through.
   */
  readonly mood: 'certain' | 'possible';
  /** Readings of the key-id condition under which it must get through. */
  readonly readings: readonly KeyReading[];
  /** Nobody whom the policies name, and no service or anonymous caller. */
  readonly ordinary: boolean;
  /** Whether any will do, or the smallest is wanted. */
  readonly smallest: boolean;
  /** Only callers that carry this mark, or are of this kind. */
  readonly only: { readonly axis: number; readonly mark: number } | { readonly kind: string } | null;
};

/** A request that gets through, as the cells it lies in. */
export type Passage = {
  readonly goal: Goal;
  readonly mode: Mode;
  readonly scenario: Scenario;
  /** By axis of the space. */
  readonly cells: readonly Cell[];
  readonly cost: number;
};

export type Finding = { readonly passage: Passage | null; readonly complete: boolean };

/** The statements of a question that can bear on one path, with their space. */
export type Ground = {
  readonly question: Question;
  readonly path: WritePath;
  readonly space: Space;
  readonly denies: readonly SpaceStatement[];
  /** Needed only for callers an SCP does not bind: they come from elsewhere and need the bucket's leave. */
  readonly allows: readonly SpaceStatement[];
  readonly hasScp: boolean;
  readonly budget: Budget;
  readonly memo: Map<string, Bits>;
};

/** The smallest passage; null when there is none, or when the limits ended the search (`complete` is then false). */
export function attempt(ground: Ground, ask: Ask): Finding {
  const { question, path, space, hasScp } = ground;
  let best: Passage | null = null;
  let complete = space.complete;
  for (const mode of modesOf(path)) {
    for (const scenario of scenariosOf(path, space, hasScp)) {
      if (ask.ordinary && scenario.caller !== 'client') continue;
      if (ask.only && 'kind' in ask.only && callerOf(ask.only.kind) !== scenario.caller) continue;
      const target: Target = { goal: ask.goal, path, mode, scenario, maybe: ask.mood === 'possible' };
      if (!isWorthwhile(question, target)) continue;
      const price = mode.cost + scenarioCost(question, target);
      if (best && (price >= best.cost || !ask.smallest)) continue;
      const result = solveTarget(ground, ask, target, price);
      complete &&= result.complete;
      if (result.passage && (!best || result.passage.cost < best.cost)) best = result.passage;
    }
  }
  return { passage: best, complete };
}

/** S3 itself refuses KMS and SSE-C over plain HTTP, so such a request is only shown when there is no other. */
function scenarioCost(question: Question, { goal, mode, scenario }: Target): number {
  const refused = goal === 'transport' && sealOf(mode, question) !== 'SSE-S3' ? 40 : 0;
  return refused + (scenario.route === 'internet' ? 0 : 2) + (scenario.bound ? 0 : 3);
}

function solveTarget(ground: Ground, ask: Ask, target: Target, price: number): Finding {
  const { space, allows, budget } = ground;
  const open = space.axes.map((axis, index) => openCells(ground, ask, target, axis, index));
  if (open.some(isEmpty)) return { passage: null, complete: true };
  const denies = ground.denies.filter(({ kind }) => kind !== 'scp' || target.scenario.bound);
  const statements = ask.readings.flatMap((reading) => denies.map(({ byReading }) => byReading[reading]));
  const wanted = ask.mood === 'certain' ? ['no'] : ['no', 'maybe'];
  const falseIn = (ref: ClauseRef): Bits => clauseBits(ground, ref, wanted);
  let best: Passage | null = null;
  let complete = true;
  for (const start of leaves(ground, ask, target, open, allows)) {
    const domains: readonly Domain[] = space.axes.map(({ cells }, index) => ({
      costs: cells.map(({ cost }) => cost),
      open: start[index] ?? new Uint32Array(0),
    }));
    const solution = solve({ domains, statements, falseIn }, budget, ask.smallest);
    complete &&= solution.complete;
    if (!solution.cells) continue;
    const cells = solution.cells.flatMap((cell, index) => space.axes[index]?.cells[cell] ?? []);
    const cost = cells.reduce((sum, cell) => sum + cell.cost, price);
    if (!best || cost < best.cost)
      best = { goal: ask.goal, mode: target.mode, scenario: target.scenario, cells, cost };
  }
  return { passage: best, complete };
}

/** The domains to search: as they are, or for a caller from elsewhere once for each Allow that lets it in. */
function leaves(
  ground: Ground,
  ask: Ask,
  { scenario }: Target,
  open: readonly Bits[],
  allows: readonly SpaceStatement[],
): readonly (readonly Bits[])[] {
  if (scenario.bound) return [open];
  const wanted = ask.mood === 'certain' ? ['yes'] : ['yes', 'maybe'];
  return allows
    .map(({ byReading }) =>
      ask.readings
        .flatMap((reading) => byReading[reading])
        .reduce<readonly Bits[]>(
          (domains, ref) =>
            domains.map((bits, index) =>
              index === ref.dimension ? and(bits, clauseBits(ground, ref, wanted)) : bits,
            ),
          open,
        ),
    )
    .filter((domains) => !domains.some(isEmpty));
}

function openCells({ question, space }: Ground, ask: Ask, target: Target, axis: Axis, index: number): Bits {
  const { only } = ask;
  return bitsWhere(axis.cells.length, (i) => {
    const cell = axis.cells[i];
    if (!cell || !isOpen(question, target, axis, cell)) return false;
    if (ask.ordinary && isNamed(space, index, cell)) return false;
    if (!only) return true;
    if ('kind' in only) return axis.name !== CALLER || cell.kind === only.kind;
    return index !== only.axis || cell.marks[only.mark] === 'yes';
  });
}

/** A caller that the policies single out, by name or by what it is. */
function isNamed({ axes }: Space, index: number, cell: Cell): boolean {
  const axis = axes[index];
  if (axis?.name === CALLER && SPECIAL_KINDS.includes(cell.kind)) return true;
  const aboutCaller = axis?.name === CALLER || axis?.terms?.aboutCaller === true;
  return aboutCaller && cell.marks.includes('yes');
}

/** Callers that are no ordinary principals, whatever the policies call them. */
export const SPECIAL_KINDS: readonly string[] = ['service', 'anonymous', 'origin-identity'];

function clauseBits(
  { space, memo }: Ground,
  { dimension, clause }: ClauseRef,
  wanted: readonly string[],
): Bits {
  const key = `${dimension}|${clause}|${wanted.join()}`;
  let bits = memo.get(key);
  if (!bits) {
    const cells = space.axes[dimension]?.cells ?? [];
    bits = bitsWhere(cells.length, (i) => wanted.includes(cells[i]?.clauses[clause] ?? 'maybe'));
    memo.set(key, bits);
  }
  return bits;
}

/** The cell of a passage on a named axis. */
export function cellAt({ axes }: Space, passage: Passage, name: string): Cell | undefined {
  return passage.cells[axes.findIndex((axis) => axis.name === name)];
}
