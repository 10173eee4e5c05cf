import { createHash } from 'node:crypto';
import { bucketArn } from '../../lib/model/arn.ts';
import { CHECK_IDS, type CheckId, type Finding, type Verdict } from '../../lib/model/finding.ts';
import { valueOf } from '../../lib/model/observed.ts';
import type { Requirement } from '../../lib/model/requirement.ts';
import { buckets } from './fixture-buckets.ts';
import { AWS_S3_KEY, CARD_KEY, DOOMED_KEY, HOSTILE, PHI_KEY, PROD } from './fixture-names.ts';
import { hostileRefuted, proved, refuted, undecided } from './fixture-proofs.ts';
import { activeWaiver, expiredWaiver, requirements } from './fixture-rules.ts';

const PASS: Readonly<Record<CheckId, Verdict>> = {
  stored: {
    status: 'COMPLIANT',
    reasons: ['Every object version is sealed as required.'],
    remediation: null,
  },
  default: {
    status: 'COMPLIANT',
    reasons: ['An upload that names no encryption gets what the requirement asks for.'],
    remediation: null,
  },
  enforced: {
    status: 'COMPLIANT',
    reasons: ['No write request can store what the requirement forbids.'],
    remediation: null,
    proofs: { put: proved },
  },
  keys: {
    status: 'COMPLIANT',
    reasons: ['The key is customer managed, enabled, in the right account and rotates every 365 days.'],
    remediation: null,
  },
  opened: {
    status: 'COMPLIANT',
    reasons: [
      'All 12 principals that decrypted are allowed; the trail was whole from 2026-08-26 to 2026-11-24.',
    ],
    remediation: null,
  },
};

type Over = Verdict & Partial<Pick<Finding, 'resource' | 'waiver'>>;
const unknownBecause = (reason: string): Over => ({
  status: 'INSUFFICIENT_DATA',
  reasons: [reason],
  remediation: 'Grant the audit role the missing permission (sealcheck iam-policy prints it) and run again.',
});
const fail = (reason: string, remediation: string, rest: Partial<Over> = {}): Over => ({
  status: 'NON_COMPLIANT',
  reasons: [reason],
  remediation,
  ...rest,
});
const notAsked = (reason: string): Over => ({
  status: 'NOT_APPLICABLE',
  reasons: [reason],
  remediation: null,
});

/** What differs from a pass: `bucket requirement check`. */
const OVERRIDES: Readonly<Record<string, Over>> = {
  'ehr-phi-records phi-sse-kms stored': {
    ...PASS.stored,
    counts: { compliant: 48_211, nonCompliant: 0, undetermined: 0, bytesNonCompliant: 0 },
  },
  'ehr-phi-imaging phi-sse-kms stored': {
    status: 'NON_COMPLIANT',
    reasons: [
      '1,241 of 92,643 object versions are not sealed as required.',
      '1,204 are SSE-S3 (412.5 GiB); 37 are SSE-KMS under the AWS managed key aws/s3 (1.3 GiB).',
      '3 unfinished multipart uploads hold parts whose encryption S3 does not report; the oldest began on 2026-02-11.',
    ],
    counts: { compliant: 91_402, nonCompliant: 1_241, undetermined: 3, bytesNonCompliant: 444_260_352_000 },
    remediation:
      'Re-encrypt the objects in objects/ehr-phi-imaging.csv.gz with S3 Batch Operations (UpdateObjectEncryption), and abort the unfinished uploads.',
  },
  'ehr-phi-imaging phi-sse-kms enforced': fail(
    'An upload that asks for aws:kms without naming a key is stored under aws/s3.',
    'Add a Deny on s3:x-amz-server-side-encryption-aws-kms-key-id; sealcheck policy writes one and proves it.',
    {
      proofs: { put: refuted, replicate: undecided, update: proved },
    },
  ),
  'ehr-phi-imaging phi-sse-kms keys': fail(
    '37 object versions use aws/s3, which is managed by AWS.',
    'Re-encrypt them under the PHI key.',
    { resource: AWS_S3_KEY },
  ),
  'legacy-phi-archive phi-sse-kms stored': fail(
    'All 20,992 object versions are SSE-S3 or not encrypted at all.',
    'Finish the copy to ehr-phi-records.',
    {
      counts: { compliant: 0, nonCompliant: 20_992, undetermined: 0, bytesNonCompliant: 105_763_569_664 },
      waiver: { ...activeWaiver, state: 'active' },
    },
  ),
  'legacy-phi-archive phi-sse-kms default': fail(
    'The bucket default is AES256 (SSE-S3).',
    'Set the default encryption to aws:kms under the PHI key.',
    { waiver: { ...activeWaiver, state: 'active' } },
  ),
  'legacy-phi-archive phi-sse-kms enforced': fail(
    'The bucket has no policy: every encryption is accepted.',
    'Attach the policy that sealcheck policy writes.',
    { proofs: { put: { ...refuted, nearMisses: [] } } },
  ),
  'legacy-phi-archive phi-sse-kms keys': notAsked('No object and no default of this bucket names a KMS key.'),
  'claims-intake phi-sse-kms stored': fail(
    '64 of 5,225 object versions are SSE-C.',
    'Have the vendor upload under the PHI key; copy the 64 objects with their key once.',
    {
      counts: { compliant: 5_120, nonCompliant: 64, undetermined: 41, bytesNonCompliant: 536_870_912 },
    },
  ),
  'claims-intake phi-sse-kms default': fail(
    'The bucket default is AES256 (SSE-S3).',
    'Set the default encryption to aws:kms under the PHI key.',
    { waiver: { ...expiredWaiver, state: 'expired' } },
  ),
  'claims-intake phi-sse-kms enforced': {
    status: 'INSUFFICIENT_DATA',
    reasons: ['The policy could not be decided: it depends on a principal tag.'],
    remediation: 'Replace the policy variable by the values it may take.',
    proofs: { put: undecided },
  },
  'research-phi-exports phi-sse-kms opened': fail(
    '2 principals outside the allowed roles decrypted 41 objects, the last on 2026-11-20.',
    'Remove kms:Decrypt from arn:aws:iam::111122223333:user/contractor, or add it to the requirement.',
  ),
  'partner-dropbox-phi phi-sse-kms stored': unknownBecause(
    'The objects could not be listed: ACCESS_DENIED on s3:ListBucketVersions (HTTP 403).',
  ),
  'partner-dropbox-phi phi-sse-kms enforced': unknownBecause(
    'The bucket policy could not be read: ACCESS_DENIED on s3:GetBucketPolicy (HTTP 403).',
  ),
  'partner-dropbox-phi phi-sse-kms keys': {
    ...unknownBecause('The key could not be read: ACCESS_DENIED on kms:DescribeKey (HTTP 403).'),
    resource: 'alias/partner',
  },
  [`${HOSTILE} phi-sse-kms stored`]: fail(
    `The object "=HYPERLINK(1)</script><svg onload=alert(4)>\u202Egpj.exe" is SSE-S3.`,
    '<b>Bold</b> advice & more',
    {
      counts: { compliant: 8, nonCompliant: 1, undetermined: 0, bytesNonCompliant: 1 },
    },
  ),
  [`${HOSTILE} phi-sse-kms enforced`]: fail(
    '@SUM(1) a carved-out principal can write anything.',
    'Narrow the exemption.',
    { proofs: { put: hostileRefuted } },
  ),
  'billing-cards-eu cardholder-dsse keys': fail(
    'The key is pending deletion on 2026-12-05: 7,700 objects become unreadable for ever.',
    'Cancel the deletion, then re-encrypt under a key of account 444455556666.',
    { resource: DOOMED_KEY },
  ),
  'billing-cards-us cardholder-dsse default': fail(
    'The bucket default is aws:kms; the requirement allows only DSSE-KMS.',
    'Set the default encryption to aws:kms:dsse.',
  ),
  'billing-cards-us cardholder-dsse keys': { ...PASS.keys, resource: CARD_KEY },
  'billing-cards-us cardholder-dsse enforced': {
    ...PASS.enforced,
    proofs: { put: proved, replicate: proved },
  },
};

