import { CHECK_IDS, type Finding } from '../../lib/model/finding.ts';
import { byCodeUnit, plural } from '../format.ts';
import { OUTCOME_WORDS, OUTCOMES, outcomeOf } from '../outcome.ts';
import type { RequirementResult } from '../requirements.ts';
import type { Facet } from './deferred.ts';
import { h, type HtmlElement } from './node.ts';
import { icon, OUTCOME_CLASS } from './parts.ts';

/** The search, the facets and the status pills; hidden until the page's script brings them to life. */
export function findingFilters(
  findings: readonly Finding[],
  results: readonly RequirementResult[],
): HtmlElement {
  const distinct = (values: readonly string[]) => [...new Set(values)].sort(byCodeUnit);
  const buckets = distinct(findings.map((finding) => finding.bucket));
  const accounts = distinct(findings.map((finding) => finding.accountId));
  const frameworks = distinct(findings.flatMap((finding) => Object.keys(finding.controls)));
  const asked = results.filter((result) => result.findings.length > 0).map((result) => result.key);
  const select = (facet: Facet, label: string, any: string, values: readonly string[]) =>
    values.length > 1 &&
    h(
      'label',
      { class: 'field' },
      h('span', null, label),
      h(
        'select',
        { name: facet },
        h('option', { value: '' }, any),
        values.map((value) => h('option', { value }, value)),
      ),
    );
  return h(
    'form',
    { class: 'filters', id: 'filters', role: 'search', 'aria-label': 'Filter findings', hidden: true },
    h(
      'label',
      { class: 'field search' },
      h('span', null, 'Search'),
      h('input', {
        type: 'search',
        name: 'text',
        autocomplete: 'off',
        spellcheck: 'false',
        placeholder: 'reason, ARN, control, principal …',
      }),
    ),
    select('check', 'Check', 'All checks', CHECK_IDS),
    select('requirement', 'Requirement', 'All requirements', asked),
    select('bucket', 'Bucket', 'All buckets', buckets),
    select('account', 'Account', 'All accounts', accounts),
    select('framework', 'Framework', 'All frameworks', frameworks),
    h(
      'div',
      { class: 'bottom' },
      h(
        'fieldset',
        { class: 'pills' },
        h('legend', { class: 'spoken' }, 'Status'),
        OUTCOMES.filter((outcome) => findings.some((finding) => outcomeOf(finding) === outcome)).map(
          (outcome) =>
            h(
              'label',
              { class: `pill ${OUTCOME_CLASS[outcome]}` },
              h('input', { type: 'checkbox', name: 'outcome', value: OUTCOME_CLASS[outcome] }),
              h('span', null, icon(outcome), OUTCOME_WORDS[outcome].long),
            ),
        ),
      ),
      h(
        'div',
        { class: 'actions' },
        h('output', { id: 'match-count', 'aria-live': 'polite' }, plural(findings.length, 'finding')),
        h('button', { type: 'button', id: 'expand' }, 'Open all shown'),
        h('button', { type: 'button', id: 'collapse' }, 'Close all'),
        h('button', { type: 'reset' }, 'Clear filters'),
      ),
    ),
  );
}
