import type { LedgerWindow } from '../../lib/model/ledger.ts';
import { plural } from '../format.ts';
import type { LedgerPlace } from '../ledger-places.ts';
import { h, type HtmlElement } from './node.ts';

const DAY_MS = 86_400_000;
/** Columns of a picture at most: a longer window puts several days into one. */
const COLUMNS = 92;
const HEIGHT = 24;

/** How the days of a window fall into columns of equal width, the same for every picture of the page. */
export type TimeScale = {
  readonly columns: number;
  readonly daysInColumn: number;
  readonly columnOf: (day: string) => number;
  /** The day a column begins with. */
  readonly dayOf: (column: number) => string;
};

/** A scale for the days that a window touches; one column when its ends are no instants. */
export function timeScale({ from, to }: LedgerWindow): TimeScale {
  const start = Date.parse(`${from.slice(0, 10)}T00:00:00Z`);
  const length = Math.ceil((Date.parse(to) - start) / DAY_MS);
  if (!(length >= 1))
    return { columns: 1, daysInColumn: 1, columnOf: () => 0, dayOf: () => from.slice(0, 10) };
  const daysInColumn = Math.ceil(length / COLUMNS);
  return {
    columns: Math.ceil(length / daysInColumn),
    daysInColumn,
    columnOf: (day) => Math.floor((Date.parse(`${day}T00:00:00Z`) - start) / DAY_MS / daysInColumn),
    dayOf: (column) => new Date(start + column * daysInColumn * DAY_MS).toISOString().slice(0, 10),
  };
}

/**
 * One principal in one place over time: a bar up for decrypts, down for refusals, each by its logarithm, so that a
 * single call beside a thousand is still seen.
 */
export function timeline(place: LedgerPlace, scale: TimeScale, most: number): HtmlElement {
  const sums = Array.from({ length: scale.columns }, () => ({ count: 0, refused: 0 }));
  for (const [day, { count, refused }] of place.days) {
    const sum = sums[scale.columnOf(day)];
    if (!sum) continue;
    sum.count += count;
    sum.refused += refused;
  }
  const size = (amount: number, room: number): number =>
    amount === 0
      ? 0
      : Math.max(2, Math.round((room * Math.log1p(amount)) / Math.log1p(Math.max(most, amount))));
  const base = 16;
  const bars = sums.flatMap(({ count, refused }, column) => {
    const up = size(count, base);
    const down = size(refused, HEIGHT - base - 1);
    const bar = (className: string, y: number, height: number): HtmlElement =>
      h('rect', { class: className, x: column * 4, y, width: 3, height });
    return [
      ...(up > 0 ? [bar('decrypt-done', base - up, up)] : []),
      ...(down > 0 ? [bar('decrypt-refused', base + 1, down)] : []),
    ];
  });
  const width = scale.columns * 4 - 1;
  return h(
    'svg',
    {
      class: 'timeline',
      viewBox: `0 0 ${width} ${HEIGHT}`,
      preserveAspectRatio: 'none',
      role: 'img',
      'aria-label': describe(place, sums, scale),
    },
    h('rect', { class: 'timeline-axis', x: 0, y: base, width, height: 1 }),
    bars,
  );
}

function describe(
  { count, refused }: LedgerPlace,
  sums: readonly { readonly count: number; readonly refused: number }[],
  scale: TimeScale,
): string {
  const busy = sums.filter((sum) => sum.count + sum.refused > 0).length;
  const peak = sums.reduce((best, sum, i) => (sum.count > (sums[best]?.count ?? 0) ? i : best), 0);
  const unit = scale.daysInColumn === 1 ? 'day' : `span of ${scale.daysInColumn} days`;
  const parts = [
    `${plural(count, 'decrypt')} on ${plural(busy, unit, scale.daysInColumn === 1 ? 'days' : `spans of ${scale.daysInColumn} days`)}`,
    ...(count > 0 ? [`most from ${scale.dayOf(peak)} (${sums[peak]?.count ?? 0})`] : []),
    ...(refused > 0 ? [`${refused} refused`] : []),
  ];
  return parts.join(', ');
}
