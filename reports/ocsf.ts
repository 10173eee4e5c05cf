import type { Finding, Status } from '../lib/model/finding.ts';
import type { FindingChange } from '../lib/model/history.ts';
import { WRITE_PATHS } from '../lib/model/proof.ts';
import type { Severity } from '../lib/model/requirement.ts';
import type { Assessment, RunInfo } from '../lib/model/run.ts';
import { controlsOf, frameworkName } from './controls.ts';
import { byCodeUnit } from './format.ts';
import { ordered } from './ordered.ts';
import { compareFindings, outcomeOf, requirementKey } from './outcome.ts';
import { resourceKind } from './resource-kind.ts';

/** OCSF 1.6.0, Compliance Finding: class 2003 of category 2. */
const CLASS = {
  category_uid: 2,
  category_name: 'Findings',
  class_uid: 2003,
  class_name: 'Compliance Finding',
};

type Named = { readonly id: number; readonly name: string };

/** Unknown is a Warning, which OCSF defines as no result for lack of information; what was not asked is neither. */
const COMPLIANCE: Readonly<Record<Status, Named>> = {
  COMPLIANT: { id: 1, name: 'Pass' },
  INSUFFICIENT_DATA: { id: 2, name: 'Warning' },
  NON_COMPLIANT: { id: 3, name: 'Fail' },
  NOT_APPLICABLE: { id: 99, name: 'Not applicable' },
};

const SEVERITY: Readonly<Record<Severity, Named>> = {
  informational: { id: 1, name: 'Informational' },
  low: { id: 2, name: 'Low' },
  medium: { id: 3, name: 'Medium' },
  high: { id: 4, name: 'High' },
  critical: { id: 5, name: 'Critical' },
};

const CREATE: Named = { id: 1, name: 'Create' };
const UPDATE: Named = { id: 2, name: 'Update' };
const CLOSE: Named = { id: 3, name: 'Close' };

const FIRST = ['time', 'class_uid', 'activity_id', 'type_uid', 'severity_id', 'status_id', 'message', 'uid'];

/**
 * `findings.ocsf.jsonl`: one event a finding, worst first, and one that closes each finding of the run before that
 * is not asked any more. Times are epoch milliseconds.
 */
export function findingsOcsf(assessment: Assessment): string {
  const changes = new Map((assessment.history?.changes ?? []).map((change) => [change.id, change]));
  const events = [
    ...[...assessment.findings]
      .sort(compareFindings)
      .map((finding) => findingEvent(assessment, finding, changes.get(finding.id))),
    ...[...changes.values()]
      .filter(({ change }) => change === 'gone')
      .sort((a, b) => byCodeUnit(a.id, b.id))
      .map((change) => goneEvent(assessment.run, change)),
  ];
  return events.map((event) => `${JSON.stringify(ordered(event, FIRST))}\n`).join('');
}

