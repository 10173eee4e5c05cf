import type { BucketEvidence } from '../lib/model/evidence.ts';
import type { Finding, Status } from '../lib/model/finding.ts';
import type { FindingChange } from '../lib/model/history.ts';
import { valueOf } from '../lib/model/observed.ts';
import { sealKeyArn } from '../lib/model/object-encryption.ts';
import { WRITE_PATHS } from '../lib/model/proof.ts';
import type { Severity } from '../lib/model/requirement.ts';
import type { Assessment } from '../lib/model/run.ts';
import { controlsOf, frameworkName } from './controls.ts';
import { byCodeUnit } from './format.ts';
import { ordered } from './ordered.ts';
import { compareFindings, outcomeOf, requirementKey } from './outcome.ts';
import { resourceKind } from './resource-kind.ts';
import { visible } from './visible.ts';

/** Limits of the AWS Security Finding Format (Security Hub API reference, AwsSecurityFinding). */
const LIMIT = {
  title: 256,
  description: 1024,
  id: 512,
  recommendation: 512,
  requirement: 64,
  requirements: 32,
  field: 2048,
  resources: 32,
} as const;

/**
 * Unknown is WARNING (some information is missing), which unlike PASSED resolves nothing; NOT_AVAILABLE is what
 * Security Hub itself uses where a question does not apply.
 */
const COMPLIANCE: Readonly<Record<Status, string>> = {
  COMPLIANT: 'PASSED',
  INSUFFICIENT_DATA: 'WARNING',
  NON_COMPLIANT: 'FAILED',
  NOT_APPLICABLE: 'NOT_AVAILABLE',
};

const SEVERITY: Readonly<Record<Severity, string>> = {
  informational: 'INFORMATIONAL',
  low: 'LOW',
  medium: 'MEDIUM',
  high: 'HIGH',
  critical: 'CRITICAL',
};

/** One finding as BatchImportFindings takes it, as far as its sender has to know it. */
export type AsffFinding = {
  readonly Id: string;
  readonly AwsAccountId: string;
  readonly ProductArn: string;
  readonly [name: string]: unknown;
};

const FIRST = [
  'SchemaVersion',
  'Id',
  'ProductArn',
  'GeneratorId',
  'AwsAccountId',
  'CreatedAt',
  'UpdatedAt',
  'Title',
];

/**
 * `findings.asff.json`: an array of findings for AWS Security Hub, worst first; those that are not asked any more
 * follow as ARCHIVED. Severity and types are in FindingProviderFields, as BatchImportFindings wants them.
 */
export function findingsAsff(assessment: Assessment): string {
  return `${JSON.stringify(asffFindings(assessment), null, 2)}\n`;
}

/** The findings of `findings.asff.json`, each within the limits of the format. */
export function asffFindings(assessment: Assessment): readonly AsffFinding[] {
  const buckets = new Map(assessment.buckets.map((bucket) => [bucket.name, bucket]));
  const keys = keysOfBuckets(assessment);
  return [
    ...[...assessment.findings]
      .sort(compareFindings)
      .map((finding) =>
        asffFinding(assessment, finding, buckets.get(finding.bucket), keys.get(finding.bucket) ?? []),
      ),
    ...(assessment.history?.changes ?? [])
      .filter(({ change }) => change === 'gone')
      .map((change) => archived(assessment, change)),
  ].map((finding) => ordered(finding, FIRST) as AsffFinding);
}

function asffFinding(
  assessment: Assessment,
  finding: Finding,
  bucket: BucketEvidence | undefined,
  keys: readonly string[],
): AsffFinding {
  const { status, reasons, remediation } = finding;
  const notPassing = status === 'NON_COMPLIANT' || status === 'INSUFFICIENT_DATA';
  const controls = controlsOf(finding);
  const related = controls
    .map(({ framework, control }) => clip(`${frameworkName(framework)} ${control}`, LIMIT.requirement))
    .slice(0, LIMIT.requirements);
  return {
    ...frame(assessment, finding),
    Description: clip(reasons.join(' '), LIMIT.description),
    FindingProviderFields: {
      // A pass is no alarm, however grave a failure would be.
      Severity: {
        Label: notPassing ? SEVERITY[finding.severity] : 'INFORMATIONAL',
        Original: finding.severity,
      },
      Types: ['Software and Configuration Checks/Industry and Regulatory Standards'],
    },
    Compliance: {
      Status: COMPLIANCE[status],
      ...(related.length > 0 ? { RelatedRequirements: [...new Set(related)] } : {}),
    },
    // Security Hub takes a Workflow only when it first sees the finding; its users own it from then on.
    Workflow: {
      Status: outcomeOf(finding) === 'WAIVED' ? 'SUPPRESSED' : notPassing ? 'NEW' : 'RESOLVED',
    },
    RecordState: 'ACTIVE',
    ...(remediation === null
      ? {}
      : { Remediation: { Recommendation: { Text: clip(remediation, LIMIT.recommendation) } } }),
    Resources: resourcesOf(assessment, finding, bucket, keys),
    ProductFields: productFields(assessment, finding),
  };
}

