import type { ObjectRecord } from '../model/census.ts';
import type { BucketEvidence } from '../model/evidence.ts';
import { valueOf } from '../model/observed.ts';
import type { Requirement } from '../model/requirement.ts';

/** How a violating object can be put right by S3 Batch Operations; `by-hand` when it cannot. */
export type FixMethod = 'update' | 'copy' | 'by-hand';

/** What the objects of one requirement in one bucket should become. */
export type FixTarget = {
  readonly type: 'SSE-KMS' | 'SSE-S3';
  /** Full ARN; null when the requirement leaves the choice open and someone must make it. */
  readonly keyArn: string | null;
  readonly bucketKey: boolean;
};

/**
 * The seal to aim at, null when Batch Operations can write none that the requirement allows. The key is the one
 * that the requirement names, or else the bucket default's; never one that we chose.
 */
export function fixTarget({ encryption }: Requirement, bucket: BucketEvidence): FixTarget | null {
  const { allow, key, bucketKey } = encryption;
  if (allow.includes('SSE-KMS')) {
    const byDefault = valueOf(bucket.defaultEncryption);
    const named = (key?.arns ?? []).filter((arn) => !/[*?]/.test(arn));
    const fallback = (key?.arns.length ?? 0) === 0 ? (byDefault?.kmsKey ?? null) : null;
    const keyArn = named[0] ?? (fallback?.startsWith('arn:') && fallback.includes(':key/') ? fallback : null);
    return {
      type: 'SSE-KMS',
      keyArn,
      bucketKey: bucketKey === 'required' || (bucketKey === 'any' && byDefault?.bucketKey === true),
    };
  }
  return allow.includes('SSE-S3') ? { type: 'SSE-S3', keyArn: null, bucketKey: false } : null;
}

/** How one violating object gets there, and why not when it does not (FACTS §1.5). */
export function fixMethod(
  { encryption, isLatest }: Pick<ObjectRecord, 'encryption' | 'isLatest'>,
  target: FixTarget | null,
): { readonly method: FixMethod; readonly why: string } {
  const byHand = (why: string): { method: FixMethod; why: string } => ({ method: 'by-hand', why });
  if (target === null) return byHand('S3 Batch Operations cannot write the required encryption');
  if (encryption === null) return byHand('how it is encrypted could not be read');
  const { type } = encryption.serverSide;
  if (type === 'SSE-C') return byHand('it can be copied only with the key of whoever wrote it');
  if (type === 'OTHER') return byHand('its encryption is not documented');
  if (target.type === 'SSE-KMS' && (type === 'SSE-S3' || type === 'SSE-KMS'))
    return { method: 'update', why: 'UpdateObjectEncryption changes the version where it is' };
  // A copy becomes the newest version: of an old one it would bring back what was replaced.
  if (!isLatest) return byHand('a copy of a noncurrent version would become the current one');
  return { method: 'copy', why: 'a copy in place writes it again under the right seal' };
}
