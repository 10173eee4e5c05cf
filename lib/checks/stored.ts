import type { Census, SealGroup } from '../model/census.ts';
import type { VerdictCounts } from '../model/finding.ts';
import { sealKeyArn } from '../model/object-encryption.ts';
import type { ObjectEncryption } from '../model/object-encryption.ts';
import { NOT_SAMPLED } from '../model/census.ts';
import { valueOf } from '../model/observed.ts';
import type { Requirement } from '../model/requirement.ts';
import { dontKnow, reasonsOf, worst } from './check.ts';
import type { Check, CheckInput, Judgement } from './check.ts';
import { judgeSample, sampleAnswer } from './sampled.ts';
import { judgeSeal } from './seal.ts';

/** Is every object sealed as required: current and noncurrent versions, and unfinished multipart uploads? */
export const stored: Check = {
  id: 'stored',
  question: 'Is every stored object sealed as required?',
  judge: (input) => {
    const { requirement, census, scope } = input;
    if (census === null) {
      return {
        status: 'INSUFFICIENT_DATA',
        reasons: ['The objects of this bucket were not listed.'],
        remediation: null,
      };
    }
    const inClass = (group: { readonly dataClasses: readonly string[] }): boolean =>
      group.dataClasses.includes(requirement.dataClass);
    const seals = census.groups
      .filter(inClass)
      .map((group) => ({ group, judgement: judgeGroup(input, group) }));
    const passing = new Set(
      seals.filter(({ judgement }) => judgement.status === 'COMPLIANT').map(({ group }) => group),
    );
    const sample = sampleAnswer(census, inClass, (group) => passing.has(group));
    const bySample = sample && judgeSample(sample, requirement.sampling);
    const judgements = [
      ...seals.map(({ judgement }) => judgement),
      ...(bySample ? [bySample] : []),
      ...judgeUnread(census, inClass, requirement),
    ];
    if (judgements.length === 0) {
      const what = scope === 'by-key' ? 'no object whose key puts it in this data class' : 'no objects';
      return { status: 'NOT_APPLICABLE', reasons: [`The bucket holds ${what}.`], remediation: null };
    }
    const status = worst(judgements);
    return {
      status,
      reasons:
        status === 'COMPLIANT'
          ? [bySample?.reason ?? allWell(seals.map(({ group }) => group))]
          : reasonsOf(judgements),
      counts: countsOf(seals, census, inClass),
      remediation: status === 'NON_COMPLIANT' ? REMEDIATION : null,
    };
  },
};

const REMEDIATION =
  'Re-encrypt the listed object versions: S3 Batch Operations with UpdateObjectEncryption for SSE-S3 and SSE-KMS ' +
  'sources, or a copy in place for the others. Noncurrent versions count too: re-encrypt or expire them.';

function judgeGroup(input: CheckInput, group: SealGroup): Judgement {
  const { status, reason: why } = judgeObject(input, group.encryption);
  const noncurrent = group.noncurrent > 0 ? `, ${group.noncurrent} of them noncurrent` : '';
  const reason = `${versions(group.objects)} (${describeSeal(group)}${noncurrent}): ${why}.`;
  return { status, reason };
}

function judgeUnread(
  census: Census,
  inClass: (group: { readonly dataClasses: readonly string[] }) => boolean,
  requirement: Requirement,
): Judgement[] {
  const judgements: Judgement[] = [];
  for (const group of census.unassessed.filter(inClass).filter(({ reason }) => reason !== NOT_SAMPLED)) {
    judgements.push(dontKnow(`${versions(group.objects)} could not be read: ${group.reason}.`));
  }
  if (!census.complete) {
    const why = (census.incompleteReason ?? 'it was cut short').replace(/\.$/, '');
    judgements.push(dontKnow(`The listing is incomplete: ${why}.`));
  }
  if (requirement.encryption.unfinishedUploads === 'assess') {
    for (const { uploads } of census.uploads.filter(inClass)) {
      const n = uploads === 1 ? '1 unfinished multipart upload' : `${uploads} unfinished multipart uploads`;
      judgements.push(
        dontKnow(`${n}: S3 does not report how their parts are encrypted; complete or abort them.`),
      );
    }
    if (!census.uploadsComplete) {
      judgements.push(
        dontKnow(`Unfinished uploads could not be listed: ${census.uploadsIncompleteReason ?? ''}.`),
      );
    }
  }
  return judgements;
}

function countsOf(
  seals: readonly { readonly group: SealGroup; readonly judgement: Judgement }[],
  census: Census,
  inClass: (group: { readonly dataClasses: readonly string[] }) => boolean,
): VerdictCounts {
  const sum = (status: Judgement['status'], field: 'objects' | 'bytes'): number =>
    seals
      .filter(({ judgement }) => judgement.status === status)
      .reduce((n, { group }) => n + group[field], 0);
  const unread = census.unassessed.filter(inClass).reduce((n, { objects }) => n + objects, 0);
  return {
    compliant: sum('COMPLIANT', 'objects'),
    nonCompliant: sum('NON_COMPLIANT', 'objects'),
    undetermined: sum('INSUFFICIENT_DATA', 'objects') + unread,
    bytesNonCompliant: sum('NON_COMPLIANT', 'bytes'),
  };
}

function describeSeal({ encryption }: SealGroup): string {
  const key = sealKeyArn(encryption.serverSide);
  const seal = encryption.serverSide.type === 'NONE' ? 'no encryption' : encryption.serverSide.type;
  const claim = encryption.clientSide.kind === 'claimed' ? ', claims client-side encryption' : '';
  return `${seal}${key ? ` under ${key}` : ''}${claim}`;
}

function allWell(groups: readonly SealGroup[]): string {
  const objects = groups.reduce((n, group) => n + group.objects, 0);
  const types = [...new Set(groups.map((group) => group.encryption.serverSide.type))].join(', ');
  return objects === 1
    ? `The one object version is sealed as required (${types}).`
    : `All ${objects} object versions are sealed as required (${types}).`;
}

const versions = (n: number): string => (n === 1 ? '1 object version' : `${n} object versions`);

/** How one seal fares under one requirement, for the list of violating objects. */
export function judgeObject(
  { requirement, bucket, keyOf }: Pick<CheckInput, 'requirement' | 'keyOf' | 'bucket'>,
  encryption: ObjectEncryption,
): Judgement {
  const clauses = judgeSeal(requirement.encryption, encryption, keyOf, valueOf(bucket.region) ?? '');
  return { status: worst(clauses), reason: reasonsOf(clauses).join('; ') };
}
