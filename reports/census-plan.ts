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
  /** Worked out, not counted. */
  readonly estimated: boolean;
  /** With all that may come on top; null when nothing tells. */
  readonly atMost: { readonly dollars: number; readonly seconds: number } | null;
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
    estimated: rows.some((row) => row.estimated),
    atMost: rows.every((row) => row.atMost !== null)
      ? { dollars: sum((row) => row.atMost?.dollars ?? 0), seconds: sum((row) => row.atMost?.seconds ?? 0) }
      : null,
  };
  const width = Math.max(...[...rows, total].map(({ bucket }) => visible(bucket).length), 6);
  const line = (row: PlanRow): string => {
    const least = row.atLeast ? '≥ ' : '';
    const count = row.estimated ? '≈ ' : least;
    const cells = [
      padEnd(visible(row.bucket), width),
      padEnd(row.source, 9),
      padStart(row.versions === null ? 'not known' : count + formatCount(row.versions), 15),
      padStart(formatCount(row.requests.list), 10),
      padStart(formatCount(row.requests.read), 13),
      padStart(
        upTo(row, least, ({ dollars }) => `$${dollars.toFixed(4)}`),
        21,
      ),
      padStart(
        upTo(row, least, ({ seconds }) => duration(seconds)),
        18,
      ),
    ];
    return cells.join('  ').trimEnd() + (row.why === null ? '' : `\n${' '.repeat(4)}${visible(row.why)}`);
  };
  const head = [
    padEnd('bucket', width),
    padEnd('source', 9),
    padStart('versions', 15),
    padStart('LIST', 10),
    padStart('GET and HEAD', 13),
    padStart('list price', 21),
    padStart('time', 18),
  ].join('  ');
  const notes = [
    total.estimated
      ? '≈ is worked out from the bytes of an inventory in CSV, or of one with very many files, and may be wrong.'
      : '',
    rows.some((row) => isRange(row))
      ? 'The higher price and time: every object that an inventory may not tell enough about is asked by HEAD.'
      : '',
  ].filter((note) => note !== '');
  return `${[head, ...rows.map(line), '', line(total), ...notes].join('\n')}\n`;
}

const isRange = ({ dollars, atMost }: PlanRow): boolean => atMost !== null && atMost.dollars > dollars;

/** `a to b`, where more may come on top. */
function upTo(
  row: PlanRow,
  least: string,
  told: (amount: { readonly dollars: number; readonly seconds: number }) => string,
): string {
  if (row.atMost === null) return `≥ ${told(row)}`;
  const [low, high] = [told(row), told(row.atMost)];
  return isRange(row) && low !== high ? `${low} to ${high}` : least + low;
}

function duration(seconds: number): string {
  if (seconds < 90) return `${Math.ceil(seconds)} s`;
  return seconds < 5400 ? `${Math.ceil(seconds / 60)} min` : `${(seconds / 3600).toFixed(1)} h`;
}
