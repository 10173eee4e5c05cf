import { AwsFault } from '../operation.ts';
import type { CallContext } from '../operation.ts';
import { recordKmsCall, s3EncryptionContext } from '../services/cloudtrail/record-kms-call.ts';
import { resolveKey } from '../services/kms/resolve.ts';
import { assertUsable } from '../services/kms/usable.ts';
import type { SandboxState } from '../state.ts';
import type { KmsKey } from '../state-services.ts';
import type { Bucket, Seal } from '../state-s3.ts';
import { accessDenied } from './faults.ts';

/**
 * The key that S3 seals with for a key id, ARN or alias; null means the AWS managed key aws/s3 of the caller's
 * account. Ids and aliases are looked up in the caller's account and the bucket's Region (FACTS §1.3).
 * @throws AwsFault 400 KMS.… or 403 AccessDenied when the key cannot be used
 */
export function keyForSealing(
  state: SandboxState,
  reference: string | null,
  bucket: Bucket,
  context: CallContext,
): KmsKey {
  const named = reference ?? 'alias/aws/s3';
  return asS3(() => usableKey(state, named, bucket, context, 'kms:GenerateDataKey'));
}

/** Puts S3's GenerateDataKey call for a new object into event history. */
export function recordSealing(
  state: SandboxState,
  bucket: Bucket,
  key: string,
  seal: Seal,
  context: CallContext,
): void {
  const kmsKey = seal.kmsKeyId === null ? undefined : state.keys.get(seal.kmsKeyId);
  if (!kmsKey || cached(bucket, seal, 'GenerateDataKey', context)) return;
  recordKmsCall(state, context, {
    eventName: 'GenerateDataKey',
    key: kmsKey,
    encryptionContext: s3EncryptionContext(state.partition, bucket.name, key, seal.bucketKey),
    throughS3: true,
  });
}

/**
 * S3's Decrypt call: needed to read the body of an SSE-KMS or DSSE-KMS object, not for HEAD. It shows in event
 * history, allowed or not; with a bucket key it is made once and names no object (FACTS §1.6, §5).
 * @throws AwsFault as `keyForSealing`
 */
export function decryptForReading(
  state: SandboxState,
  bucket: Bucket,
  key: string,
  seal: Seal,
  context: CallContext,
): void {
  const arn = seal.kmsKeyId;
  if (arn === null || cached(bucket, seal, 'Decrypt', context)) return;
  const call = {
    eventName: 'Decrypt',
    encryptionContext: s3EncryptionContext(state.partition, bucket.name, key, seal.bucketKey),
    throughS3: true,
  } as const;
  const kmsKey = state.keys.get(arn);
  try {
    usableKey(state, arn, bucket, context, 'kms:Decrypt');
  } catch (error) {
    forget(bucket, seal, 'Decrypt', context);
    if (kmsKey && error instanceof AwsFault) {
      recordKmsCall(state, context, {
        ...call,
        key: kmsKey,
        refusal: { code: error.code, message: error.message },
      });
    }
    throw asS3Fault(error);
  }
  if (kmsKey) recordKmsCall(state, context, { ...call, key: kmsKey });
}

/** KMS's own rules, asked in the bucket's Region; S3 wants a symmetric key on top of them. */
function usableKey(
  state: SandboxState,
  reference: string,
  bucket: Bucket,
  context: CallContext,
  action: string,
): KmsKey {
  const regional = { ...context, region: bucket.region };
  const key = resolveKey(state, regional, reference, { action, alias: true, crossAccount: true });
  assertUsable(key, 'ENCRYPT_DECRYPT');
  if (key.spec !== 'SYMMETRIC_DEFAULT') {
    throw new AwsFault('InvalidKeyUsageException', 400, `${key.arn} is not a symmetric encryption key.`);
  }
  return key;
}

function asS3<T>(call: () => T): T {
  try {
    return call();
  } catch (error) {
    throw asS3Fault(error);
  }
}

/** How KMS errors surface from S3: 403 AccessDenied, everything else 400 with `KMS.` before its code (FACTS §1.8). */
function asS3Fault(error: unknown): unknown {
  if (!(error instanceof AwsFault)) return error;
  if (error.code === 'AccessDeniedException') return accessDenied(error.message);
  return new AwsFault(`KMS.${error.code}`, 400, error.message);
}

const BUCKET_KEY_LIFETIME_MS = 5 * 60_000;
const bucketKeys = new WeakMap<Bucket, Map<string, number>>();

/** Whether a bucket key that this caller already has makes the KMS call unnecessary. */
function cached(bucket: Bucket, seal: Seal, purpose: string, context: CallContext): boolean {
  if (!seal.bucketKey) return false;
  let known = bucketKeys.get(bucket);
  if (!known) bucketKeys.set(bucket, (known = new Map<string, number>()));
  const id = bucketKeyId(seal, purpose, context);
  if (context.now - (known.get(id) ?? -Infinity) < BUCKET_KEY_LIFETIME_MS) return true;
  known.set(id, context.now);
  return false;
}

const forget = (bucket: Bucket, seal: Seal, purpose: string, context: CallContext): void => {
  bucketKeys.get(bucket)?.delete(bucketKeyId(seal, purpose, context));
};

const bucketKeyId = (seal: Seal, purpose: string, context: CallContext): string =>
  `${purpose} ${seal.kmsKeyId ?? ''} ${context.callerArn}`;
