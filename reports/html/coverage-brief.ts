import type { Assessment, CoverageCount } from '../../lib/model/run.ts';
import { byCodeUnit, formatCount, formatShare, sumOf } from '../format.ts';
import { cappedList, type Deferred } from './deferred.ts';
import { h, type Child, type HtmlElement } from './node.ts';

/** Limitations shown beside the verdict; a large estate has one for each bucket that could not be listed. */
const LIMITATIONS = 12;

/** How much of the estate the verdict rests on: the numbers that have to add up before anything else is believed. */
export function coverageBrief({ coverage, censuses }: Assessment, deferred: Deferred): HtmlElement {
  const unlisted = censuses.filter((census) => !census.complete).length;
  return h(
    'div',
    { class: 'brief' },
    h('h3', null, 'What the verdict rests on'),
    h(
      'div',
      { class: 'equations' },
      coverage.accounts && equation('Accounts', coverage.accounts, true),
      equation('Buckets', coverage.buckets, coverage.complete),
      equation('Objects', coverage.objects, coverage.complete && unlisted === 0),
    ),
    !coverage.complete &&
      h(
        'p',
        { class: 'shout' },
        h('strong', null, 'Incomplete. '),
        'The list of buckets was cut short: both populations are lower bounds.',
      ),
    h('h3', null, 'Limitations'),
    limitations(coverage.limitations, deferred),
    h('p', { class: 'quiet' }, h('a', { href: '#coverage' }, 'Coverage in detail')),
  );
}

function limitations(all: readonly string[], deferred: Deferred): Child {
  if (all.length === 0) return h('p', { class: 'empty' }, 'The run recorded none.');
  const { list, more } = cappedList({
    deferred,
    tag: 'ul',
    className: 'limitations',
    items: all.map((limitation) => h('li', null, limitation)),
    shown: LIMITATIONS,
    what: 'limitations',
    elsewhere: 'findings.json',
  });
  return [list, more];
}

/** `whole` is false when part of the population could not even be listed: the sum is then about the rest. */
function equation(what: string, count: CoverageCount, whole: boolean): HtmlElement {
  const excluded = sumOf(Object.values(count.excluded), (value) => value);
  const notAssessable = sumOf(Object.values(count.notAssessable), (value) => value);
  const adds = count.assessed + excluded + notAssessable === count.population;
  const term = (sign: string, word: string, value: string, reasons: Readonly<Record<string, number>> = {}) =>
    h(
      'div',
      { class: 'term' },
      sign !== '' && h('span', { class: 'sign' }, sign),
      h('div', null, h('b', null, value), ' ', h('span', null, word), reasonList(reasons)),
    );
  return h(
    'div',
    { class: 'equation' },
    h('h4', null, what, ' ', h('span', null, shareWords(count, whole))),
    h(
      'div',
      { class: 'terms' },
      term('', 'assessed', formatCount(count.assessed)),
      term('+', 'excluded', formatCount(excluded), count.excluded),
      term('+', 'not assessable', formatCount(notAssessable), count.notAssessable),
      term(
        adds ? '=' : '≠',
        whole ? 'population' : 'population known',
        `${whole ? '' : '≥ '}${formatCount(count.population)}`,
      ),
    ),
    !adds &&
      h(
        'p',
        { class: 'shout' },
        h('strong', null, 'These numbers do not add up. '),
        'Part of the population is unaccounted for; do not rely on this run.',
      ),
  );
}

const shareWords = ({ assessed, population }: CoverageCount, whole: boolean): string =>
  population === 0
    ? 'none found'
    : `${formatShare(assessed, population)} assessed${whole ? '' : ' of those that could be listed'}`;

function reasonList(reasons: Readonly<Record<string, number>>): Child {
  const entries = Object.entries(reasons)
    .filter(([, value]) => value > 0)
    .sort(([a, x], [b, y]) => y - x || byCodeUnit(a, b));
  return (
    entries.length > 0 &&
    h(
      'ul',
      null,
      entries.map(([reason, value]) => h('li', null, `${reason} ${formatCount(value)}`)),
    )
  );
}
