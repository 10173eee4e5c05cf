import type { Census } from '../../lib/model/census.ts';
import type { Assessment, RunSpent } from '../../lib/model/run.ts';
import { byCodeUnit, formatBytes, formatCount, plural, sumOf } from '../format.ts';
import { cappedList, type Deferred } from './deferred.ts';
import { h, type Child, type HtmlElement } from './node.ts';
import { head, name, number, section, table } from './parts.ts';
import { spentSentences } from '../spent.ts';
import { recordedFacts } from './recorded.ts';
import { unreadFacts } from './unread.ts';

const ROWS = 60;

/** What was looked at and what was not, bucket by bucket and read by read; `coverage-brief.ts` has the sums. */
export function coverageSection(assessment: Assessment, deferred: Deferred): HtmlElement {
  const { censuses, coverage } = assessment;
  return section(
    'coverage',
    'Coverage in detail',
    'What was counted in each bucket, and every read that failed. The sums are beside the verdict.',
    h('h3', null, 'Objects of each bucket'),
    censusTable(censuses, deferred),
    h('h3', null, 'What it took'),
    spentParagraph(coverage.spent),
    recordedFacts(assessment, deferred),
    h('h3', null, 'Reads that failed'),
    unreadFacts(assessment, deferred),
  );
}

function spentParagraph(spent: RunSpent | undefined): HtmlElement {
  if (!spent) return h('p', { class: 'empty' }, 'The run did not record it.');
  return h(
    'ul',
    { class: 'spent' },
    [
      ...spentSentences(spent),
      'Every attempt is counted, retries as well. Prices are those of us-east-1; writing the report is not in them.',
    ].map((line) => h('li', null, line)),
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
        'Requests',
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
    number(census.spent ? formatCount(census.spent.list + census.spent.read) : '–'),
    h(
      'td',
      null,
      notes.length > 0
        ? notes.map((note) => h('span', { class: 'note' }, note))
        : h('span', { class: 'quiet' }, '–'),
    ),
  );
}