/** The question is not asked any more: out of sight, and no pass. */
function archived(assessment: Assessment, change: FindingChange): AsffFinding {
  return {
    ...frame(assessment, change),
    Description: 'This run did not ask the question any more; that is no pass.',
    FindingProviderFields: {
      Severity: { Label: 'INFORMATIONAL', Original: change.severity },
      Types: ['Software and Configuration Checks/Industry and Regulatory Standards'],
    },
    Compliance: { Status: 'NOT_AVAILABLE' },
    RecordState: 'ARCHIVED',
    Resources: [resource(assessment, change.resource, change.region)],
    ProductFields: { 'sealcheck/RunId': assessment.run.runId, 'sealcheck/Check': change.check },
  };
}

type Subject = Pick<Finding, 'id' | 'pack' | 'requirement' | 'title' | 'check' | 'accountId' | 'region'>;

/** What says which finding this is: the same in every run, so that Security Hub updates and does not pile up. */
function frame({ run, history }: Assessment, subject: Subject) {
  const region = subject.region ?? run.regions[0] ?? 'us-east-1';
  const { accountId } = subject;
  return {
    SchemaVersion: '2018-10-08',
    Id: `sealcheck/${subject.id}`,
    ProductArn: `arn:${run.partition}:securityhub:${region}:${accountId}:product/${accountId}/default`,
    GeneratorId: clip(`sealcheck/${requirementKey(subject)}/${subject.check}`, LIMIT.id),
    AwsAccountId: accountId,
    CreatedAt: history?.openSince[subject.id] ?? run.startedAt,
    UpdatedAt: run.finishedAt,
    Title: clip(subject.title, LIMIT.title),
  };
}

function resourcesOf(
  assessment: Assessment,
  finding: Finding,
  bucket: BucketEvidence | undefined,
  keys: readonly string[],
): object[] {
  const own = resource(assessment, finding.resource, finding.region, bucket);
  const others = finding.check === 'keys' ? keys.filter((arn) => arn !== finding.resource) : [];
  return [own, ...others.map((arn) => resource(assessment, arn, finding.region))].slice(0, LIMIT.resources);
}

function resource({ run }: Assessment, id: string, region: string | null, bucket?: BucketEvidence): object {
  const isKey = resourceKind(id) === 'key';
  const byDefault = bucket && valueOf(bucket.defaultEncryption);
  return {
    Type: isKey ? 'AwsKmsKey' : 'AwsS3Bucket',
    Id: clip(id, LIMIT.id),
    Partition: run.partition,
    ...(region === null ? {} : { Region: region }),
    ...(isKey || byDefault === undefined
      ? {}
      : {
          Details: {
            AwsS3Bucket: {
              ServerSideEncryptionConfiguration: {
                Rules: [
                  {
                    ApplyServerSideEncryptionByDefault: {
                      SSEAlgorithm: byDefault.algorithm,
                      ...(byDefault.kmsKey === null ? {} : { KMSMasterKeyID: byDefault.kmsKey }),
                    },
                  },
                ],
              },
            },
          },
        }),
  };
}

/** At most 50 fields; each says one thing that the format has no place for. */
function productFields({ run }: Assessment, finding: Finding): Record<string, string> {
  const { counts, proofs, waiver } = finding;
  const refuted = WRITE_PATHS.map((path) => proofs?.[path]).find((proof) => proof?.verdict === 'refuted');
  const fields: readonly (readonly [string, string | number | null | undefined])[] = [
    ['RunId', run.runId],
    ['Version', run.tool.version],
    ['Check', finding.check],
    ['Requirement', requirementKey(finding)],
    ['DataClass', finding.dataClass],
    ['Status', finding.status],
    ['ObjectsCompliant', counts?.compliant],
    ['ObjectsNonCompliant', counts?.nonCompliant],
    ['ObjectsUndetermined', counts?.undetermined],
    ['BytesNonCompliant', counts?.bytesNonCompliant],
    ...WRITE_PATHS.map((path) => [`Proof/${path}`, proofs?.[path]?.verdict] as const),
    ['Counterexample', refuted?.verdict === 'refuted' ? refuted.counterexample.command : null],
    ['Waiver/State', waiver?.state],
    ['Waiver/Approver', waiver?.approver],
    ['Waiver/Owner', waiver?.owner],
    ['Waiver/Expires', waiver?.expires],
    ['Waiver/Reason', waiver?.reason],
  ];
  return Object.fromEntries(
    fields.flatMap(([name, value]) =>
      value === null || value === undefined ? [] : [[`sealcheck/${name}`, clip(String(value), LIMIT.field)]],
    ),
  );
}

/** KMS keys that objects of a bucket are sealed with, by bucket. */
function keysOfBuckets({ censuses }: Assessment): ReadonlyMap<string, readonly string[]> {
  return new Map(
    censuses.map(({ bucket, groups }) => [
      bucket,
      [...new Set(groups.flatMap((group) => sealKeyArn(group.encryption.serverSide) ?? []))].sort(byCodeUnit),
    ]),
  );
}

/** At most `limit` characters, never half a character, never blank: Security Hub refuses all three. */
function clip(text: string, limit: number): string {
  const plain = visible(text).trim();
  if (plain === '') return '-';
  return plain.length <= limit ? plain : `${plain.slice(0, limit - 1).replace(/[\uD800-\uDBFF]$/, '')}…`;
}
