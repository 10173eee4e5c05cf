import { GetPublicKeyCommand, SignCommand } from '@aws-sdk/client-kms';
import { parseArn } from '../model/arn.ts';
import { AuditError } from '../model/errors.ts';
import type { AwsClients } from './clients.ts';
import { reasonOf } from './observe.ts';

/** The public half of an asymmetric KMS key, as SubjectPublicKeyInfo in DER. Throws AuditError. */
export async function readPublicKey(aws: AwsClients, keyId: string): Promise<Uint8Array> {
  const { PublicKey } = await ask('kms:GetPublicKey', keyId, async () =>
    aws.kms(regionOf(aws, keyId)).send(new GetPublicKeyCommand({ KeyId: keyId })),
  );
  if (!PublicKey) throw new AuditError('FAILED', `AWS KMS answered without the public key of ${keyId}.`);
  return PublicKey;
}

/**
 * Signs a SHA-256 digest with an ECC_NIST_P256 key; the signature is DER. A digest, since KMS takes a whole message
 * only up to 4,096 bytes (FACTS §7, KMS Sign).
 */
export async function signDigest(aws: AwsClients, keyId: string, digest: Uint8Array): Promise<Uint8Array> {
  const { Signature } = await ask('kms:Sign', keyId, async () =>
    aws.kms(regionOf(aws, keyId)).send(
      new SignCommand({
        KeyId: keyId,
        Message: digest,
        MessageType: 'DIGEST',
        SigningAlgorithm: 'ECDSA_SHA_256',
      }),
    ),
  );
  if (!Signature) throw new AuditError('FAILED', `AWS KMS answered without a signature by ${keyId}.`);
  return Signature;
}

const regionOf = (aws: AwsClients, keyId: string): string => parseArn(keyId)?.region ?? aws.options.region;

async function ask<T>(operation: string, keyId: string, call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    const { code, message } = reasonOf(operation, error);
    const kind = code === 'ACCESS_DENIED' || code === 'UNREACHABLE' || code === 'NOT_FOUND' ? code : 'FAILED';
    throw new AuditError(kind, `The signing key ${keyId} cannot be used (${operation}): ${message}.`, {
      cause: error,
    });
  }
}
