import { createHash } from 'node:crypto';
import type { Check, CheckInput, KeyLookup } from '../checks/check.ts';
import { keysInQuestion } from '../checks/enforced.ts';
import { CHECKS } from '../checks/index.ts';
import { policiesOfAccount } from '../checks/organization-policies.ts';
import type { AppliedPolicies } from '../checks/organization-policies.ts';
import { sealKeyArn } from '../model/object-encryption.ts';
import type { Census } from '../model/census.ts';
import type { BucketEvidence } from '../model/evidence.ts';
import { judgedAt } from '../model/fact-source.ts';
import { CHECK_IDS } from '../model/finding.ts';
import type { CheckId, Finding, Verdict } from '../model/finding.ts';
import { describeReason, valueOf } from '../model/observed.ts';
import type { Requirement } from '../model/requirement.ts';
import type { BucketMembership } from '../rules/classify.ts';
import { applyWaivers } from '../rules/waivers.ts';
import type { CollectedEvidence } from './evidence-files.ts';
import { keysOfAccount } from './key-directory.ts';
import { RUN_FILES } from './run-store.ts';
import { keyPrefixesOf, scopeOf } from './scope.ts';

/** Every finding of a run, in a fixed order. Pure: the same evidence gives the same findings. */
export function judgeAll(evidence: CollectedEvidence): Finding[] {
  const keysOf = keysOfAccount(evidence.keys);
  const policiesOf = policyLookup(evidence);
  const findings = evidence.buckets.flatMap((bucket) => {
    const census = evidence.censuses.get(bucket.name) ?? null;
    const keyOf = keysOf(bucket.accountId);
    const organization = policiesOf(bucket.accountId);
    const { memberships } = scopeOf(evidence.packs, bucket);
    return evidence.packs
      .flatMap((pack) => pack.requirements)
      .flatMap((requirement) => {
        const membership = memberships[requirement.dataClass] ?? 'no';
        return membership === 'no'
          ? []
          : CHECKS.map((check) =>
              judgeOne({ evidence, requirement, bucket, census, keyOf, membership, check, ...organization }),
            );
      });
  });
  return findings.sort(
    (a, b) =>
      compare(a.pack, b.pack) ||
      compare(a.requirement, b.requirement) ||
      compare(a.bucket, b.bucket) ||
      CHECK_IDS.indexOf(a.check) - CHECK_IDS.indexOf(b.check),
  );
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** The RCPs and SCPs of an account, understood once. */
function policyLookup({
  organization,
}: CollectedEvidence): (account: string) => Pick<CheckInput, 'organization'> {
  if (organization === null) return () => ({});
  const understood = new Map<string, AppliedPolicies>();
  return (account) => {
    const policies = understood.get(account) ?? policiesOfAccount(organization, account);
    understood.set(account, policies);
    return { organization: policies };
  };
}

type Case = {
  readonly evidence: CollectedEvidence;
  readonly requirement: Requirement;
  readonly bucket: BucketEvidence;
  readonly census: Census | null;
  readonly keyOf: KeyLookup;
  readonly membership: Exclude<BucketMembership, 'no'>;
  readonly check: Check;
  readonly organization?: AppliedPolicies;
};

function judgeOne({ evidence, membership, check, ...about }: Case): Finding {
  const { requirement, bucket } = about;
  const { ledger, trails } = evidence;
  const scope = membership === 'yes' ? 'whole-bucket' : 'by-key';
  const input: CheckInput = {
    ...about,
    scope,
    keyPrefixes: scope === 'whole-bucket' ? null : keyPrefixesOf(evidence.packs, requirement.dataClass),
    asOf: judgedAt(evidence.plan),
    access: { ledger, trails },
  };
  const verdict = judgeMembership(input, membership, check) ?? check.judge(input);
  const { pack, id, title, dataClass, severity, controls } = requirement;
  const day = judgedAt(evidence.plan).slice(0, 10);
  const waivable = { pack, requirement: id, check: check.id, resource: bucket.arn };
  return {
    id: findingId(pack, id, check.id, bucket.arn),
    pack,
    requirement: id,
    title,
    dataClass,
    severity,
    check: check.id,
    resource: bucket.arn,
    bucket: bucket.name,
    accountId: bucket.accountId,
    region: valueOf(bucket.region) ?? null,
    status: verdict.status,
    reasons: verdict.reasons,
    counts: verdict.counts ?? null,
    remediation: verdict.remediation,
    proofs: verdict.proofs ?? null,
    controls,
    evidence: evidenceFiles(input, check.id),
    waiver: applyWaivers(
      evidence.packs.flatMap((p) => p.waivers),
      waivable,
      day,
    ),
  };
}

/** The same in every run, whatever the verdict: a hash of what is asked about what. */
function findingId(pack: string, requirement: string, check: CheckId, resource: string): string {
  return createHash('sha256')
    .update(JSON.stringify([pack, requirement, check, resource]))
    .digest('hex')
    .slice(0, 32);
}

/** The verdict where it is not settled that the bucket holds the data class at all; null where it is. */
function judgeMembership(
  input: CheckInput,
  membership: Exclude<BucketMembership, 'no'>,
  check: Check,
): Verdict | null {
  const { requirement, bucket, census } = input;
  const held = (census?.groups ?? []).some((group) => group.dataClasses.includes(requirement.dataClass));
  const unread = (census?.unassessed ?? []).some((group) =>
    group.dataClasses.includes(requirement.dataClass),
  );
  const uploading = (census?.uploads ?? []).some((group) =>
    group.dataClasses.includes(requirement.dataClass),
  );
  if (membership === 'yes') return null;
  if (membership === 'unknown') {
    // What is under one of the class's prefixes belongs to it for certain, and can fail for certain.
    if (held || unread) {
      const certain = check.judge(input);
      if (certain.status === 'NON_COMPLIANT') return certain;
    }
    const why = bucket.tags.state === 'unknown' ? ` (${describeReason(bucket.tags.reason)})` : '';
    return insufficient(
      `Whether this bucket holds ${requirement.dataClass} is not known: its tags could not be read${why}.`,
    );
  }
  if (held || unread || uploading) return null;
  if (!census?.complete) {
    const why = census?.incompleteReason ?? 'it was not listed';
    return insufficient(
      `Whether any key here puts an object in ${requirement.dataClass} is not known: ${why}.`,
    );
  }
  return {
    status: 'NOT_APPLICABLE',
    reasons: [`No key in this bucket puts an object in ${requirement.dataClass}.`],
    remediation: null,
  };
}

const insufficient = (reason: string): Verdict => ({
  status: 'INSUFFICIENT_DATA',
  reasons: [reason],
  remediation: null,
});

/** The files that hold what this verdict was made from. */
function evidenceFiles(input: CheckInput, check: CheckId): readonly string[] {
  const { requirement, bucket, census, keyOf, access } = input;
  const region = valueOf(bucket.region) ?? '';
  const byDefault = valueOf(bucket.defaultEncryption)?.kmsKey;
  const arns = (census?.groups ?? [])
    .filter((group) => group.dataClasses.includes(requirement.dataClass))
    .map((group) => sealKeyArn(group.encryption.serverSide));
  const asked = check === 'enforced' ? keysInQuestion(input) : [];
  const policies = check === 'enforced' && input.organization ? [RUN_FILES.organization] : [];
  const keys = [...arns, byDefault, ...asked]
    .flatMap((reference) => (reference ? [keyOf(reference, region)] : []))
    .flatMap((key) => (key ? [RUN_FILES.key(key.region, key.reference, key.accountId)] : []));
  const seen = check === 'opened' && requirement.decrypt !== null && access?.ledger;
  const trails = seen
    ? access.trails.filter(
        (one) => one.region === region && (one.accountId ?? bucket.accountId) === bucket.accountId,
      )
    : [];
  const ledger = seen
    ? [RUN_FILES.ledger, ...trails.map((one) => RUN_FILES.trails(one.region, one.accountId))]
    : [];
  const files = [
    ...ledger,
    ...policies,
    RUN_FILES.bucket(bucket.name),
    ...(census ? [RUN_FILES.census(bucket.name)] : []),
    ...keys,
  ];
  return [...new Set(files)].sort();
}
