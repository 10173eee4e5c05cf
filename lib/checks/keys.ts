import type { KeyEvidence, KeyMetadata } from '../model/evidence.ts';
import { sealKeyArn } from '../model/object-encryption.ts';
import { describeReason, valueOf } from '../model/observed.ts';
import type { KeyRequirement } from '../model/requirement.ts';
import { dontKnow, fail, pass, reasonsOf, worst } from './check.ts';
import type { Check, CheckInput, Judgement } from './check.ts';
import { AWS_MANAGED_S3, isAwsManagedAlias, judgeKeyIdentity, managerOf } from './key-identity.ts';

/** Are the keys in use the right ones, and healthy: manager, account, state, rotation, policy, deletion date? */
export const keys: Check = {
  id: 'keys',
  question: 'Are the keys the right ones, and healthy?',
  judge: (input) => {
    const { bucket, census, requirement, keyOf } = input;
    const region = valueOf(bucket.region) ?? '';
    const references = keysInUse(input);
    const judgements = references.flatMap((reference) =>
      judgeKey(requirement.encryption.key, reference, keyOf(reference, region)),
    );
    if (!census?.complete) {
      judgements.push(
        dontKnow('The objects of this bucket were not all listed, so other keys may be in use.'),
      );
    }
    const unnamed = unnamedKeys(input);
    if (unnamed > 0) {
      judgements.push(
        dontKnow(
          `The keys of ${unnamed} object versions are not known: where they were counted does not name them.`,
        ),
      );
    }
    if (bucket.defaultEncryption.state === 'unknown') {
      judgements.push(dontKnow('The default encryption could not be read, so its key is not known.'));
    }
    if (judgements.length === 0) {
      const reasons = ['No KMS key seals objects of this data class here, by default or in fact.'];
      return { status: 'NOT_APPLICABLE', reasons, remediation: null };
    }
    const status = worst(judgements);
    return {
      status,
      reasons: reasonsOf(judgements),
      remediation: status === 'NON_COMPLIANT' ? REMEDIATION : null,
    };
  },
};

const REMEDIATION =
  'Cancel a scheduled deletion (CancelKeyDeletion) or re-enable the key (EnableKey) while its data is needed, turn ' +
  'rotation on (EnableKeyRotation), narrow its key policy, and re-encrypt objects that sit under a wrong key.';

/** Objects of the data class that are sealed under a KMS key nobody named. */
const unnamedKeys = ({ census, requirement }: CheckInput): number =>
  (census?.groups ?? [])
    .filter(({ dataClasses }) => dataClasses.includes(requirement.dataClass))
    .filter(({ encryption }) => sealKeyArn(encryption.serverSide) === null)
    .reduce((sum, { objects }) => sum + objects, 0);

/** Keys of the data class's objects and of the bucket default, by reference, sorted. */
export function keysInUse({ bucket, census, requirement }: CheckInput): readonly string[] {
  const found = new Set<string>();
  for (const group of census?.groups ?? []) {
    if (!group.dataClasses.includes(requirement.dataClass)) continue;
    const arn = sealKeyArn(group.encryption.serverSide);
    if (arn) found.add(arn);
  }
  const byDefault = valueOf(bucket.defaultEncryption);
  if (byDefault?.algorithm.startsWith('aws:kms')) found.add(byDefault.kmsKey ?? AWS_MANAGED_S3);
  return [...found].sort();
}

function judgeKey(
  wanted: KeyRequirement | null,
  reference: string,
  evidence: KeyEvidence | undefined,
): readonly Judgement[] {
  const named = (judgement: Judgement): Judgement => ({
    ...judgement,
    reason: `Key ${reference}: ${judgement.reason}.`,
  });
  if (isAwsManagedAlias(reference)) {
    const identity = wanted === null ? [] : judgeKeyIdentity(wanted, null, evidence);
    return [pass('AWS keeps it enabled and rotates it yearly'), ...identity].map(named);
  }
  if (!evidence) return [named(dontKnow('it was not read'))];
  if (evidence.metadata.state === 'unknown') {
    return [named(dontKnow(`it could not be read: ${describeReason(evidence.metadata.reason)}`))];
  }
  if (evidence.metadata.state === 'absent') return [named(fail('KMS has no such key'))];
  const metadata = evidence.metadata.value;
  return [
    judgeState(metadata),
    ...(wanted === null ? [] : judgeKeyIdentity(wanted, metadata.arn, evidence)),
    ...(wanted?.rotation === 'required' ? [judgeRotation(wanted, evidence, metadata)] : []),
  ].map(named);
}

/** Decrypt works only in Enabled and Updating (FACTS §7): in any other state the objects cannot be read. */
function judgeState({ state, deletionDate, validTo }: KeyMetadata): Judgement {
  if (state === 'Enabled' || state === 'Updating') {
    return pass(
      validTo === null
        ? `it is ${state.toLowerCase()}`
        : `it is ${state.toLowerCase()}; its imported key material expires ${validTo}`,
    );
  }
  if (state === 'PendingDeletion' || state === 'PendingReplicaDeletion') {
    const when = deletionDate === null ? 'soon' : `on ${deletionDate.slice(0, 10)}`;
    return fail(
      `it will be deleted ${when}, and everything sealed under it is then lost; it cannot decrypt now`,
    );
  }
  return fail(`it is ${state}, so objects sealed under it cannot be decrypted`);
}

function judgeRotation(wanted: KeyRequirement, evidence: KeyEvidence, { origin }: KeyMetadata): Judgement {
  if (managerOf(evidence) === 'AWS') return pass('AWS rotates it yearly');
  const { rotation } = evidence;
  if (rotation.state === 'unknown')
    return dontKnow(`its rotation could not be read: ${describeReason(rotation.reason)}`);
  if (rotation.state === 'absent') return fail(`KMS cannot rotate it automatically (origin ${origin})`);
  const { enabled, periodInDays } = rotation.value;
  if (!enabled) return fail('automatic rotation is off');
  const most = wanted.rotationMaxDays;
  if (most === null) return pass('automatic rotation is on');
  if (periodInDays === null) return dontKnow('KMS did not say how often it rotates');
  return periodInDays <= most
    ? pass(`it rotates every ${periodInDays} days`)
    : fail(`it rotates every ${periodInDays} days; the requirement asks for ${most} at most`);
}
