/** A deterministic automaton over one text, made as far as it is walked. State -1 is dead: nothing can match any more. */
export type Automaton = {
  readonly track: number;
  readonly start: number;
  readonly step: (state: number, code: number) => number;
  /** The atoms that hold when the text ends here. */
  readonly accepted: (state: number) => readonly number[];
  /** The characters that this state tells apart; all others behave alike. */
  readonly telling: (state: number) => readonly number[];
};

export const DEAD = -1;

/** Where an automaton is after a text. */
export function run(automaton: Automaton, from: number, text: string): number {
  let state = from;
  for (let i = 0; i < text.length && state !== DEAD; i += 1)
    state = automaton.step(state, text.charCodeAt(i));
  return state;
}
