import { CHECK_IDS, type CheckId, type Finding } from '../lib/model/finding.ts';
import { SEVERITIES, type Requirement, type Severity } from '../lib/model/requirement.ts';
import type { Assessment } from '../lib/model/run.ts';
import { byCodeUnit, groupBy } from './format.ts';
import { compareFindings, OUTCOMES, outcomeOf, requirementKey, tally, worstOf } from './outcome.ts';
import type { Outcome, Tally } from './outcome.ts';

/** One requirement with everything the run found out about it. */
export type RequirementResult = {
  /** `pack/requirement`. */
  readonly key: string;
  readonly title: string;
  readonly dataClass: string;
  readonly severity: Severity;
  /** Null when the packs of the run do not hold it: evidence judged with other packs than it was collected for. */
  readonly requirement: Requirement | null;
  readonly outcome: Outcome;
  readonly tally: Tally;
  /** Worst first. */
  readonly findings: readonly Finding[];
};

/** Every requirement of the run, worst first; one that no bucket is in scope of has no findings. */
export function requirementResults({ packs, findings }: Assessment): RequirementResult[] {
  const declared = new Map(
    packs.flatMap((pack) => pack.requirements).map((item) => [`${item.pack}/${item.id}`, item]),
  );
  const found = groupBy([...findings].sort(compareFindings), requirementKey);
  const keys = [...new Set([...declared.keys(), ...found.keys()])];
  return keys
    .map((key) => requirementResult(key, declared.get(key) ?? null, found.get(key) ?? []))
    .sort(
      (a, b) =>
        OUTCOMES.indexOf(a.outcome) - OUTCOMES.indexOf(b.outcome) ||
        SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity) ||
        byCodeUnit(a.key, b.key),
    );
}

function requirementResult(
  key: string,
  requirement: Requirement | null,
  findings: readonly Finding[],
): RequirementResult {
  const first = findings[0];
  return {
    key,
    requirement,
    findings,
    title: requirement?.title ?? first?.title ?? key,
    dataClass: requirement?.dataClass ?? first?.dataClass ?? '',
    severity: requirement?.severity ?? first?.severity ?? 'informational',
    outcome: worstOf(findings.map(outcomeOf)),
    tally: tally(findings),
  };
}

/** The findings of each check, every check present, in the order of the five questions. */
export function findingsByCheck(findings: readonly Finding[]): ReadonlyMap<CheckId, readonly Finding[]> {
  const groups = groupBy(findings, (finding) => finding.check);
  return new Map(CHECK_IDS.map((check) => [check, groups.get(check) ?? []]));
}
