import type { TrendPoint } from '../../lib/model/history.ts';
import { formatCount, formatInstant, formatShare, plural, sumOf } from '../format.ts';
import { OUTCOME_WORDS, OUTCOMES, type Outcome } from '../outcome.ts';
import { h, type HtmlElement } from './node.ts';
import { code, head, number, OUTCOME_CLASS, table } from './parts.ts';

/** What the picture stacks, from the ground up; what does not apply is not part of it. */
const STACK: readonly Outcome[] = ['NON_COMPLIANT', 'INSUFFICIENT_DATA', 'WAIVED', 'COMPLIANT'];
const HEIGHT = 96;
const SLOT = 26;
const BAR = 20;
/** Units that the smallest number gets: one failure among ten thousand must not vanish. */
const SLIVER = 3;

/** The runs as stacked bars on one scale, oldest first, and the same numbers as a table. */
export function trendPicture(trend: readonly TrendPoint[], current: string): HtmlElement {
  const most = Math.max(1, ...trend.map(judged));
  const width = trend.length * SLOT;
  return h(
    'div',
    { class: 'trend' },
    h(
      'figure',
      null,
      h(
        'svg',
        {
          viewBox: `0 0 ${width} ${HEIGHT}`,
          width,
          height: HEIGHT,
          role: 'img',
          'aria-label': describe(trend),
        },
        h('rect', { class: 'trend-axis', x: 0, y: HEIGHT - 1, width, height: 1 }),
        trend.map((point, i) => bar(point, i * SLOT + (SLOT - BAR) / 2, most)),
      ),
      h(
        'figcaption',
        null,
        h(
          'ul',
          { class: 'ledger-legend' },
          STACK.map((outcome) => h('li', null, swatch(outcome), OUTCOME_WORDS[outcome].long)),
        ),
      ),
    ),
    table(
      'Findings of the last runs',
      'plain trend-table',
      h('caption', { class: 'spoken' }, 'Findings of the last runs, oldest first'),
      head('Run', ...OUTCOMES.map((outcome) => OUTCOME_WORDS[outcome].long), 'Objects assessed'),
      h(
        'tbody',
        null,
        trend.map((point) => row(point, current)),
      ),
    ),
  );
}

const judged = ({ outcomes }: TrendPoint): number => sumOf(STACK, (outcome) => outcomes[outcome]);

function bar({ outcomes }: TrendPoint, x: number, most: number): readonly HtmlElement[] {
  const room = HEIGHT - 1;
  const parts = STACK.filter((outcome) => outcomes[outcome] > 0);
  const scale = (room - parts.length * SLIVER) / most;
  let y = room;
  return parts.map((outcome) => {
    const height = SLIVER + Math.round(outcomes[outcome] * scale);
    y -= height;
    // A hair of ground between the parts, for eyes that tell colours apart badly.
    return h('rect', { class: `trend-${OUTCOME_CLASS[outcome]}`, x, y, width: BAR, height: height - 1 });
  });
}

function row({ runId, startedAt, outcomes, objects }: TrendPoint, current: string): HtmlElement {
  return h(
    'tr',
    null,
    h(
      'th',
      { scope: 'row' },
      formatInstant(startedAt),
      h('span', { class: 'title' }, runId === current ? 'this run' : code(runId)),
    ),
    OUTCOMES.map((outcome) => number(formatCount(outcomes[outcome]))),
    number(
      objects.population === 0
        ? 'none found'
        : `${formatCount(objects.assessed)} (${formatShare(objects.assessed, objects.population)})`,
    ),
  );
}

function describe(trend: readonly TrendPoint[]): string {
  const words = (point: TrendPoint): string =>
    STACK.map(
      (outcome) => `${formatCount(point.outcomes[outcome])} ${OUTCOME_WORDS[outcome].long.toLowerCase()}`,
    ).join(', ');
  const [first, last] = [trend[0], trend.at(-1)];
  if (first === undefined || last === undefined) return 'No run.';
  return `${plural(trend.length, 'run')}: from ${words(first)}, to ${words(last)}. The table below has every number.`;
}

const swatch = (outcome: Outcome): HtmlElement =>
  h(
    'svg',
    { class: 'swatch', viewBox: '0 0 10 10', width: 10, height: 10, 'aria-hidden': 'true' },
    h('rect', { class: `trend-${OUTCOME_CLASS[outcome]}`, width: 10, height: 10 }),
  );
