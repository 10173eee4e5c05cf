import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';
import type { KmsKey } from '../../state-services.ts';

/** What a ciphertext is bound to; null and {} are the same. */
export type EncryptionContext = Readonly<Record<string, string>> | undefined;

const MAGIC = Buffer.from('SBX1');
const IV_BYTES = 12;
const TAG_BYTES = 16;

/** AES-256-GCM under the key's material, bound to the encryption context; the blob names its key, as KMS's do. */
export function seal(key: KmsKey, plaintext: Uint8Array, context: EncryptionContext): Buffer {
  const name = Buffer.from(identityOf(key));
  const iv = randomBytes(IV_BYTES);
  const cipher = createCipheriv('aes-256-gcm', materialOf(identityOf(key)), iv);
  cipher.setAAD(canonical(context));
  const body = Buffer.concat([cipher.update(plaintext), cipher.final()]);
  return Buffer.concat([MAGIC, Buffer.of(name.length), name, iv, cipher.getAuthTag(), body]);
}

/** Identity of the key that made a blob, or null when it is not a blob of `seal`. */
export function sealedBy(blob: Buffer): string | null {
  const length = blob[MAGIC.length];
  if (length === undefined || !blob.subarray(0, MAGIC.length).equals(MAGIC)) return null;
  const start = MAGIC.length + 1;
  return blob.length < start + length + IV_BYTES + TAG_BYTES
    ? null
    : blob.toString('utf8', start, start + length);
}

/** The plaintext, or null when blob, key or encryption context do not belong together. */
export function unseal(blob: Buffer, context: EncryptionContext): Buffer | null {
  const identity = sealedBy(blob);
  if (identity === null) return null;
  const at = MAGIC.length + 1 + Buffer.byteLength(identity);
  const decipher = createDecipheriv('aes-256-gcm', materialOf(identity), blob.subarray(at, at + IV_BYTES));
  decipher.setAuthTag(blob.subarray(at + IV_BYTES, at + IV_BYTES + TAG_BYTES));
  decipher.setAAD(canonical(context));
  try {
    return Buffer.concat([decipher.update(blob.subarray(at + IV_BYTES + TAG_BYTES)), decipher.final()]);
  } catch {
    return null;
  }
}

/** Multi-Region keys share their material, and so their ciphertexts; every other key has its own. */
export const identityOf = (key: KmsKey): string => (key.multiRegion === null ? key.arn : key.keyId);

/** Derived, not random: what one run of the sandbox sealed, the next can open. */
const materialOf = (identity: string): Buffer =>
  createHash('sha256').update(`sandbox key material of ${identity}`).digest();

function canonical(context: EncryptionContext): Buffer {
  const pairs = Object.entries(context ?? {}).sort(([a], [b]) => (a < b ? -1 : 1));
  return Buffer.from(JSON.stringify(pairs));
}
