import type { Proof, WritePath } from '../../model/proof.ts';
import type { PolicyDocument } from '../document.ts';
import { isDenied } from '../evaluate/evaluate.ts';
import { budgetOf, LIMITS } from '../search/budget.ts';
import type { Budget, Limits } from '../search/budget.ts';
import { modeBreaks } from '../space/goal.ts';
import { KEY, KEY_READINGS } from '../space/places.ts';
import type { KeyReading } from '../space/places.ts';
import { assumptionsOf } from './assumptions.ts';
import { attempt } from './attempt.ts';
import type { Ask, Ground, Passage } from './attempt.ts';
import { carveOuts, isExempt } from './carve-outs.ts';
import { doubtOf } from './doubts.ts';
import { groundOf } from './ground.ts';
import type { Question } from './question.ts';
import { refutation } from './refute.ts';
import type { Goal } from './scenarios.ts';
import { instancesOf } from './variables.ts';
import { requestOf } from './witness.ts';

/**
 * Decides whether any write on one path can break the requirement. `proved` and `refuted` hold under every reading
 * of what AWS leaves undocumented; whatever does not, or runs into the limits, is `undecided`.
 */
export function prove(question: Question, path: WritePath, limits: Limits = LIMITS): Proof {
  const budget = budgetOf(limits);
  const plain = decide(question, path, budget, question.documents);
  if (plain.verdict !== 'undecided') return plain;
  // Without knowing what its variables stand for, a Deny may hold or not. So they are settled, one way after another.
  const { list, exact } = instancesOf(question.documents, budget);
  const answers = new Set<Proof['verdict']>();
  for (const documents of list) {
    const settled = decide({ ...question, documents }, path, budget, question.documents);
    if (settled.verdict === 'refuted') return { ...settled, assumptions: plain.assumptions };
    answers.add(settled.verdict);
  }
  const proved = exact && answers.size === 1 && answers.has('proved');
  return proved ? { verdict: 'proved', assumptions: plain.assumptions } : plain;
}

/** @param original the documents as they were given, against which every counterexample is confirmed */
function decide(
  question: Question,
  path: WritePath,
  budget: Budget,
  original: readonly PolicyDocument[],
): Proof {
  const ground = groundOf(question, path, budget, false);
  const assumptions = assumptionsOf(question, path, ground.space);
  const readings: readonly KeyReading[] = ground.space.readsKeyId ? KEY_READINGS : ['header'];
  const goals: readonly Goal[] = question.tls === null ? ['seal'] : ['seal', 'transport'];
  const certain = (rest: Partial<Ask> = {}, on = ground): Passage | null =>
    firstPassage(on, goals, {
      mood: 'certain',
      readings,
      ordinary: false,
      only: null,
      smallest: true,
      ...rest,
    });
  const confirmed = (passage: Passage): boolean => isConfirmed(ground, passage, readings, original);
  const refute = (passage: Passage, exempt: readonly string[] = []): Proof =>
    refutation(ground, passage, assumptions, exempt, original);

  const hole = certain({ ordinary: true });
  if (hole && confirmed(hole)) return refute(hole);
  const exempt = certain();
  if (exempt && confirmed(exempt)) {
    if (!isExempt(ground, exempt)) return refute(exempt);
    const others = possible(ground, goals, readings, true);
    if (others.passage !== null || !others.complete) return refute(exempt);
    return refute(
      exempt,
      carveOuts(question, path, budget, (on, only) => certain({ only, smallest: false }, on)),
    );
  }
  const doubt = possible(ground, goals, readings, false);
  if (doubt.passage) {
    // A request that only may get through is settled by evaluating it, where the evaluator can.
    if (isBreach(ground, doubt.passage) && confirmed(doubt.passage)) return refute(doubt.passage);
    return { verdict: 'undecided', assumptions, reason: doubtOf(ground, doubt.passage, doubt.readings) };
  }
  if (hole ?? exempt) {
    const reason =
      'A request was found that the evaluator does not confirm, which is a fault of this program; please report it.';
    return { verdict: 'undecided', assumptions, reason };
  }
  if (!doubt.complete) return { verdict: 'undecided', assumptions, reason: overLimits(ground, budget) };
  return { verdict: 'proved', assumptions };
}

/** Every path. */
export function proveAll(question: Question, limits: Limits = LIMITS): Readonly<Record<WritePath, Proof>> {
  return {
    put: prove(question, 'put', limits),
    replicate: prove(question, 'replicate', limits),
    update: prove(question, 'update', limits),
  };
}

function firstPassage(ground: Ground, goals: readonly Goal[], ask: Omit<Ask, 'goal'>): Passage | null {
  for (const goal of goals) {
    const { passage } = attempt(ground, { ...ask, goal });
    if (passage) return passage;
  }
  return null;
}

type Possibility = {
  readonly passage: Passage | null;
  readonly readings: readonly KeyReading[];
  readonly complete: boolean;
};

/** A request that gets through under at least one reading, and the readings under which one does. */
function possible(
  ground: Ground,
  goals: readonly Goal[],
  readings: readonly KeyReading[],
  ordinary: boolean,
): Possibility {
  let complete = true;
  let first: Passage | null = null;
  const under: KeyReading[] = [];
  for (const reading of readings) {
    for (const goal of goals) {
      const found = attempt(ground, {
        goal,
        mood: 'possible',
        readings: [reading],
        ordinary,
        only: null,
        smallest: false,
      });
      complete &&= found.complete;
      if (!found.passage) continue;
      first ??= found.passage;
      under.push(reading);
      break;
    }
  }
  return { passage: first, readings: under, complete };
}

/** Whether the object would break the requirement for certain. */
function isBreach({ question, space }: Ground, { goal, mode, cells }: Passage): boolean {
  if (goal === 'transport') return true;
  const breaks = modeBreaks(mode, question);
  const key = cells[space.axes.findIndex(({ name }) => name === KEY)];
  return breaks === 'yes' || (breaks === 'by-key' && key?.marks[0] === 'yes');
}

/** The evaluator has the last word: under every reading, no Deny may apply. */
function isConfirmed(
  ground: Ground,
  passage: Passage,
  readings: readonly KeyReading[],
  documents: readonly PolicyDocument[],
): boolean {
  return readings.every((reading) => isDenied(documents, requestOf(ground, passage, reading)) === 'no');
}

function overLimits({ space }: Ground, budget: Budget): string {
  const large = space.complete ? 'the search over its clauses' : 'its patterns';
  const work = budget.work <= 0 || budget.nodes <= 0 ? 'steps' : 'distinct outcomes';
  return `The policies are too intricate to decide within the limits: ${large} took more ${work} than are allowed.`;
}
