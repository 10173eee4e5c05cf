import type { Atom, Candidate, Clause, Dimension, Truth, View } from '../search/cells.ts';
import type { Pattern } from '../search/pattern.ts';
import type { Shape } from '../search/shape.ts';

/** A dimension while its questions are being collected. */
export type Draft = {
  readonly name: string;
  readonly tracks: readonly string[];
  readonly atoms: Atom[];
  readonly clauses: Clause[];
  readonly marks: Clause[];
  /** Atoms that name particular callers, with how to tell them in a report. */
  readonly named: NamedAtom[];
};

export type NamedAtom = { readonly atom: number; readonly text: string };

export const draft = (name: string, tracks: readonly string[]): Draft => ({
  name,
  tracks,
  atoms: [],
  clauses: [],
  marks: [],
  named: [],
});

/** Adds a test and answers its number. */
export function addAtom(to: Draft, atom: Atom): number {
  return to.atoms.push(atom) - 1;
}

/** The truth of a pattern on a track: `no` for one that nothing can match. */
export function matcher(
  to: Draft,
  track: number,
  pattern: Pattern | null,
  sure = true,
): (view: View) => Truth {
  if (pattern === null) return () => 'no';
  const atom = addAtom(to, { track, pattern });
  return (view) => (view.holds(atom) ? (sure ? 'yes' : 'maybe') : 'no');
}

export const fromShapes = (from: Draft, shapes: readonly Shape[]): Dimension => ({
  ...from,
  source: { kind: 'shapes', shapes },
});

export const fromList = (from: Draft, candidates: readonly Candidate[]): Dimension => ({
  ...from,
  source: { kind: 'list', candidates },
});