const IN_SCOPE: Readonly<Record<string, readonly string[]>> = {
  'phi-sse-kms': [
    'ehr-phi-records',
    'ehr-phi-imaging',
    'legacy-phi-archive',
    'claims-intake',
    'research-phi-exports',
    'partner-dropbox-phi',
    HOSTILE,
  ],
  'cardholder-dsse': ['billing-cards-eu', 'billing-cards-us'],
  'tls-only': buckets
    .map((bucket) => bucket.name)
    .filter((name) => name.includes('website') || name.includes('records')),
  'audit-logs': [],
};

/** `id` as a judge makes it: the same for the same requirement, check and resource. */
export const findingId = (...parts: readonly string[]) =>
  createHash('sha256').update(parts.join('\n')).digest('hex').slice(0, 16);

/** A finding about one bucket, or about a key that its objects use. */
export function makeFinding(
  requirement: Requirement,
  check: CheckId,
  bucket: string,
  over: Over = PASS[check],
): Finding {
  const evidence = buckets.find(({ name }) => name === bucket);
  const resource = over.resource ?? bucketArn(bucket);
  return {
    id: findingId(requirement.pack, requirement.id, check, resource, bucket),
    pack: requirement.pack,
    requirement: requirement.id,
    title: requirement.title,
    dataClass: requirement.dataClass,
    severity: requirement.severity,
    check,
    resource,
    bucket,
    accountId: evidence?.accountId ?? PROD,
    region: (evidence && valueOf(evidence.region)) ?? null,
    status: over.status,
    reasons: over.reasons,
    counts: over.counts ?? null,
    remediation: over.remediation,
    proofs: over.proofs ?? null,
    controls: requirement.controls,
    evidence: [
      `evidence/buckets/${encodeURIComponent(bucket)}.json`,
      ...(check === 'keys' ? [`evidence/keys/${encodeURIComponent(PHI_KEY)}.json`] : []),
    ],
    waiver: over.waiver ?? null,
  };
}

export const findings: readonly Finding[] = requirements.flatMap((requirement) =>
  (IN_SCOPE[requirement.id] ?? []).flatMap((bucket) =>
    CHECK_IDS.map((check) =>
      requirement.id === 'tls-only' && check !== 'enforced'
        ? makeFinding(requirement, check, bucket, notAsked('The requirement asks only how requests travel.'))
        : makeFinding(requirement, check, bucket, OVERRIDES[`${bucket} ${requirement.id} ${check}`]),
    ),
  ),
);
