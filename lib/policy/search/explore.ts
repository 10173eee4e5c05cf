import { DEAD, run } from './automaton.ts';
import type { Automaton } from './automaton.ts';
import { spend } from './budget.ts';
import type { Budget } from './budget.ts';
import { has } from './chars.ts';
import { isFixed } from './shape.ts';
import type { FreeSegment, Shape, Witness } from './shape.ts';

/** A text of the shape has ended: which atoms hold, and the shortest way here. */
export type Arrival = {
  readonly atoms: ReadonlySet<number>;
  readonly witness: () => Witness;
  readonly length: number;
};

type Node = {
  readonly segment: number;
  readonly count: number;
  readonly states: readonly number[];
  readonly before: Node | null;
  /** What was written on the way from `before`, and into which segment. */
  readonly wrote: string;
  readonly into: number;
  readonly length: number;
};

/**
 * Walks the product of all automata over one shape, breadth first, so that the first arrival with a set of atoms is
 * the shortest text that makes exactly these true. False when the budget ran out first.
 */
export function explore(
  shape: Shape,
  trackCount: number,
  automata: readonly Automaton[],
  budget: Budget,
  arrive: (arrival: Arrival) => void,
): boolean {
  const seen = new Set<string>();
  const queue: Node[] = [];
  const push = (node: Node): void => {
    const key = `${node.segment},${node.count},${node.states.join()}`;
    if (seen.has(key)) return;
    seen.add(key);
    queue.push(node);
  };
  const watched = shape.segments.map((segment) =>
    automata.flatMap((automaton, index) => (segment.tracks.includes(automaton.track) ? [index] : [])),
  );
  const write = (node: Node, segment: number, text: string, into: number, count: number): Node => {
    const states = [...node.states];
    const moving = watched[into] ?? [];
    spend(budget, states.length + moving.length * text.length + 4);
    for (const index of moving) {
      const automaton = automata[index];
      if (automaton) states[index] = run(automaton, states[index] ?? DEAD, text);
    }
    return { segment, count, states, before: node, wrote: text, into, length: node.length + text.length };
  };
  /** Passes everything that leaves no choice: fixed segments, and free ones that no automaton watches any more. */
  const settle = (start: Node): Node => {
    let node = start;
    for (;;) {
      const segment = shape.segments[node.segment];
      if (!segment) return node;
      if (isFixed(segment)) {
        node = write(node, node.segment + 1, segment.text, node.segment, 0);
      } else if (choices(node, segment).length === 0 && isBlind(node)) {
        node = write(node, node.segment + 1, rest(segment, node.count), node.segment, 0);
      } else {
        return node;
      }
    }
  };
  const isBlind = (node: Node): boolean =>
    (watched[node.segment] ?? []).every((index) => {
      const state = node.states[index] ?? DEAD;
      // Standing still on every character: dead, or matching whatever comes.
      return state === DEAD || (automata[index]?.telling(state).length ?? 0) === 0;
    }) && (watched[node.segment] ?? []).every((index) => isSink(automata[index], node.states[index] ?? DEAD));
  const choices = (node: Node, segment: FreeSegment): number[] => {
    const codes = new Set<number>();
    spend(budget, watched[node.segment]?.length ?? 0);
    for (const index of watched[node.segment] ?? []) {
      const state = node.states[index] ?? DEAD;
      if (state === DEAD) continue;
      for (const code of automata[index]?.telling(state) ?? []) if (has(segment.set, code)) codes.add(code);
    }
    return [...codes];
  };

  const start: Node = {
    segment: 0,
    count: 0,
    states: automata.map(({ start: state }) => state),
    before: null,
    wrote: '',
    into: -1,
    length: 0,
  };
  push(settle(start));
  // The queue grows while it is walked.
  for (const node of queue) {
    if (!spend(budget, automata.length + 8) || queue.length > budget.limits.states) return false;
    const segment = shape.segments[node.segment];
    if (!segment) {
      const atoms = new Set(
        automata.flatMap((automaton, index) => automaton.accepted(node.states[index] ?? DEAD)),
      );
      arrive({ atoms, witness: () => witnessOf(shape, trackCount, node), length: node.length });
      continue;
    }
    if (isFixed(segment)) continue;
    if (node.count >= segment.min)
      push(settle({ ...node, segment: node.segment + 1, count: 0, before: node, wrote: '' }));
    if (node.count >= segment.max) continue;
    const told = choices(node, segment);
    const count = segment.max === Infinity ? Math.min(node.count + 1, segment.min) : node.count + 1;
    const other = plainCode(segment, node.count, told);
    for (const code of other === null ? told : [other, ...told]) {
      push(settle(write(node, node.segment, String.fromCharCode(code), node.segment, count)));
    }
  }
  return true;
}

/** A state that no further character changes. */
function isSink(automaton: Automaton | undefined, state: number): boolean {
  if (state === DEAD || !automaton) return true;
  return automaton.telling(state).length === 0 && automaton.step(state, 0x78) === state;
}

/** A character that no state tells apart, one that reads well if there is a choice. */
function plainCode({ set, nice }: FreeSegment, count: number, told: readonly number[]): number | null {
  const preferred = [nice.charCodeAt(count), ...nice.split('').map((char) => char.charCodeAt(0))];
  const found = preferred.find((code) => has(set, code) && !told.includes(code));
  if (found !== undefined) return found;
  for (const [low, high] of set) {
    for (let code = Math.max(low, Math.min(high, 0x61)); code <= high; code += 1) {
      if (!told.includes(code)) return code;
    }
    for (let code = low; code <= high; code += 1) if (!told.includes(code)) return code;
  }
  return null;
}

/** The rest of a free segment of which `count` characters are written. */
function rest({ min, max, nice }: FreeSegment, count: number): string {
  if (count === 0) return nice;
  if (max === Infinity) return count >= min ? '' : nice.slice(count).padEnd(min - count, nice.at(-1) ?? 'x');
  return nice.slice(count, Math.max(min, count));
}

function witnessOf(shape: Shape, trackCount: number, last: Node): Witness {
  const written = shape.segments.map(() => '');
  const nodes: Node[] = [];
  for (let node: Node | null = last; node; node = node.before) nodes.push(node);
  for (const { wrote, into } of nodes.reverse())
    if (wrote !== '') written[into] = (written[into] ?? '') + wrote;
  const values: (string | null)[] = Array<string | null>(trackCount).fill(null);
  const parts: Record<string, string> = {};
  shape.segments.forEach((segment, index) => {
    const text = written[index] ?? '';
    for (const track of segment.tracks) values[track] = (values[track] ?? '') + text;
    if (!isFixed(segment)) parts[segment.name] = text;
  });
  return { kind: shape.kind, values, parts };
}
