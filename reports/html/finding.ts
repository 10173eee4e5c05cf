import type { Finding, VerdictCounts } from '../../lib/model/finding.ts';
import type { BucketEvidence } from '../../lib/model/evidence.ts';
import type { RunHistory } from '../../lib/model/history.ts';
import type { Assessment } from '../../lib/model/run.ts';
import { WRITE_PATHS } from '../../lib/model/proof.ts';
import { byCodeUnit, formatBytes, formatCount, formatInstant, plural } from '../format.ts';
import { OUTCOME_WORDS, outcomeOf, requirementKey } from '../outcome.ts';
import { findingAnchor } from './anchors.ts';
import type { IndexEntry } from './deferred.ts';
import { h, type Child, type HtmlElement } from './node.ts';
import { badge, code, facts, fileLink, name, OUTCOME_CLASS } from './parts.ts';
import { proofBlock } from './proof.ts';
import { openSince } from './since.ts';

/** What a finding's view needs of the rest of the run. */
export type FindingContext = {
  readonly buckets: ReadonlyMap<string, BucketEvidence>;
  readonly objectFiles: ReadonlyMap<string, Assessment['objectFiles'][number]>;
  readonly history: RunHistory | undefined;
};

/** One finding: a line that says what and why, opening to everything it rests on. */
export function findingView(finding: Finding, context: FindingContext): HtmlElement {
  const outcome = outcomeOf(finding);
  return h(
    'li',
    null,
    h(
      'details',
      { class: `finding ${OUTCOME_CLASS[outcome]}`, id: findingAnchor(finding.id) },
      h(
        'summary',
        null,
        badge(outcome),
        h('span', { class: 'check' }, finding.check),
        h('span', { class: 'where' }, name(finding.bucket)),
        h(
          'span',
          { class: 'why' },
          finding.waiver?.state === 'expired' && h('strong', { class: 'expired' }, 'Expired waiver. '),
          finding.reasons[0] ?? 'No reason was recorded.',
        ),
      ),
      h('div', { class: 'body' }, findingBody(finding, context)),
    ),
  );
}

function findingBody(finding: Finding, { buckets, objectFiles, history }: FindingContext): Child {
  const since = openSince(history, finding.id);
  const objects = finding.check === 'stored' ? objectFiles.get(finding.bucket) : undefined;
  return [
    finding.reasons.length > 1 &&
      h(
        'ul',
        { class: 'reasons' },
        finding.reasons.slice(1).map((reason) => h('li', null, reason)),
      ),
    finding.counts && countsView(finding.counts),
    finding.remediation !== null &&
      h('div', { class: 'remedy' }, h('h4', null, 'What to do'), h('p', null, finding.remediation)),
    finding.waiver && waiverView(finding.waiver),
    finding.proofs && [
      h('h4', null, 'Proof'),
      proofBlock(finding.proofs, buckets.get(finding.bucket)?.policy),
    ],
    facts([
      ['Resource', code(finding.resource)],
      ['Account and Region', [code(finding.accountId), ' ', finding.region ?? 'Region not known']],
      ['Data class', name(finding.dataClass)],
      ['Severity', finding.severity],
      ['Open since', since !== null && formatInstant(since)],
      ['Controls', controls(finding)],
      ['Objects', objects && h('span', null, fileLink(objects.path), ` (${plural(objects.rows, 'row')})`)],
      [
        'Evidence',
        h(
          'ul',
          { class: 'files' },
          [...finding.evidence].sort(byCodeUnit).map((path) => h('li', null, fileLink(path))),
        ),
      ],
      ['Finding', h('a', { href: `#${findingAnchor(finding.id)}` }, code(finding.id))],
    ]),
  ];
}

function countsView(counts: VerdictCounts): HtmlElement {
  const cells: readonly (readonly [string, string])[] = [
    ['sealed as required', formatCount(counts.compliant)],
    ['not sealed as required', formatCount(counts.nonCompliant)],
    ['not determined', formatCount(counts.undetermined)],
    ['bytes in question', formatBytes(counts.bytesNonCompliant)],
  ];
  return h(
    'ul',
    { class: 'counts' },
    cells.map(([word, value]) => h('li', null, h('b', null, value), ' ', h('span', null, word))),
  );
}

function waiverView(waiver: NonNullable<Finding['waiver']>): HtmlElement {
  const expired = waiver.state === 'expired';
  return h(
    'div',
    { class: expired ? 'waiver expired' : 'waiver' },
    h('h4', null, expired ? `Waiver EXPIRED on ${waiver.expires}` : `Waived until ${waiver.expires}`),
    h('p', null, waiver.reason),
    facts([
      ['Approved by', `${waiver.approver}, ${waiver.approved}`],
      ['Owner', waiver.owner],
      ['Instead', waiver.compensating],
    ]),
  );
}

function controls(finding: Finding): Child {
  const entries = sortedControls(finding);
  return entries.length === 0
    ? null
    : h(
        'ul',
        { class: 'controls' },
        entries.map(([framework, ids]) =>
          h('li', null, h('span', { class: 'quiet' }, name(framework)), ' ', ids.join(', ')),
        ),
      );
}

const sortedControls = (finding: Finding): readonly (readonly [string, readonly string[]])[] =>
  Object.entries(finding.controls).sort(([a], [b]) => byCodeUnit(a, b));

/** What the page's filters look at. */
export function findingIndex(finding: Finding): IndexEntry {
  const commands = WRITE_PATHS.flatMap((path) => {
    const proof = finding.proofs?.[path];
    return proof?.verdict === 'refuted' ? [proof.counterexample.command] : [];
  });
  return {
    id: findingAnchor(finding.id),
    facets: {
      outcome: [OUTCOME_CLASS[outcomeOf(finding)]],
      check: [finding.check],
      requirement: [requirementKey(finding)],
      bucket: [finding.bucket],
      account: [finding.accountId],
      framework: sortedControls(finding).map(([framework]) => framework),
    },
    texts: [
      finding.id,
      finding.accountId,
      finding.resource,
      finding.bucket,
      requirementKey(finding),
      finding.title,
      finding.check,
      finding.severity,
      OUTCOME_WORDS[outcomeOf(finding)].long,
      ...finding.reasons,
      finding.remediation ?? '',
      ...sortedControls(finding).flatMap(([framework, ids]) => [framework, ...ids]),
      ...commands,
      ...(finding.waiver ? [finding.waiver.reason, finding.waiver.approver, finding.waiver.owner] : []),
    ],
  };
}
