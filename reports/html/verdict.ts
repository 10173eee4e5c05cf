import { CHECK_IDS, type CheckId } from '../../lib/model/finding.ts';
import type { Assessment } from '../../lib/model/run.ts';
import { formatCount, formatShare, plural } from '../format.ts';
import { OUTCOME_WORDS, OUTCOMES, outcomeOf, runVerdict, tally, worstOf } from '../outcome.ts';
import { findingsByCheck, type RequirementResult } from '../requirements.ts';
import { requirementAnchor } from './anchors.ts';
import { h, type HtmlElement } from './node.ts';
import { badge, head, icon, name, OUTCOME_CLASS, spoken, table } from './parts.ts';

/** What each check asks, as the reader sees it. */
export const CHECK_QUESTIONS: Readonly<Record<CheckId, string>> = {
  stored: 'Is every object sealed as required: current and noncurrent versions, and unfinished uploads?',
  default: 'What does an upload that names no encryption get?',
  enforced: 'Can any request write something that breaks the requirement?',
  keys: 'Are the keys the right ones and healthy?',
  opened: 'Who decrypted, was it allowed, and was the trail in a state to know?',
};

/** The answer in one sentence, its numbers, and each requirement in one row. */
export function verdictSection(assessment: Assessment, results: readonly RequirementResult[]): HtmlElement {
  const { outcome, headline, sentence } = runVerdict(assessment);
  const counts = tally(assessment.findings);
  const { objects } = assessment.coverage;
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
      h(
        'li',
        { class: 'tile-coverage' },
        h('span', { class: 'tile-number' }, formatShare(objects.assessed, objects.population)),
        h('span', { class: 'tile-word' }, `of ${formatCount(objects.population)} objects assessed`),
      ),
    ),
    results.length > 0 && requirementTable(results),
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
  const others = OUTCOMES.filter((each) => each !== outcome && each !== 'NOT_APPLICABLE' && counts[each] > 0);
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
    others.length > 0 &&
      h(
        'span',
        { class: 'others' },
        others
          .map((each) => `${formatCount(counts[each])} ${OUTCOME_WORDS[each].short.toLowerCase()}`)
          .join(', '),
      ),
  );
}
