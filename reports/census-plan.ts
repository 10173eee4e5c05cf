import { formatCount } from './format.ts';
import { padEnd, padStart } from './terminal.ts';
import { visible } from './visible.ts';

/** One bucket of a plan, as `audit --plan` tells it. */
export type PlanRow = {
  readonly bucket: string;
  readonly source: string;
  readonly why: string | null;
  readonly versions: number | null;
  readonly atLeast: boolean;
  readonly requests: { readonly list: number; readonly read: number };
  readonly dollars: number;
  readonly seconds: number;
};

/** What an audit would take, bucket by bucket and in sum, as a person reads it; ends with a line feed. */
export function planText(rows: readonly PlanRow[]): string {
  const sum = (of: (row: PlanRow) => number): number => rows.reduce((n, row) => n + of(row), 0);
  const total: PlanRow = {
    bucket: 'all buckets',
    source: '',
    why: null,
    versions: sum((row) => row.versions ?? 0),
    atLeast: rows.some((row) => row.atLeast || row.versions === null),
    requests: { list: sum((row) => row.requests.list), read: sum((row) => row.requests.read) },
    dollars: sum((row) => row.dollars),
    seconds: sum((row) => row.seconds),
  };
  const width = Math.max(...[...rows, total].map(({ bucket }) => visible(bucket).length), 6);
  const line = (row: PlanRow): string => {
    const least = row.atLeast ? '≥ ' : '';
    const cells = [
      padEnd(visible(row.bucket), width),
      padEnd(row.source, 9),
      padStart(row.versions === null ? 'not known' : least + formatCount(row.versions), 15),
      padStart(formatCount(row.requests.list), 10),
      padStart(formatCount(row.requests.read), 13),
      padStart(`${least}$${row.dollars.toFixed(4)}`, 13),
      padStart(least + duration(row.seconds), 10),
    ];
    return cells.join('  ').trimEnd() + (row.why === null ? '' : `\n${' '.repeat(4)}${visible(row.why)}`);
  };
  const head = [
    padEnd('bucket', width),
    padEnd('source', 9),
    padStart('versions', 15),
    padStart('LIST', 10),
    padStart('GET and HEAD', 13),
    padStart('list price', 13),
    padStart('time', 10),
  ].join('  ');
  return `${[head, ...rows.map(line), '', line(total)].join('\n')}\n`;
}

function duration(seconds: number): string {
  if (seconds < 90) return `${Math.ceil(seconds)} s`;
  return seconds < 5400 ? `${Math.ceil(seconds / 60)} min` : `${(seconds / 3600).toFixed(1)} h`;
}
