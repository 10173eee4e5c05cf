import { formatCount } from '../format.ts';
import { OUTCOME_WORDS, OUTCOMES, type Outcome, type Tally } from '../outcome.ts';
import { h, type Child, type HtmlElement } from './node.ts';

/** CSS class of each outcome: `style.ts` gives it its colours. */
export const OUTCOME_CLASS: Readonly<Record<Outcome, string>> = {
  NON_COMPLIANT: 'fail',
  INSUFFICIENT_DATA: 'unknown',
  WAIVED: 'waived',
  COMPLIANT: 'pass',
  NOT_APPLICABLE: 'na',
};

/** Shapes that differ without colour: cross, question mark, hourglass bar, tick, dash; 16 × 16. */
const ICON_PATHS: Readonly<Record<string, string>> = {
  fail: 'M5 5l6 6M11 5l-6 6',
  unknown: 'M5.8 6.2a2.2 2.2 0 1 1 3.3 1.9c-.8.5-1.1.9-1.1 1.7M8 12.1v.1',
  waived: 'M6.2 5v6M9.8 5v6',
  pass: 'M4.6 8.3l2.3 2.3 4.6-5',
  na: 'M5 8h6',
};

/** The icons once, to be used by reference. */
export const iconDefinitions = (): HtmlElement =>
  h(
    'svg',
    { class: 'defs', 'aria-hidden': 'true', width: 0, height: 0 },
    Object.entries(ICON_PATHS).map(([name, path]) =>
      h(
        'symbol',
        { id: `i-${name}`, viewBox: '0 0 16 16' },
        h('circle', { cx: 8, cy: 8, r: 8 }),
        h('path', { d: path }),
      ),
    ),
    h(
      'pattern',
      { id: 'hatch', width: 6, height: 6, patternUnits: 'userSpaceOnUse', patternTransform: 'rotate(45)' },
      h('rect', { class: 'hatch-ground', width: 6, height: 6 }),
      h('rect', { class: 'hatch-line', width: 2, height: 6 }),
    ),
  );

/** The symbol of an outcome; the words beside it are what a screen reader hears. */
export const icon = (outcome: Outcome): HtmlElement =>
  h(
    'svg',
    { class: `icon ${OUTCOME_CLASS[outcome]}`, viewBox: '0 0 16 16', 'aria-hidden': 'true' },
    h('use', { href: `#i-${OUTCOME_CLASS[outcome]}` }),
  );

/** Colour, symbol and word of an outcome; `text` replaces the word. */
export const badge = (outcome: Outcome, text: string = OUTCOME_WORDS[outcome].long): HtmlElement =>
  h('span', { class: `badge ${OUTCOME_CLASS[outcome]}` }, icon(outcome), h('span', null, text));

/** `3 fail, 1 unknown, 12 pass`: the outcomes that occur, worst first. */
export const tallyWords = (counts: Tally, but: readonly Outcome[] = []): string =>
  OUTCOMES.filter((outcome) => counts[outcome] > 0 && !but.includes(outcome))
    .map((outcome) => `${formatCount(counts[outcome])} ${OUTCOME_WORDS[outcome].short.toLowerCase()}`)
    .join(', ');

/** A name out of AWS or a rule pack, kept from changing the direction of what is around it. */
export const name = (text: string): HtmlElement => h('bdi', { class: 'name' }, text);

/** A machine's text: an ARN, a digest, an identifier. */
export const code = (text: string): HtmlElement => h('code', null, h('bdi', null, text));

/** One part of the page, a landmark with its heading. */
export const section = (id: string, title: string, lead: Child, ...children: readonly Child[]): HtmlElement =>
  h(
    'section',
    { id, 'aria-labelledby': `${id}-title` },
    h('h2', { id: `${id}-title` }, title),
    lead ? h('p', { class: 'lead' }, lead) : null,
    children,
  );

/** Terms and what they are; pairs without a value are left out. */
export const facts = (pairs: readonly (readonly [string, Child])[]): HtmlElement =>
  h(
    'dl',
    { class: 'facts' },
    pairs
      .filter(([, value]) => value !== null && value !== undefined && value !== false && value !== '')
      .map(([term, value]) => h('div', null, h('dt', null, term), h('dd', null, value))),
  );

/** A link to a file of the run folder: the report lies at its root. A path that climbs out of it stays text. */
export function fileLink(path: string, text: string = path): HtmlElement {
  const steps = path.split('/');
  if (steps.includes('..')) return code(text);
  return h(
    'a',
    { href: `./${steps.map((step) => encodeURIComponent(step.toWellFormed())).join('/')}` },
    text,
  );
}

/** A table that scrolls inside its own box on a small screen, which the keyboard can reach. */
export const table = (label: string, className: string, ...children: readonly Child[]): HtmlElement =>
  h(
    'div',
    { class: 'scroll', role: 'group', 'aria-label': label, tabindex: 0 },
    h('table', { class: className }, children),
  );

/** A header row. */
export const head = (...cells: readonly Child[]): HtmlElement =>
  h(
    'thead',
    null,
    h(
      'tr',
      null,
      cells.map((cell) => h('th', { scope: 'col' }, cell)),
    ),
  );

/** Cells that hold numbers, aligned on their last digit. */
export const number = (value: Child): HtmlElement => h('td', { class: 'number' }, value);

/** Text that only a screen reader hears. */
export const spoken = (text: string): HtmlElement => h('span', { class: 'spoken' }, text);
