import { CHECK_IDS, type CheckId, type Finding } from '../../lib/model/finding.ts';
import type { Assessment } from '../../lib/model/run.ts';
import { formatCount, plural } from '../format.ts';
import {
  compareFindings,
  OUTCOME_WORDS,
  OUTCOMES,
  outcomeOf,
  runVerdict,
  tally,
  worstOf,
} from '../outcome.ts';
import { findingsByCheck, type RequirementResult } from '../requirements.ts';
import { findingAnchor, requirementAnchor } from './anchors.ts';
import { coverageBrief } from './coverage-brief.ts';
import type { Deferred } from './deferred.ts';
import { h, type Child, type HtmlElement } from './node.ts';
import { badge, head, icon, name, OUTCOME_CLASS, spoken, table, tallyWords } from './parts.ts';
import { sinceBrief } from './since.ts';

const MOST_SERIOUS = 5;

/** What each check asks, as the reader sees it. */
export const CHECK_QUESTIONS: Readonly<Record<CheckId, string>> = {
  stored: 'Is every object sealed as required: current and noncurrent versions, and unfinished uploads?',
  default: 'What does an upload that names no encryption get?',
  enforced: 'Can any request write something that breaks the requirement?',
  keys: 'Are the keys the right ones and healthy?',
  opened: 'Who decrypted, was it allowed, and was the trail in a state to know?',
};

/** The answer in one sentence, its numbers, how much of the estate they rest on, and each requirement in one row. */
export function verdictSection(
  assessment: Assessment,
  results: readonly RequirementResult[],
  deferred: Deferred,
): HtmlElement {
  const { outcome, headline, sentence } = runVerdict(assessment);
  const counts = tally(assessment.findings);
  const expired = assessment.findings.filter((finding) => finding.waiver?.state === 'expired');
  return h(
    'section',
    { id: 'verdict', 'aria-labelledby': 'verdict-title' },
    h(
      'div',
      { class: `hero ${OUTCOME_CLASS[outcome]}` },
      icon(outcome),
      h('div', null, h('h2', { id: 'verdict-title' }, headline), h('p', null, sentence)),
    ),
    expired.length > 0 &&
      h(
        'p',
        { class: 'shout' },
        h('strong', null, 'Expired waivers. '),
        `${plural(expired.length, 'finding counts', 'findings count')} again because the waiver expired. `,
        h('a', { href: '#waivers' }, 'See the waivers'),
      ),
    h(
      'ul',
      { class: 'tiles' },
      OUTCOMES.map((each) =>
        h(
          'li',
          { class: counts[each] > 0 ? OUTCOME_CLASS[each] : 'none' },
          h('span', { class: 'tile-number' }, formatCount(counts[each])),
          h('span', { class: 'tile-word' }, icon(each), OUTCOME_WORDS[each].long),
        ),
      ),
    ),
    sinceBrief(assessment),
    mostSerious(assessment.findings),
    coverageBrief(assessment, deferred),
    results.length > 0 && requirementTable(results),
  );
}

/** The failures to read first, each a link to all of it; the rest is one link away. */
function mostSerious(findings: readonly Finding[]): Child {
  const failing = findings.filter((finding) => outcomeOf(finding) === 'NON_COMPLIANT').sort(compareFindings);
  if (failing.length === 0) return null;
  const hidden = failing.length - MOST_SERIOUS;
  return h(
    'div',
    { class: 'serious' },
    h('h3', null, 'Most serious'),
    h(
      'ol',
      null,
      failing
        .slice(0, MOST_SERIOUS)
        .map((finding) =>
          h(
            'li',
            null,
            h('span', { class: 'severity' }, finding.severity),
            h(
              'span',
              null,
              h('a', { href: `#${findingAnchor(finding.id)}` }, name(finding.bucket)),
              ' ',
              h('span', { class: 'check' }, finding.check),
            ),
            h('span', { class: 'why' }, finding.reasons[0] ?? 'No reason was recorded.'),
          ),
        ),
    ),
    hidden > 0 &&
      h('p', { class: 'quiet' }, h('a', { href: '#findings' }, plural(hidden, 'more failing finding'))),
  );
}

function requirementTable(results: readonly RequirementResult[]): HtmlElement {
  return table(
    'Requirements and checks',
    'requirements',
    h('caption', null, 'Requirements, worst first'),
    head('Requirement', ...CHECK_IDS.map((check) => h('span', { title: CHECK_QUESTIONS[check] }, check))),
    h(
      'tbody',
      null,
      results.map((result) =>
        h(
          'tr',
          null,
          h(
            'th',
            { scope: 'row' },
            h(
              'div',
              null,
              icon(result.outcome),
              h(
                'span',
                null,
                h('a', { href: `#${requirementAnchor(result.key)}` }, name(result.key)),
                h('span', { class: 'title' }, result.title),
              ),
            ),
          ),
          [...findingsByCheck(result.findings)].map(([check, findings]) => checkCell(check, findings)),
        ),
      ),
    ),
  );
}

function checkCell(check: CheckId, findings: RequirementResult['findings']): HtmlElement {
  const counts = tally(findings);
  const asked = findings.length - counts.NOT_APPLICABLE;
  if (asked === 0) {
    return h(
      'td',
      { class: 'check-cell' },
      badge('NOT_APPLICABLE', findings.length === 0 ? 'Not in scope' : 'N/A'),
    );
  }
  const outcome = worstOf(findings.map(outcomeOf));
  const others = tallyWords(counts, [outcome, 'NOT_APPLICABLE']);
  return h(
    'td',
    { class: 'check-cell' },
    badge(outcome, OUTCOME_WORDS[outcome].short),
    h(
      'span',
      { class: 'of' },
      `${formatCount(counts[outcome])} of ${formatCount(asked)}`,
      spoken(` findings of check ${check}`),
    ),
    others !== '' && h('span', { class: 'others' }, others),
  );
}
