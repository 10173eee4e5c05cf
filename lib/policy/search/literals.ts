import { DEAD } from './automaton.ts';
import type { Automaton } from './automaton.ts';

/** All literal texts of one track as a single trie, however many there are. */
export function literalTrie(
  track: number,
  literals: readonly { readonly text: string; readonly atom: number }[],
): Automaton {
  const nodes: { readonly next: Map<number, number>; readonly atoms: number[] }[] = [
    { next: new Map(), atoms: [] },
  ];
  for (const { text, atom } of literals) {
    let node = 0;
    for (let i = 0; i < text.length; i += 1) {
      const code = text.charCodeAt(i);
      let child = nodes[node]?.next.get(code);
      if (child === undefined) {
        child = nodes.push({ next: new Map(), atoms: [] }) - 1;
        nodes[node]?.next.set(code, child);
      }
      node = child;
    }
    nodes[node]?.atoms.push(atom);
  }
  return {
    track,
    start: 0,
    step: (state, code) => nodes[state]?.next.get(code) ?? DEAD,
    accepted: (state) => nodes[state]?.atoms ?? [],
    telling: (state) => [...(nodes[state]?.next.keys() ?? [])],
  };
}
