import type { Finding } from '../lib/model/finding.ts';
import type { Assessment } from '../lib/model/run.ts';
import { list, markup, NAMESPACE, prop, uuidOf } from './oscal-values.ts';
import { outcomeOf, requirementKey } from './outcome.ts';

/** UUID of the observation of one requirement on one bucket. */
export const observationUuid = (
  runId: string,
  finding: Pick<Finding, 'pack' | 'requirement' | 'bucket'>,
): string => uuidOf('observation', runId, requirementKey(finding), finding.bucket);

/** UUID of the risk of one finding. */
export const riskUuid = (runId: string, { id }: Pick<Finding, 'id'>): string => uuidOf('risk', runId, id);

/** Whether a finding leaves a risk: it fails, is waived, or could not be decided. */
export const isRisk = (finding: Finding): boolean =>
  finding.status === 'NON_COMPLIANT' || finding.status === 'INSUFFICIENT_DATA';

/**
 * A risk a finding that is no pass: `open` where it fails, `deviation-approved` with a deadline under a waiver, and
 * `investigating` where it could not be decided: OSCAL's findings know only satisfied and not satisfied, and an
 * unknown is neither.
 */
export function riskOf({ run }: Assessment, finding: Finding): object {
  const { bucket, check, remediation, reasons, waiver } = finding;
  const outcome = outcomeOf(finding);
  const status =
    outcome === 'WAIVED' ? 'deviation-approved' : outcome === 'INSUFFICIENT_DATA' ? 'investigating' : 'open';
  return {
    uuid: riskUuid(run.runId, finding),
    title: markup(`${requirementKey(finding)}: ${check} of ${bucket}`),
    description: markup(finding.title),
    statement: reasons.map(markup).join('\n\n') || '-',
    props: [
      prop('severity', finding.severity),
      prop('check', check),
      prop('status', finding.status),
      ...(waiver === null
        ? []
        : [
            prop('waiver-state', waiver.state, waiver.reason),
            prop('waiver-owner', waiver.owner),
            prop('waiver-approver', waiver.approver),
            prop('waiver-approved', waiver.approved),
            prop('waiver-expires', waiver.expires),
          ]),
    ],
    status,
    characterizations: [
      {
        origin: { actors: [{ type: 'tool', 'actor-uuid': toolUuid() }] },
        facets: [{ name: 'severity', system: NAMESPACE, value: finding.severity }],
      },
    ],
    ...list(
      'mitigating-factors',
      waiver?.compensating
        ? [
            {
              uuid: uuidOf('mitigating-factor', run.runId, finding.id),
              description: markup(waiver.compensating),
            },
          ]
        : [],
    ),
    ...(outcome === 'WAIVED' && waiver ? { deadline: `${waiver.expires}T23:59:59Z` } : {}),
    ...list(
      'remediations',
      remediation === null
        ? []
        : [
            {
              uuid: uuidOf('remediation', run.runId, finding.id),
              lifecycle: 'recommendation',
              title: 'What to do',
              description: markup(remediation),
            },
          ],
    ),
    'related-observations': [{ 'observation-uuid': observationUuid(run.runId, finding) }],
  };
}

/** The tool as a component of the assessment. */
export const toolUuid = (): string => uuidOf('component', 'sealcheck');
