import { CHANGES } from '../lib/model/history.ts';
import type { Change, FindingChange, PastRun } from '../lib/model/history.ts';
import { formatCount, formatInstant, plural } from './format.ts';
import { requirementKey } from './outcome.ts';
import { padEnd, painter, wrap, type Style } from './terminal.ts';

/** What changed between two runs. */
export type RunDifference = {
  readonly from: Pick<PastRun, 'runId' | 'startedAt' | 'manifestSha256'>;
  readonly to: Pick<PastRun, 'runId' | 'startedAt' | 'manifestSha256'>;
  readonly counts: Readonly<Record<Change, number>>;
  readonly changes: readonly FindingChange[];
};

const WORDS: Readonly<
  Record<Change, { readonly title: string; readonly mark: string; readonly style: Style }>
> = {
  new: { title: 'NEW', mark: '✗', style: 'red' },
  waiverExpired: { title: 'WAIVER EXPIRED OR WITHDRAWN', mark: '✗', style: 'red' },
  newlyUnreadable: { title: 'NEWLY UNREADABLE (neither pass nor fail)', mark: '?', style: 'yellow' },
  stillOpen: { title: 'STILL OPEN', mark: '✗', style: 'red' },
  stillUnreadable: { title: 'STILL UNREADABLE', mark: '?', style: 'yellow' },
  waived: { title: 'WAIVED', mark: '~', style: 'magenta' },
  gone: { title: 'NOT ASKED ANY MORE (no pass)', mark: '–', style: 'dim' },
  resolved: { title: 'RESOLVED', mark: '✓', style: 'green' },
  unchanged: { title: 'UNCHANGED', mark: '·', style: 'dim' },
};

/** Findings listed under each heading; the rest is counted, and all of it is in `--json`. */
const SHOWN = 20;

/** The difference between two runs as a person reads it in a terminal, ending with a line feed. */
export function diffText(
  { from, to, counts, changes }: RunDifference,
  { color, width }: { readonly color: boolean; readonly width: number },
): string {
  const paint = painter(color);
  const page = Math.max(60, width);
  const run = ({ runId, startedAt }: RunDifference['from']) => `${runId} (${formatInstant(startedAt)})`;
  const sections = CHANGES.filter((change) => change !== 'unchanged' && counts[change] > 0).map((change) => {
    const { title, mark, style } = WORDS[change];
    const all = changes.filter((one) => one.change === change);
    const hidden = all.length - Math.min(SHOWN, all.length);
    return [
      paint('bold', paint(style, `${title}: ${formatCount(counts[change])}`)),
      ...all.slice(0, SHOWN).flatMap((one) => changeLines(one, mark, page)),
      ...(hidden > 0 ? [paint('dim', `  and ${plural(hidden, 'more finding')}, in --json`)] : []),
    ].join('\n');
  });
  const rest = `${plural(counts.unchanged, 'finding')} unchanged`;
  return `${[[...wrap(`from ${run(from)}`, page), ...wrap(`to   ${run(to)}`, page)].join('\n'), ...sections, rest].join('\n\n')}\n`;
}

function changeLines(change: FindingChange, mark: string, width: number): string[] {
  const [first = '', ...rest] = wrap(
    `${padEnd(change.severity, 8)}  ${padEnd(change.check, 8)}  ${change.resource}`,
    width - 2,
  );
  const since = change.since === null ? '' : `, open since ${formatInstant(change.since)}`;
  return [
    `${mark} ${first}`,
    ...rest.map((line) => `  ${line}`),
    ...wrap(`${requirementKey(change)}: ${change.title}${since}`, width, '    '),
  ];
}
