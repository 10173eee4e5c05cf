import { run } from './automaton.ts';
import type { Automaton } from './automaton.ts';
import type { Budget } from './budget.ts';
import { spend } from './budget.ts';
import { explore } from './explore.ts';
import { globAutomaton } from './glob.ts';
import { literalTrie } from './literals.ts';
import { literalOf } from './pattern.ts';
import type { Pattern } from './pattern.ts';
import type { Shape, Witness } from './shape.ts';

/** What a clause says of a value: `maybe` where AWS does not document it. */
export type Truth = 'no' | 'maybe' | 'yes';

/** A test of one track's value. */
export type Atom =
  | { readonly track: number; readonly pattern: Pattern }
  | { readonly track: number; readonly test: (value: string) => boolean };

/** One value of a dimension as its clauses see it. */
export type View = {
  readonly kind: string;
  readonly holds: (atom: number) => boolean;
  /** How the value of a track stands: there, missing, or there with a content nobody documented. */
  readonly presence: (track: number) => 'there' | 'missing' | 'unknown';
};

export type Clause = (view: View) => Truth;

/**
 * One or more condition keys whose values hang together, the questions asked about them, and where their values
 * come from: shapes that are explored, or a list of candidates that is known to be complete.
 */
export type Dimension = {
  readonly name: string;
  readonly tracks: readonly string[];
  readonly atoms: readonly Atom[];
  readonly clauses: readonly Clause[];
  /** Further distinctions that must not be merged away, such as whether a value meets the requirement. */
  readonly marks: readonly Clause[];
  readonly source:
    | { readonly kind: 'shapes'; readonly shapes: readonly Shape[] }
    | { readonly kind: 'list'; readonly candidates: readonly Candidate[] };
};

export type Candidate = Witness & { readonly cost: number; readonly unknownTracks: readonly number[] };

/** All values that no clause and no mark can tell apart, with the smallest of them. */
export type Cell = {
  readonly kind: string;
  readonly clauses: readonly Truth[];
  readonly marks: readonly Truth[];
  readonly witness: Witness;
  readonly cost: number;
};

export type Cells = { readonly cells: readonly Cell[]; readonly complete: boolean };

/** The cells of a dimension: one witness for every realisable vector of outcomes, so that searching them is exact. */
export function cellsOf(dimension: Dimension, budget: Budget): Cells {
  const found = new Map<string, Cell>();
  const add = (view: View, cost: number, witness: () => Witness): void => {
    const clauses = dimension.clauses.map((clause) => clause(view));
    const marks = dimension.marks.map((mark) => mark(view));
    const key = `${view.kind}|${clauses.map(initial).join('')}|${marks.map(initial).join('')}`;
    const known = found.get(key);
    spend(budget, clauses.length + marks.length);
    if (!known || cost < known.cost)
      found.set(key, { kind: view.kind, clauses, marks, witness: witness(), cost });
  };
  const automata = automataOf(dimension.atoms, budget);
  let complete = true;
  if (dimension.source.kind === 'list') {
    for (const candidate of dimension.source.candidates) {
      add(viewOf(candidate, dimension.atoms, automata), candidate.cost, () => candidate);
      if (budget.work <= 0) complete = false;
    }
  } else {
    for (const shape of dimension.source.shapes) {
      const there = new Set(shape.segments.flatMap(({ tracks }) => tracks));
      const memo = new Set<string>();
      const walked = explore(
        shape,
        dimension.tracks.length,
        automata,
        budget,
        ({ atoms, witness, length }) => {
          const key = [...atoms].sort((a, b) => a - b).join();
          if (memo.has(key)) return;
          memo.add(key);
          const view: View = {
            kind: shape.kind,
            holds: (atom) => atoms.has(atom),
            presence: (track) =>
              there.has(track) ? 'there' : shape.unknownTracks.includes(track) ? 'unknown' : 'missing',
          };
          add(view, shape.cost + length / 1000, witness);
        },
      );
      complete &&= walked;
    }
  }
  if (found.size > budget.limits.cells) complete = false;
  const cells = [...found.values()].sort((a, b) => a.cost - b.cost).slice(0, budget.limits.cells);
  return { cells, complete };
}

const initial = (truth: Truth): string => (truth === 'no' ? 'n' : truth === 'yes' ? 'y' : 'm');

/** Literals of a track share one trie; each pattern with wildcards is an automaton of its own. */
function automataOf(atoms: readonly Atom[], budget: Budget): readonly Automaton[] {
  const automata: Automaton[] = [];
  const literals = new Map<number, { text: string; atom: number }[]>();
  atoms.forEach((atom, index) => {
    if (!('pattern' in atom)) return;
    const text = literalOf(atom.pattern);
    if (text === null) {
      automata.push(globAutomaton(atom.track, index, atom.pattern, budget));
    } else {
      const list = literals.get(atom.track) ?? [];
      list.push({ text, atom: index });
      literals.set(atom.track, list);
    }
  });
  for (const [track, list] of literals) automata.push(literalTrie(track, list));
  return automata;
}

function viewOf(candidate: Candidate, atoms: readonly Atom[], automata: readonly Automaton[]): View {
  const holding = new Set<number>();
  for (const automaton of automata) {
    const value = candidate.values[automaton.track];
    if (typeof value !== 'string') continue;
    for (const atom of automaton.accepted(run(automaton, automaton.start, value))) holding.add(atom);
  }
  atoms.forEach((atom, index) => {
    const value = candidate.values[atom.track];
    if ('test' in atom && typeof value === 'string' && atom.test(value)) holding.add(index);
  });
  return {
    kind: candidate.kind,
    holds: (atom) => holding.has(atom),
    presence: (track) =>
      typeof candidate.values[track] === 'string'
        ? 'there'
        : candidate.unknownTracks.includes(track)
          ? 'unknown'
          : 'missing',
  };
}
