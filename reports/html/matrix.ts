import { CHECK_IDS, type Finding } from '../../lib/model/finding.ts';
import type { Assessment } from '../../lib/model/run.ts';
import { byCodeUnit, formatCount, groupBy, plural } from '../format.ts';
import { OUTCOME_WORDS, OUTCOMES, outcomeOf, requirementKey, tally, worstOf } from '../outcome.ts';
import { findingsByCheck, type RequirementResult } from '../requirements.ts';
import { findingAnchor, requirementAnchor } from './anchors.ts';
import { cappedList, type Deferred } from './deferred.ts';
import { h, type HtmlElement } from './node.ts';
import { badge, head, icon, name, OUTCOME_CLASS, section, spoken, table } from './parts.ts';
import { CHECK_QUESTIONS } from './verdict.ts';

/** A matrix wider than this fits neither a laptop nor a printed page; the next requirements get a matrix of their own. */
const COLUMNS = 5;
const ROWS = 60;

/** Bucket × requirement, each cell with its five checks. Buckets that no requirement covers are counted, not shown. */
export function matrixSection(
  assessment: Assessment,
  results: readonly RequirementResult[],
  deferred: Deferred,
): HtmlElement {
  const asked = results.filter((result) => result.findings.length > 0);
  const rows = bucketRows(assessment.findings);
  const uncovered = assessment.buckets.filter(
    (bucket) => !rows.some((row) => row.bucket === bucket.name),
  ).length;
  const parts = Math.ceil(asked.length / COLUMNS);
  // Even parts: eleven requirements are 4 + 4 + 3, not 5 + 5 + 1.
  const chunks = Array.from({ length: parts }, (_, i) =>
    asked.slice(Math.round((i * asked.length) / parts), Math.round(((i + 1) * asked.length) / parts)),
  );
  return section(
    'matrix',
    'Verdict by bucket',
    'Each cell is one requirement put to one bucket, as five questions. Unknown is never a pass and never a fail.',
    h(
      'dl',
      { class: 'questions' },
      CHECK_IDS.map((check) =>
        h(
          'div',
          null,
          h('dt', null, h('span', { class: 'letter', 'aria-hidden': 'true' }, letter(check)), check),
          h('dd', null, CHECK_QUESTIONS[check]),
        ),
      ),
    ),
    chunks.map((chunk, i) =>
      matrix(chunk, rows, deferred, chunks.length > 1 ? ` (part ${i + 1} of ${chunks.length})` : ''),
    ),
    rows.length === 0 &&
      h('p', { class: 'empty' }, 'No finding: no bucket of this run holds a data class of its rule packs.'),
    uncovered > 0 &&
      h(
        'p',
        { class: 'quiet' },
        `${formatCount(uncovered)} further ${uncovered === 1 ? 'bucket holds' : 'buckets hold'} no data class that a requirement is about.`,
      ),
  );
}

type BucketRow = { readonly bucket: string; readonly findings: readonly Finding[] };

/** Worst first; among equals the most failures, then the name. */
function bucketRows(findings: readonly Finding[]): BucketRow[] {
  return [...groupBy(findings, (finding) => finding.bucket)]
    .map(([bucket, group]) => ({
      bucket,
      findings: group,
      outcome: worstOf(group.map(outcomeOf)),
      counts: tally(group),
    }))
    .sort(
      (a, b) =>
        OUTCOMES.indexOf(a.outcome) - OUTCOMES.indexOf(b.outcome) ||
        b.counts[b.outcome] - a.counts[a.outcome] ||
        byCodeUnit(a.bucket, b.bucket),
    );
}

function matrix(
  chunk: readonly RequirementResult[],
  rows: readonly BucketRow[],
  deferred: Deferred,
  part: string,
): HtmlElement {
  const keys = new Set(chunk.map((result) => result.key));
  const about = rows.map((row) => row.findings.filter((finding) => keys.has(requirementKey(finding))));
  const covered = rows.filter((_, i) => about[i]?.some((finding) => outcomeOf(finding) !== 'NOT_APPLICABLE'));
  const untouched = about.filter((findings) => findings.length > 0).length - covered.length;
  const { list, more } = cappedList({
    deferred,
    tag: 'tbody',
    items: covered.map((row) => matrixRow(row, chunk)),
    shown: ROWS,
    what: 'buckets, worst first',
    elsewhere: 'findings.csv',
  });
  return h(
    'div',
    { class: 'capped' },
    table(
      `Verdict by bucket and requirement${part}`,
      'matrix',
      h('caption', { class: part ? undefined : 'spoken' }, `Verdict by bucket and requirement${part}`),
      head(
        'Bucket',
        ...chunk.map((result) =>
          h('a', { href: `#${requirementAnchor(result.key)}`, title: result.title }, name(result.key)),
        ),
      ),
      list,
    ),
    more,
    untouched > 0 &&
      h(
        'p',
        { class: 'quiet' },
        `${plural(untouched, 'further bucket')}: not applicable throughout${part && ', for the requirements of this part'}.`,
      ),
  );
}

function matrixRow({ bucket, findings }: BucketRow, chunk: readonly RequirementResult[]): HtmlElement {
  const byRequirement = groupBy(findings, requirementKey);
  return h(
    'tr',
    null,
    h('th', { scope: 'row' }, name(bucket)),
    chunk.map((result) => matrixCell(byRequirement.get(result.key) ?? [])),
  );
}

function matrixCell(findings: readonly Finding[]): HtmlElement {
  if (findings.length === 0)
    return h('td', { class: 'out' }, h('span', { 'aria-hidden': 'true' }, '·'), spoken('not in scope'));
  const outcome = worstOf(findings.map(outcomeOf));
  const [first] = findings;
  // Five questions that do not arise are one answer.
  if (outcome === 'NOT_APPLICABLE' && first !== undefined) {
    return h(
      'td',
      { class: 'out' },
      h('a', { href: `#${findingAnchor(first.id)}` }, OUTCOME_WORDS[outcome].long.toLowerCase()),
    );
  }
  return h(
    'td',
    null,
    badge(outcome, OUTCOME_WORDS[outcome].short),
    h(
      'span',
      { class: 'chips' },
      [...findingsByCheck(findings)].map(([check, group]) => {
        const worst = worstOf(group.map(outcomeOf));
        const worstFinding = group.find((finding) => outcomeOf(finding) === worst);
        const label = `${check}: ${worstFinding ? OUTCOME_WORDS[worst].long : 'not asked'}`;
        const inside = [h('span', { 'aria-hidden': 'true' }, letter(check)), icon(worst), spoken(label)];
        return worstFinding
          ? h(
              'a',
              {
                class: `chip ${OUTCOME_CLASS[worst]}`,
                href: `#${findingAnchor(worstFinding.id)}`,
                title: label,
              },
              inside,
            )
          : h('span', { class: 'chip na', title: label }, inside);
      }),
    ),
  );
}

const letter = (check: string): string => check.charAt(0).toUpperCase();
