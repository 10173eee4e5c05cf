import { createHash, createPublicKey } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { AwsClients } from '../collectors/clients.ts';
import { readPublicKey as readKmsPublicKey, signDigest } from '../collectors/kms-signature.ts';
import { AuditError } from '../model/errors.ts';
import { readPublicKey, schemeOf } from '../seal/keys.ts';
import { localSigner } from '../seal/signer.ts';
import type { Signer } from '../seal/signer.ts';

/** Whether a reference names a key in KMS and no file: its ARN, or an alias. */
export const isKmsKey = (reference: string): boolean =>
  /^arn:[\w-]+:kms:/.test(reference) || reference.startsWith('alias/');

/** The holder of a private key: a PEM file, or KMS (ECC_NIST_P256). Throws AuditError before anything is signed. */
export async function openSigner(aws: AwsClients, reference: string): Promise<Signer> {
  if (!isKmsKey(reference)) return localSigner(await readKeyFile(reference), reference);
  const publicKey = await openPublicKey(aws, reference);
  if (schemeOf(publicKey) !== 'ECDSA-P256-SHA256') throw unfit(reference);
  return {
    publicKey,
    sign: async (message) => signDigest(aws, reference, createHash('sha256').update(message).digest()),
  };
}

/** A public key to verify with: a PEM file, or that of a KMS key. */
export async function openPublicKey(aws: AwsClients, reference: string): Promise<KeyObject> {
  if (!isKmsKey(reference)) return readPublicKey(await readKeyFile(reference), reference);
  const der = await readKmsPublicKey(aws, reference);
  const key = createPublicKey({ key: Buffer.from(der), type: 'spki', format: 'der' });
  if (schemeOf(key) === null) throw unfit(reference);
  return key;
}

const unfit = (reference: string): AuditError =>
  new AuditError(
    'INPUT_INVALID',
    `${reference} is a key of another kind: packs are signed with ECC_NIST_P256.`,
  );

async function readKeyFile(file: string): Promise<Uint8Array> {
  try {
    return await readFile(file);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const why = code === 'ENOENT' ? 'does not exist' : `cannot be read (${code ?? 'unknown error'})`;
    throw new AuditError('INPUT_INVALID', `The key file ${file} ${why}.`, { cause: error });
  }
}