function findingEvent(assessment: Assessment, finding: Finding, change: FindingChange | undefined): object {
  const { run, history } = assessment;
  const { id, check, status, reasons, remediation, resource, bucket, waiver } = finding;
  const controls = controlsOf(finding);
  const open = outcomeOf(finding);
  const since = history?.openSince[id];
  const notPassing = status === 'NON_COMPLIANT' || status === 'INSUFFICIENT_DATA';
  const proofs = WRITE_PATHS.flatMap((path) => {
    const proof = finding.proofs?.[path];
    return proof === undefined || proof.verdict === 'undecided' ? [] : [{ path, proof }];
  });
  return {
    ...frame(run, finding, activityOf(assessment, change)),
    // A pass is no alarm, however grave a failure would be.
    ...severity(notPassing ? finding.severity : 'informational'),
    ...(open === 'WAIVED'
      ? { status_id: 3, status: 'Suppressed' }
      : notPassing
        ? { status_id: 1, status: 'New' }
        : { status_id: 4, status: 'Resolved' }),
    message: reasons[0] ?? finding.title,
    finding_info: {
      uid: id,
      title: finding.title,
      desc: reasons.join(' '),
      types: [`sealcheck/${check}`],
      ...(since === undefined ? {} : { first_seen_time: Date.parse(since) }),
      last_seen_time: Date.parse(run.finishedAt),
      data_sources: [...finding.evidence].sort(byCodeUnit),
    },
    compliance: {
      control: requirementKey(finding),
      requirements: controls.map(({ framework, control }) => `${framework} ${control}`),
      standards: [...new Set(controls.map(({ framework }) => frameworkName(framework)))],
      status_id: COMPLIANCE[status].id,
      status: COMPLIANCE[status].name,
      status_code: status,
      status_details: reasons,
      checks: [
        { uid: check, name: check, status_id: COMPLIANCE[status].id, status: COMPLIANCE[status].name },
      ],
      ...(proofs.length === 0
        ? {}
        : {
            assessments: proofs.map(({ path, proof }) => ({
              name: `every ${path} request`,
              meets_criteria: proof.verdict === 'proved',
            })),
          }),
    },
    evidences: [
      {
        name: 'sealcheck',
        data: { runId: run.runId, counts: finding.counts, proofs: finding.proofs, waiver },
      },
    ],
    resources: [
      {
        uid: resource,
        name: bucket,
        type: resourceKind(resource) === 'key' ? 'AWS::KMS::Key' : 'AWS::S3::Bucket',
        cloud_partition: run.partition,
        ...(finding.region === null ? {} : { region: finding.region }),
      },
    ],
    ...(remediation === null ? {} : { remediation: { desc: remediation } }),
  };
}

/** Nobody asked any more: the event ends the finding, and says that this is no pass. */
function goneEvent(run: RunInfo, change: FindingChange): object {
  const message = 'This run did not ask the question any more; that is no pass.';
  return {
    ...frame(run, change, CLOSE),
    ...severity('informational'),
    status_id: 99,
    status: 'Not assessed any more',
    message,
    finding_info: {
      uid: change.id,
      title: change.title,
      desc: message,
      types: [`sealcheck/${change.check}`],
    },
    compliance: {
      control: requirementKey(change),
      status_id: 0,
      status: 'Unknown',
      status_code: 'NOT_ASSESSED',
      status_details: [message],
      checks: [{ uid: change.check, name: change.check, status_id: 0, status: 'Unknown' }],
    },
    resources: [{ uid: change.resource, name: change.bucket, cloud_partition: run.partition }],
  };
}

/** What every event of a run carries. */
function frame(run: RunInfo, about: Pick<Finding, 'accountId' | 'region'>, activity: Named): object {
  return {
    ...CLASS,
    activity_id: activity.id,
    activity_name: activity.name,
    type_uid: CLASS.class_uid * 100 + activity.id,
    type_name: `${CLASS.class_name}: ${activity.name}`,
    time: Date.parse(run.finishedAt),
    start_time: Date.parse(run.startedAt),
    metadata: {
      version: '1.6.0',
      product: { name: 'Sealcheck', vendor_name: 'Sealcheck', version: run.tool.version },
      profiles: ['cloud'],
      correlation_uid: run.runId,
    },
    cloud: {
      provider: 'AWS',
      cloud_partition: run.partition,
      account: { uid: about.accountId, type: 'AWS Account', type_id: 10 },
      ...(about.region === null ? {} : { region: about.region }),
    },
  };
}

const severity = (of: Severity) => ({ severity_id: SEVERITY[of].id, severity: SEVERITY[of].name });

/** Created when the run before did not have it, closed when it is resolved. */
function activityOf({ history }: Assessment, change: FindingChange | undefined): Named {
  if (history?.baseline.state !== 'known' || change?.before === null) return CREATE;
  return change?.change === 'resolved' ? CLOSE : UPDATE;
}
