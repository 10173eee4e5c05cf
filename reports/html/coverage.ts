import type { Census } from '../../lib/model/census.ts';
import type { Assessment, CoverageCount } from '../../lib/model/run.ts';
import { byCodeUnit, formatBytes, formatCount, plural, sumOf } from '../format.ts';
import { cappedList, type Deferred } from './deferred.ts';
import { h, type Child, type HtmlElement } from './node.ts';
import { head, name, number, section, table } from './parts.ts';
import { unreadFacts } from './unread.ts';

const ROWS = 60;

/** What was looked at and what was not: the numbers that have to add up before anything else may be believed. */
export function coverageSection(assessment: Assessment, deferred: Deferred): HtmlElement {
  const { coverage, censuses } = assessment;
  return section(
    'coverage',
    'Coverage',
    'Assessed + excluded + not assessable = population. Nothing falls between.',
    h(
      'div',
      { class: 'equations' },
      equation('Buckets', coverage.buckets),
      equation('Objects', coverage.objects),
    ),
    !coverage.complete &&
      h(
        'p',
        { class: 'shout' },
        h('strong', null, 'Incomplete. '),
        'The list of buckets was cut short: the population above is a lower bound.',
      ),
    h('h3', null, 'Limitations'),
    coverage.limitations.length > 0
      ? h(
          'ul',
          { class: 'limitations' },
          coverage.limitations.map((limitation) => h('li', null, limitation)),
        )
      : h('p', { class: 'empty' }, 'The run recorded none.'),
    h('h3', null, 'Objects of each bucket'),
    censusTable(censuses, deferred),
    h('h3', null, 'Reads that failed'),
    unreadFacts(assessment, deferred),
  );
}

function equation(what: string, count: CoverageCount): HtmlElement {
  const excluded = sumOf(Object.values(count.excluded), (value) => value);
  const notAssessable = sumOf(Object.values(count.notAssessable), (value) => value);
  const adds = count.assessed + excluded + notAssessable === count.population;
  const term = (word: string, value: number, reasons?: Readonly<Record<string, number>>) =>
    h(
      'div',
      { class: 'term' },
      h('b', null, formatCount(value)),
      h('span', null, word),
      reasons && reasonList(reasons),
    );
  const sign = (text: string) => h('span', { class: 'sign' }, text);
  return h(
    'div',
    { class: 'equation' },
    h('h3', null, what),
    h(
      'div',
      { class: 'terms' },
      term('assessed', count.assessed),
      sign('+'),
      term('excluded', excluded, count.excluded),
      sign('+'),
      term('not assessable', notAssessable, count.notAssessable),
      sign(adds ? '=' : '≠'),
      term('population', count.population),
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

function censusTable(censuses: readonly Census[], deferred: Deferred): Child {
  if (censuses.length === 0) return h('p', { class: 'empty' }, 'No bucket was counted.');
  const rows = [...censuses].sort(
    (a, b) => Number(a.complete) - Number(b.complete) || byCodeUnit(a.bucket, b.bucket),
  );
  const { list, more } = cappedList({
    deferred,
    tag: 'tbody',
    items: rows.map(censusRow),
    shown: ROWS,
    what: 'buckets, unfinished ones first',
    elsewhere: 'the evidence folder',
  });
  return h(
    'div',
    { class: 'capped' },
    table(
      'Objects of each bucket',
      'plain census',
      head(
        'Bucket',
        'Assessed',
        'Excluded',
        'Not assessable',
        'Population',
        'Bytes',
        'Beside the population',
      ),
      list,
    ),
    more,
  );
}

function censusRow(census: Census): HtmlElement {
  const excluded = sumOf(Object.values(census.excluded), (value) => value);
  const unassessed = sumOf(census.unassessed, (group) => group.objects);
  const uploads = sumOf(census.uploads, (group) => group.uploads);
  const notes = [
    census.complete ? '' : `Listing incomplete: ${census.incompleteReason ?? 'no reason was recorded'}.`,
    census.uploadsComplete
      ? ''
      : `Uploads not listed: ${census.uploadsIncompleteReason ?? 'no reason was recorded'}.`,
    uploads > 0 ? `${plural(uploads, 'unfinished upload')}.` : '',
    census.deleteMarkers > 0 ? `${plural(census.deleteMarkers, 'delete marker')}.` : '',
  ].filter((note) => note !== '');
  return h(
    'tr',
    { class: census.complete ? undefined : 'incomplete' },
    h('th', { scope: 'row' }, name(census.bucket)),
    number(formatCount(census.assessed)),
    number(formatCount(excluded)),
    number(formatCount(unassessed)),
    number(census.complete ? formatCount(census.population) : `≥ ${formatCount(census.population)}`),
    number(formatBytes(census.populationBytes)),
    h(
      'td',
      null,
      notes.length > 0
        ? notes.map((note) => h('span', { class: 'note' }, note))
        : h('span', { class: 'quiet' }, '–'),
    ),
  );
}
