import { DEAD } from './automaton.ts';
import type { Automaton } from './automaton.ts';
import { spend } from './budget.ts';
import type { Budget } from './budget.ts';
import { ANY, COLON, has, isSubset, NOT_COLON } from './chars.ts';
import type { CharSet } from './chars.ts';
import type { Pattern } from './pattern.ts';

/**
 * One pattern with wildcards, made deterministic as it is walked: a state is the set of places the match may be at.
 * Once a star is reached, places before it can do nothing that the star cannot, so they are dropped; without this,
 * `*a*b*c…` would need a state for each subset.
 */
export function globAutomaton(track: number, atom: number, pattern: Pattern, budget: Budget): Automaton {
  const end = pattern.length;
  const shadow = shadows(pattern);
  spend(budget, end);
  const states: State[] = [];
  const ids = new Map<string, number>();
  const told = new Set(pattern.flatMap(({ set }) => edgesOf(set)));
  const holds = [atom];

  const intern = (places: readonly number[]): number => {
    const kept = settle(pattern, shadow, places);
    spend(budget, 8 * (places.length + 1));
    if (kept.length === 0) return DEAD;
    const key = kept.join();
    let id = ids.get(key);
    if (id === undefined) {
      const telling = [...new Set(kept.flatMap((place) => edgesOf(pattern[place]?.set ?? ANY)))];
      id = states.push({ places: kept, telling, next: new Map() }) - 1;
      ids.set(key, id);
    }
    return id;
  };
  const follow = (places: readonly number[], code: number): number => {
    const reached: number[] = [];
    for (const place of places) {
      const step = pattern[place];
      if (step && has(step.set, code)) reached.push(step.star ? place : place + 1);
    }
    return intern(reached);
  };
  return {
    track,
    start: intern([0]),
    step: (state, code) => {
      const from = states[state];
      if (!from) return DEAD;
      const label = told.has(code) ? code : -1;
      let to = from.next.get(label);
      if (to === undefined) {
        to = follow(from.places, code);
        from.next.set(label, to);
      }
      return to;
    },
    accepted: (state) => (states[state]?.places.at(-1) === end ? holds : []),
    telling: (state) => states[state]?.telling ?? [],
  };
}

type State = {
  readonly places: readonly number[];
  readonly telling: readonly number[];
  readonly next: Map<number, number>;
};

/** Closes a set of places over stars that match nothing, and drops what a later star covers. */
function settle(pattern: Pattern, shadow: readonly number[], places: readonly number[]): number[] {
  const closed = new Set<number>();
  for (let place of places) {
    while (!closed.has(place)) {
      closed.add(place);
      if (pattern[place]?.star !== true) break;
      place += 1;
    }
  }
  const kept: number[] = [];
  let coveredFrom = Infinity;
  for (const place of [...closed].sort((a, b) => b - a)) {
    if (coveredFrom <= place) continue;
    kept.push(place);
    if (pattern[place]?.star === true) coveredFrom = Math.min(coveredFrom, shadow[place] ?? place);
  }
  return kept.reverse();
}

/** For each place, the earliest from which everything up to it is something a star there takes in as well. */
function shadows(pattern: Pattern): readonly number[] {
  let afterColon = 0;
  return pattern.map(({ set }, place) => {
    const first = set === ANY ? 0 : set === NOT_COLON ? afterColon : place;
    if (!isSubset(set, NOT_COLON)) afterColon = place + 1;
    return first;
  });
}

/** The characters that a set of a pattern tells from all others. */
function edgesOf(set: CharSet): readonly number[] {
  if (set === ANY) return [];
  if (set === NOT_COLON) return [COLON];
  return set.map(([low]) => low);
}
