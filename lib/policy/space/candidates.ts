import type { Condition } from '../document.ts';
import type { Candidate } from '../search/cells.ts';
import { addressText, rangeOf } from './address-space.ts';
import { moment, quantity } from './scalars.ts';

/** A key that is there with each of these values, or missing. The first value reads best. */
export function plainCandidates(values: readonly string[]): readonly Candidate[] {
  return [
    { kind: 'missing', values: [null], parts: {}, cost: 0, unknownTracks: [] },
    ...[...new Set(values)].map((value, index) => candidate('there', [value], 1 + index / 1000)),
  ];
}

export const candidate = (kind: string, values: readonly (string | null)[], cost: number): Candidate => ({
  kind,
  values,
  parts: {},
  cost,
  unknownTracks: [],
});

/** Every text that a condition of these families compares with. */
const texts = (conditions: readonly Condition[], ...families: readonly string[]): readonly string[] =>
  conditions
    .filter(({ operator }) => families.includes(operator.family))
    .flatMap(({ values }) => values.map(({ text }) => text));

const ascending = (numbers: readonly number[]): readonly number[] =>
  [...new Set(numbers.filter((n) => !Number.isNaN(n)))].sort((a, b) => a - b);

/**
 * Each bound, each gap between two, and both ends: comparisons with numbers cannot tell more. Keys of S3 count
 * whole things, so that there is nothing between 5 and 6.
 */
export function numericCandidates(conditions: readonly Condition[], whole: boolean): readonly string[] {
  const all = [...texts(conditions, 'numeric', 'string', 'bool')].map(quantity);
  const bounds = ascending(all);
  const around = whole
    ? bounds.flatMap((bound) => [
        Math.ceil(bound) - 1,
        Math.floor(bound),
        Math.ceil(bound),
        Math.floor(bound) + 1,
      ])
    : bounds.flatMap((bound, i) => [bound, ((bounds[i + 1] ?? bound + 2) + bound) / 2]);
  const ends = bounds.length === 0 ? [1] : [(bounds[0] ?? 0) - 1, (bounds.at(-1) ?? 0) + 1];
  const values = ascending([...ends, ...around]).filter((n) => !whole || n >= 0);
  return [...values.map(String), ...texts(conditions, 'string', 'bool')];
}

/** The same for moments, in seconds; only those at or after `from` when it is given. */
export function dateCandidates(conditions: readonly Condition[], from: string | null): readonly number[] {
  const bounds = ascending([
    ...texts(conditions, 'date', 'string').map(moment),
    ...texts(conditions, 'numeric').map((text) => quantity(text) * 1000),
  ]);
  const earliest = from === null ? -Infinity : moment(from);
  const around = bounds.flatMap((bound) => [bound - 1000, bound, bound + 1000]);
  const start = from === null ? (bounds[0] ?? 0) : earliest;
  return ascending([start, ...around]).filter((at) => at >= earliest);
}

export const isoSeconds = (at: number): string => new Date(at).toISOString().replace('.000Z', 'Z');

/**
 * CIDR blocks nest or lie apart, so the first address of each stretch between two bounds stands for all of it.
 */
export function addressCandidates(conditions: readonly Condition[]): readonly string[] {
  const ranges = texts(conditions, 'ip').flatMap((text) => rangeOf(text) ?? []);
  const stretches = ([4, 6] as const).flatMap((family) => {
    const top = family === 4 ? 1n << 32n : 1n << 128n;
    const bounds = ranges
      .filter((range) => range.family === family)
      .flatMap(({ first, last }) => [first, last + 1n])
      .filter((bound) => bound < top);
    return [...new Set([...bounds, 0n])].map((value) => addressText({ family, value }));
  });
  // An address of a documentation range reads better than 0.0.0.0, and lies in the same stretch most of the time.
  return ['203.0.113.10', '2001:db8:0:0:0:0:0:10', ...stretches, ...texts(conditions, 'string')];
}
