import type { Assessment } from '../lib/model/run.ts';
import { controlResults, frameworkName, type ControlResult } from './controls.ts';
import { plural } from './format.ts';
import { isRisk, observationUuid, riskUuid } from './oscal-risks.ts';
import { controlId, list, markup, prop, uuidOf } from './oscal-values.ts';
import { tally } from './outcome.ts';

/**
 * What the run concludes about each control it can conclude something about. Where nothing fails and something could
 * not be decided there is no finding: neither `satisfied` nor `not-satisfied` would be true, and the risks that are
 * `investigating` say what is missing.
 */
export function controlFindings(assessment: Assessment): object[] {
  return controlResults(assessment).flatMap((result) => {
    const status = statusOf(assessment, result);
    return status === null ? [] : [findingOf(assessment, result, status)];
  });
}

type ControlStatus = {
  readonly state: 'satisfied' | 'not-satisfied';
  readonly reason: 'pass' | 'fail' | 'other';
  readonly remarks: string;
};

function statusOf(
  { coverage }: Assessment,
  { outcome, findings, forAssessor }: ControlResult,
): ControlStatus | null {
  const counts = tally(findings);
  const unknown =
    counts.INSUFFICIENT_DATA > 0
      ? ` ${plural(counts.INSUFFICIENT_DATA, 'answer')} could not be decided.`
      : '';
  switch (outcome) {
    case 'NON_COMPLIANT':
      return {
        state: 'not-satisfied',
        reason: 'fail',
        remarks: `${plural(counts.NON_COMPLIANT, 'answer fails', 'answers fail')}.${unknown}`,
      };
    case 'WAIVED':
      return {
        state: 'not-satisfied',
        reason: 'other',
        remarks: `Nothing fails but what an approved waiver covers: ${plural(counts.WAIVED, 'answer')}.`,
      };
    case 'COMPLIANT':
      // A bucket that was never listed may hold anything; and some controls only an assessor can judge.
      return coverage.complete && !forAssessor
        ? {
            state: 'satisfied',
            reason: 'pass',
            remarks: `All ${plural(counts.COMPLIANT, 'answer')} of this run pass. It assessed Amazon S3 and its keys alone.`,
          }
        : null;
    case 'INSUFFICIENT_DATA':
    case 'NOT_APPLICABLE':
      return null;
  }
}

function findingOf(assessment: Assessment, result: ControlResult, status: ControlStatus): object {
  const { runId } = assessment.run;
  const { framework, control, findings } = result;
  const asked = findings.filter((finding) => finding.status !== 'NOT_APPLICABLE');
  const observations = [...new Set(asked.map((finding) => observationUuid(runId, finding)))];
  return {
    uuid: uuidOf('finding', runId, framework, control),
    title: markup(`${frameworkName(framework)} ${control}`),
    description: markup(status.remarks),
    props: [prop('framework', framework), prop('control', control)],
    target: {
      type: 'objective-id',
      'target-id': controlId(framework, control),
      status: { ...status, remarks: markup(status.remarks) },
    },
    ...list(
      'related-observations',
      observations.map((uuid) => ({ 'observation-uuid': uuid })),
    ),
    ...list(
      'related-risks',
      asked.filter(isRisk).map((finding) => ({ 'risk-uuid': riskUuid(runId, finding) })),
    ),
  };
}
