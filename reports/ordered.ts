import { byCodeUnit } from './format.ts';

/**
 * The same value with its keys in a fixed order, names of `first` leading: evidence read twice may come in another.
 * Arrays keep theirs.
 */
export function ordered(value: unknown, first: readonly string[]): unknown {
  const rank = (name: string): number => {
    const index = first.indexOf(name);
    return index < 0 ? first.length : index;
  };
  const walk = (item: unknown): unknown => {
    if (Array.isArray(item)) return item.map(walk);
    if (typeof item !== 'object' || item === null) return item;
    const entries = Object.entries(item).sort(([a], [b]) => rank(a) - rank(b) || byCodeUnit(a, b));
    // fromEntries defines own properties: a header named __proto__ stays a header.
    return Object.fromEntries(entries.map(([name, member]) => [name, walk(member)]));
  };
  return walk(value);
}
