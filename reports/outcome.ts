import { CHECK_IDS, type Finding } from '../lib/model/finding.ts';
import { SEVERITIES } from '../lib/model/requirement.ts';
import type { Assessment } from '../lib/model/run.ts';
import { byCodeUnit, formatCount, plural } from './format.ts';

/** What a finding means for the verdict, worst first: its status, or `WAIVED` while an active waiver takes it out. */
export const OUTCOMES = [
  'NON_COMPLIANT',
  'INSUFFICIENT_DATA',
  'WAIVED',
  'COMPLIANT',
  'NOT_APPLICABLE',
] as const;
export type Outcome = (typeof OUTCOMES)[number];

/** The word for each outcome: `long` is AWS Config's status in plain letters, `short` fits a table cell. */
export const OUTCOME_WORDS: Readonly<Record<Outcome, { readonly long: string; readonly short: string }>> = {
  NON_COMPLIANT: { long: 'Non-compliant', short: 'Fail' },
  INSUFFICIENT_DATA: { long: 'Insufficient data', short: 'Unknown' },
  WAIVED: { long: 'Waived', short: 'Waived' },
  COMPLIANT: { long: 'Compliant', short: 'Pass' },
  NOT_APPLICABLE: { long: 'Not applicable', short: 'N/A' },
};

/** A waiver only ever excuses what is not a pass: a compliant finding under a waiver stays compliant. */
export function outcomeOf(finding: Finding): Outcome {
  const excusable = finding.status === 'NON_COMPLIANT' || finding.status === 'INSUFFICIENT_DATA';
  return excusable && finding.waiver?.state === 'active' ? 'WAIVED' : finding.status;
}

/** The worst of several outcomes; `NOT_APPLICABLE` of none. */
export const worstOf = (outcomes: readonly Outcome[]): Outcome =>
  OUTCOMES.find((outcome) => outcomes.includes(outcome)) ?? 'NOT_APPLICABLE';

export type Tally = Readonly<Record<Outcome, number>>;

/** How many findings have each outcome. */
export function tally(findings: readonly Finding[]): Tally {
  const counts = { NON_COMPLIANT: 0, INSUFFICIENT_DATA: 0, WAIVED: 0, COMPLIANT: 0, NOT_APPLICABLE: 0 };
  for (const finding of findings) counts[outcomeOf(finding)] += 1;
  return counts;
}

/** Worst first: outcome, severity, most objects, then names, so that the order is total and the same each run. */
export function compareFindings(a: Finding, b: Finding): number {
  return (
    OUTCOMES.indexOf(outcomeOf(a)) - OUTCOMES.indexOf(outcomeOf(b)) ||
    SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity) ||
    (b.counts?.nonCompliant ?? 0) - (a.counts?.nonCompliant ?? 0) ||
    byCodeUnit(requirementKey(a), requirementKey(b)) ||
    CHECK_IDS.indexOf(a.check) - CHECK_IDS.indexOf(b.check) ||
    byCodeUnit(a.bucket, b.bucket) ||
    byCodeUnit(a.resource, b.resource) ||
    byCodeUnit(a.id, b.id)
  );
}

/** `pack/requirement`: unique in a run. */
export const requirementKey = (finding: { readonly pack: string; readonly requirement: string }): string =>
  `${finding.pack}/${finding.requirement}`;

/** The run's answer in one sentence. `outcome` is the worst outcome outside waivers. */
export type RunVerdict = {
  readonly outcome: Exclude<Outcome, 'WAIVED'>;
  readonly headline: string;
  readonly sentence: string;
};

/** Unknown is never a pass: one undecided finding, or a list of buckets cut short, keeps a run from being compliant. */
export function runVerdict({ findings, coverage }: Assessment): RunVerdict {
  const counts = tally(findings);
  const failing = findings.filter((finding) => outcomeOf(finding) === 'NON_COMPLIANT');
  const judged = findings.length - counts.NOT_APPLICABLE;
  const unknown = counts.INSUFFICIENT_DATA;
  const waived = counts.WAIVED > 0 ? [`${plural(counts.WAIVED, 'is', 'are')} waived`] : [];
  const cutShort = coverage.complete ? [] : ['the list of buckets was cut short'];
  if (failing.length > 0) {
    const rest = unknown > 0 ? [`${formatCount(unknown)} could not be decided`] : [];
    const failed = new Set(failing.map((finding) => finding.bucket)).size;
    const all = new Set(findings.map((finding) => finding.bucket)).size;
    const parts = [
      `${formatCount(failing.length)} of ${plural(judged, 'finding')} ${failing.length === 1 ? 'fails' : 'fail'}, in ${formatCount(failed)} of ${plural(all, 'bucket')}`,
      ...rest,
      ...waived,
      ...cutShort,
    ];
    return { outcome: 'NON_COMPLIANT', headline: 'Not compliant', sentence: `${joined(parts)}.` };
  }
  if (unknown > 0 || !coverage.complete) {
    const undecided =
      unknown > 0
        ? [`${formatCount(unknown)} of ${plural(judged, 'finding')} could not be decided`]
        : cutShort;
    const parts = ['nothing fails', ...undecided, ...waived, ...(unknown > 0 ? cutShort : [])];
    return { outcome: 'INSUFFICIENT_DATA', headline: 'Not decided', sentence: `${joined(parts)}.` };
  }
  if (judged === 0) {
    return {
      outcome: 'NOT_APPLICABLE',
      headline: 'Nothing to judge',
      sentence: 'No bucket in this run holds a data class of its rule packs.',
    };
  }
  const passing =
    waived.length === 0 ? `all ${plural(judged, 'finding')} pass` : `every other finding passes`;
  return {
    outcome: 'COMPLIANT',
    headline: 'Compliant',
    sentence: `${joined(waived.length === 0 ? [passing] : [...waived, passing])}.`,
  };
}

function joined(parts: readonly string[]): string {
  const text = parts.length < 2 ? parts.join('') : `${parts.slice(0, -1).join('; ')}; ${parts.at(-1) ?? ''}`;
  return text.charAt(0).toUpperCase() + text.slice(1);
}
