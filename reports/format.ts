/** `1234567` → `1,234,567`; written out because locale data differs between machines and reports may not. */
export function formatCount(value: number): string {
  return Math.trunc(value)
    .toString()
    .replace(/\B(?=(\d{3})+$)/g, ',');
}

const UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB', 'EiB'] as const;

/** Bytes in binary units with at most one decimal: `0 B`, `1.5 KiB`, `3 TiB`. */
export function formatBytes(bytes: number): string {
  let value = bytes;
  let unit = 0;
  // 1023.95 and up would print as "1024.0": the next unit reads better.
  while (value >= 1023.95 && unit < UNITS.length - 1) {
    value /= 1024;
    unit += 1;
  }
  const digits = unit === 0 ? value.toString() : value.toFixed(1).replace(/\.0$/, '');
  return `${digits} ${UNITS[unit] ?? 'B'}`;
}

/** Share of a whole: never rounds something up to `100%` or down to `0%`. */
export function formatShare(part: number, whole: number): string {
  if (whole === 0 || part === 0) return '0%';
  if (part === whole) return '100%';
  const percent = (100 * part) / whole;
  if (percent < 0.1) return '<0.1%';
  if (percent > 99.9) return '>99.9%';
  return `${percent.toFixed(1).replace(/\.0$/, '')}%`;
}

/** ISO 8601 UTC → `2026-11-24 14:15 UTC`; text of another shape is returned as it is. */
export function formatInstant(iso: string): string {
  const parts = /^(\d{4}-\d{2}-\d{2})T(\d{2}:\d{2})(?::\d{2}(?:\.\d+)?)?Z$/.exec(iso);
  return parts ? `${parts[1] ?? ''} ${parts[2] ?? ''} UTC` : iso;
}

/** Both instants, the day and `UTC` once where they share them: `2026-11-24 14:15 to 14:19 UTC`. */
export function formatPeriod(startedAt: string, finishedAt: string): string {
  const [started, finished] = [formatInstant(startedAt), formatInstant(finishedAt)];
  if (started === finished) return started;
  const day = /^\d{4}-\d{2}-\d{2} (?=.* UTC$)/.exec(started)?.[0];
  return day !== undefined && finished.startsWith(day) && finished.endsWith(' UTC')
    ? `${started.slice(0, -' UTC'.length)} to ${finished.slice(day.length)}`
    : `${started} to ${finished}`;
}

/** `1 object`, `2 objects`. */
export function plural(count: number, one: string, many = `${one}s`): string {
  return `${formatCount(count)} ${count === 1 ? one : many}`;
}

/** Code-unit order: the same on every machine, unlike a locale's. */
export const byCodeUnit = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** Sums one number of each item. */
export const sumOf = <T>(items: readonly T[], number: (item: T) => number): number =>
  items.reduce((total, item) => total + number(item), 0);

export { groupBy } from '../lib/model/group-by.ts';
