import type { Finding } from '../../lib/model/finding.ts';
import type { Requirement } from '../../lib/model/requirement.ts';
import type { Assessment } from '../../lib/model/run.ts';
import { formatCount } from '../format.ts';
import { compareFindings, outcomeOf } from '../outcome.ts';
import type { RequirementResult } from '../requirements.ts';
import { requirementAnchor } from './anchors.ts';
import { cappedList, type Deferred } from './deferred.ts';
import { findingFilters } from './filters.ts';
import { findingIndex, findingView, type FindingContext } from './finding.ts';
import { h, type Child, type HtmlElement } from './node.ts';
import { badge, icon, name, OUTCOME_CLASS, section, tallyWords } from './parts.ts';

/** Findings in the HTML itself, worst first; beyond, the page's script makes them from its data. */
const STATIC_FINDINGS = 150;

/** Findings grouped by requirement, worst first, with the filters that the script brings to life. */
export function findingsSection(
  assessment: Assessment,
  results: readonly RequirementResult[],
  deferred: Deferred,
): HtmlElement {
  const first = new Set([...assessment.findings].sort(compareFindings).slice(0, STATIC_FINDINGS));
  const context: FindingContext = {
    buckets: new Map(assessment.buckets.map((bucket) => [bucket.name, bucket])),
    objectFiles: new Map(assessment.objectFiles.map((file) => [file.bucket, file])),
    history: assessment.history,
  };
  return section(
    'findings',
    'Findings',
    'One finding is one requirement, one check and one resource. Open it for its reasons, its proof and the evidence it was judged from.',
    assessment.findings.length > 0 && findingFilters(assessment.findings, results),
    results.map((result) => group(result, first, context, deferred)),
    h('p', { class: 'empty', id: 'no-match', hidden: true }, 'No finding matches these filters.'),
  );
}

function group(
  result: RequirementResult,
  first: ReadonlySet<Finding>,
  context: FindingContext,
  deferred: Deferred,
): HtmlElement {
  const settled = (finding: Finding) => ['COMPLIANT', 'NOT_APPLICABLE'].includes(outcomeOf(finding));
  const open = result.findings.filter((finding) => !settled(finding));
  const passed = result.findings.filter(settled);
  const list = (findings: readonly Finding[]): Child => {
    const { list: items, more } = cappedList({
      deferred,
      tag: 'ul',
      className: 'findings',
      items: findings.map((finding) => findingView(finding, context)),
      shown: findings.filter((finding) => first.has(finding)).length,
      what: 'findings, worst first',
      elsewhere: 'findings.csv',
      index: findings.map(findingIndex),
    });
    return [items, more];
  };
  return h(
    'details',
    {
      class: `group ${OUTCOME_CLASS[result.outcome]}`,
      id: requirementAnchor(result.key),
      open: open.length > 0,
    },
    h(
      'summary',
      null,
      badge(result.outcome),
      h('h3', null, name(result.key), h('span', { class: 'title' }, result.title)),
      h('span', { class: 'group-counts' }, tallyWords(result.tally)),
    ),
    h('div', { class: 'asks' }, asks(result)),
    open.length > 0 && list(open),
    passed.length > 0 &&
      h(
        'details',
        { class: 'passed' },
        h('summary', null, icon('COMPLIANT'), passedWords(result)),
        list(passed),
      ),
    result.findings.length === 0 &&
      h('p', { class: 'empty' }, 'No bucket of this run holds this data class: there was nothing to ask.'),
  );
}

const passedWords = ({ tally }: RequirementResult): string =>
  [
    tally.COMPLIANT > 0 && `${formatCount(tally.COMPLIANT)} compliant`,
    tally.NOT_APPLICABLE > 0 && `${formatCount(tally.NOT_APPLICABLE)} not applicable`,
  ]
    .filter(Boolean)
    .join(', ');

/** What the requirement asks, in words, from the pack. */
function asks({ requirement, severity, dataClass }: RequirementResult): Child {
  return [
    requirement?.rationale && h('p', null, requirement.rationale),
    h(
      'p',
      { class: 'quiet' },
      `Severity ${severity}, for data class `,
      name(dataClass),
      '. ',
      requirement
        ? encryptionWords(requirement)
        : 'The rule packs of this run no longer hold this requirement.',
    ),
  ];
}

function encryptionWords({ encryption, transport, decrypt, paths }: Requirement): string {
  const { key } = encryption;
  const parts = [
    `Allows ${encryption.allow.join(', ')}`,
    key && key.manager !== 'any'
      ? `key managed by ${key.manager === 'CUSTOMER' ? 'the customer' : 'AWS'}`
      : '',
    key && key.arns.length > 0 ? `key matching ${key.arns.join(' or ')}` : '',
    key && key.aliases.length > 0 ? `alias matching ${key.aliases.join(' or ')}` : '',
    key && key.accounts.length > 0 ? `key in account ${key.accounts.join(' or ')}` : '',
    key?.rotation === 'required'
      ? `rotation on${key.rotationMaxDays === null ? '' : `, at most every ${key.rotationMaxDays} days`}`
      : '',
    encryption.bucketKey === 'any' ? '' : `bucket key ${encryption.bucketKey}`,
    encryption.sseC === 'blocked' ? 'SSE-C blocked' : '',
    encryption.clientSide === 'required' ? 'client-side encryption required' : '',
    transport ? `TLS ${transport.tls} or later` : '',
    decrypt && decrypt.principals.length > 0 ? `decrypted only by ${decrypt.principals.join(' or ')}` : '',
    `decided over ${paths.join(', ')}`,
  ];
  return `${parts.filter((part) => part !== '').join('; ')}.`;
}
