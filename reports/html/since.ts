import { CHANGES } from '../../lib/model/history.ts';
import type { Change, FindingChange, FindingOutcome, RunHistory } from '../../lib/model/history.ts';
import { describeReason } from '../../lib/model/observed.ts';
import type { Assessment } from '../../lib/model/run.ts';
import { formatCount, formatInstant, plural } from '../format.ts';
import { OUTCOME_WORDS, requirementKey, type Outcome } from '../outcome.ts';
import { findingAnchor } from './anchors.ts';
import { cappedList, type Deferred } from './deferred.ts';
import { h, type Child, type HtmlElement } from './node.ts';
import { badge, code, head, icon, name, section, table } from './parts.ts';
import { trendPicture } from './trend.ts';

const ROWS = 40;
const TITLE = 'Since the last run';

type ChangeWords = { readonly word: string; readonly meaning: string; readonly outcome: Outcome };

/** Each change in a word, what it means, and the outcome whose colour and symbol it has. */
const CHANGE_WORDS: Readonly<Record<Change, ChangeWords>> = {
  new: { word: 'new', meaning: 'fails now and did not before', outcome: 'NON_COMPLIANT' },
  waiverExpired: {
    word: 'waiver expired',
    meaning: 'counts again: its waiver ran out or was withdrawn',
    outcome: 'NON_COMPLIANT',
  },
  newlyUnreadable: {
    word: 'newly unreadable',
    meaning: 'cannot be decided any more: neither pass nor fail',
    outcome: 'INSUFFICIENT_DATA',
  },
  stillOpen: { word: 'still open', meaning: 'failed before and fails now', outcome: 'NON_COMPLIANT' },
  stillUnreadable: {
    word: 'still unreadable',
    meaning: 'could not be decided in either run',
    outcome: 'INSUFFICIENT_DATA',
  },
  waived: { word: 'waived', meaning: 'is under an active waiver', outcome: 'WAIVED' },
  gone: {
    word: 'not asked any more',
    meaning: 'not in this run, which is no pass',
    outcome: 'NOT_APPLICABLE',
  },
  resolved: { word: 'resolved', meaning: 'failed or was waived, and passes now', outcome: 'COMPLIANT' },
  unchanged: {
    word: 'unchanged',
    meaning: 'did not fail before and does not now',
    outcome: 'NOT_APPLICABLE',
  },
};

/** Whether there is anything to tell of earlier runs: not in a run on its own, nor in the first of a chain. */
export const hasHistory = ({ history }: Assessment): boolean =>
  history !== undefined && history.baseline.state !== 'absent';

/** Since when a finding has been open; null where no earlier run could tell. */
export const openSince = (history: RunHistory | undefined, id: string): string | null =>
  history?.baseline.state === 'known' ? (history.openSince[id] ?? null) : null;

/** What changed in one line, for beside the verdict. */
export function sinceBrief({ history }: Assessment): Child {
  if (history?.baseline.state !== 'known' || history.counts === null) return null;
  const { counts, baseline } = history;
  const told = CHANGES.filter((change) => change !== 'unchanged' && counts[change] > 0);
  return h(
    'p',
    { class: 'since-brief' },
    h('a', { href: '#since' }, `Since ${formatInstant(baseline.value.startedAt)}`),
    told.length === 0
      ? h('span', null, 'nothing changed')
      : told.map((change) =>
          h(
            'span',
            null,
            icon(CHANGE_WORDS[change].outcome),
            ' ',
            h('b', null, formatCount(counts[change])),
            ` ${CHANGE_WORDS[change].word}`,
          ),
        ),
  );
}

/** What became of every finding since the run before, and the runs before that as a picture; nothing for a first run. */
export function sinceSection({ history, run }: Assessment, deferred: Deferred): Child {
  if (history === undefined || history.baseline.state === 'absent') return null;
  const { baseline, counts, changes, trend } = history;
  if (baseline.state === 'unknown' || counts === null) {
    const why = baseline.state === 'unknown' ? ` (${describeReason(baseline.reason)})` : '';
    return section(
      'since',
      TITLE,
      null,
      h('p', { class: 'unread' }, `The run before could not be read${why}: what changed is not known.`),
    );
  }
  const { runId, startedAt, manifestSha256 } = baseline.value;
  return section(
    'since',
    TITLE,
    [
      'Compared with run ',
      code(runId),
      ` of ${formatInstant(startedAt)}, `,
      manifestSha256 === null ? 'which was never sealed.' : ['manifest ', code(manifestSha256), '.'],
      ' Every finding of either run is counted once.',
    ],
    h(
      'ul',
      { class: 'changes' },
      CHANGES.filter((change) => counts[change] > 0).map((change) => {
        const { word, meaning, outcome } = CHANGE_WORDS[change];
        return h(
          'li',
          null,
          icon(outcome),
          h('b', null, formatCount(counts[change])),
          h('span', null, ` ${word}`, h('span', { class: 'quiet' }, meaning)),
        );
      }),
    ),
    changes.length > 0 && changeTable(changes, deferred),
    h('h3', null, `The last ${plural(trend.length, 'run')}`),
    trendPicture(trend, run.runId),
  );
}

function changeTable(changes: readonly FindingChange[], deferred: Deferred): HtmlElement {
  const { list, more } = cappedList({
    deferred,
    tag: 'tbody',
    items: changes.map(changeRow),
    shown: ROWS,
    what: 'findings, most pressing first',
    elsewhere: 'findings.json',
  });
  return h(
    'div',
    { class: 'capped' },
    table(
      'Findings that changed or are still open',
      'plain since-table',
      head('Change', 'Bucket', 'Requirement and check', 'Before', 'Now', 'Open since'),
      list,
    ),
    more,
  );
}

function changeRow(one: FindingChange): HtmlElement {
  const { word, outcome } = CHANGE_WORDS[one.change];
  const bucket = name(one.bucket);
  return h(
    'tr',
    null,
    h('td', null, badge(outcome, word)),
    h(
      'th',
      { scope: 'row' },
      one.now === null ? bucket : h('a', { href: `#${findingAnchor(one.id)}` }, bucket),
    ),
    h('td', null, name(requirementKey(one)), ' ', h('span', { class: 'check' }, one.check)),
    h('td', { class: 'nowrap' }, outcomeWord(one.before)),
    h('td', { class: 'nowrap' }, outcomeWord(one.now)),
    h(
      'td',
      { class: 'nowrap' },
      one.since === null ? h('span', { class: 'quiet' }, '–') : formatInstant(one.since),
    ),
  );
}

const outcomeWord = (outcome: FindingOutcome | null): string =>
  outcome === null ? 'not asked' : OUTCOME_WORDS[outcome].short;
