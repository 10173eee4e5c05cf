import type {
  ClientSideEncryption,
  ObjectEncryption,
  ServerSideEncryption,
} from '../model/object-encryption.ts';
import type { EncryptionRequirement } from '../model/requirement.ts';
import { dontKnow, fail, pass } from './check.ts';
import type { Judgement, KeyLookup } from './check.ts';
import { judgeKeyIdentity } from './key-identity.ts';

/**
 * Whether one kind of seal meets a requirement. This is the whole of what decides an object: two objects with the
 * same seal and data class always get the same answer.
 */
export function judgeSeal(
  wanted: EncryptionRequirement,
  { serverSide, clientSide }: ObjectEncryption,
  keyOf: KeyLookup,
  region: string,
): readonly Judgement[] {
  return [...judgeServerSide(wanted, serverSide, keyOf, region), ...judgeClientSide(wanted, clientSide)];
}

/** The server-side half of a seal, which is all that a bucket's default can set. */
export function judgeServerSide(
  wanted: EncryptionRequirement,
  seal: ServerSideEncryption,
  keyOf: KeyLookup,
  region: string,
): readonly Judgement[] {
  if (seal.type === 'OTHER') {
    return [dontKnow(`S3 reports "${seal.header}", whose protection is not documented`)];
  }
  if (seal.type === 'NONE') return [fail('not encrypted by S3')];
  if (!wanted.allow.includes(seal.type)) {
    return [fail(`${seal.type} is not allowed; the requirement asks for ${wanted.allow.join(' or ')}`)];
  }
  const judgements: Judgement[] = [pass(`${seal.type} is allowed`)];
  if (wanted.key !== null && (seal.type === 'SSE-KMS' || seal.type === 'DSSE-KMS')) {
    const evidence = seal.keyArn === null ? undefined : keyOf(seal.keyArn, region);
    judgements.push(...judgeKeyIdentity(wanted.key, seal.keyArn, evidence));
  }
  if (seal.type === 'SSE-KMS') judgements.push(...judgeBucketKey(wanted.bucketKey, seal.bucketKey));
  return judgements;
}

/** DSSE-KMS has no bucket keys, so the question is put to SSE-KMS alone (FACTS §1.6). */
function judgeBucketKey(
  wanted: EncryptionRequirement['bucketKey'],
  used: boolean | null,
): readonly Judgement[] {
  if (wanted !== 'any' && used === null) return [dontKnow('whether it uses an S3 Bucket Key is not known')];
  if (wanted === 'required' && !used) return [fail('sealed without an S3 Bucket Key')];
  if (wanted === 'forbidden' && used) {
    return [fail('sealed under an S3 Bucket Key, so CloudTrail cannot name the object that was read')];
  }
  return [];
}

function judgeClientSide(wanted: EncryptionRequirement, claim: ClientSideEncryption): readonly Judgement[] {
  if (wanted.clientSide === 'any') return [];
  switch (claim.kind) {
    case 'claimed':
      return [pass(`its metadata claims client-side encryption (${claim.format})`)];
    case 'instruction-file':
      return [pass('an instruction file: wrapped keys, no data')];
    case 'none':
      return [fail('not encrypted by the client')];
    case 'invalid':
      return [fail(`its client-side encryption marks are invalid: ${claim.detail}`)];
    case 'undetermined':
      return [dontKnow(`whether the client encrypted it is not known: ${claim.detail}`)];
  }
}
