import { createHash, createPublicKey } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { AuditError } from '../model/errors.ts';

/** Signature schemes of a pack. ECDSA signatures are DER, as KMS, openssl and Sigstore write them. */
export type SignatureScheme = 'ECDSA-P256-SHA256' | 'Ed25519';

/** The scheme of a key, or null where packs are not signed with such keys. */
export function schemeOf(key: KeyObject): SignatureScheme | null {
  if (key.asymmetricKeyType === 'ed25519') return 'Ed25519';
  const isP256 = key.asymmetricKeyType === 'ec' && key.asymmetricKeyDetails?.namedCurve === 'prime256v1';
  return isP256 ? 'ECDSA-P256-SHA256' : null;
}

/**
 * Base64 of the SHA-256 of the public key's SubjectPublicKeyInfo: the hint that cosign writes, and what an auditor
 * compares with what the owner of the key published.
 */
export function fingerprintOf(key: KeyObject): string {
  const der = (key.type === 'private' ? createPublicKey(key) : key).export({ type: 'spki', format: 'der' });
  return createHash('sha256').update(der).digest('base64');
}

/**
 * A public key from PEM text, or from the PEM of its private half. `source` names it in errors.
 * Throws AuditError INPUT_INVALID for what is no P-256 or Ed25519 key.
 */
export function readPublicKey(pem: Uint8Array | string, source: string): KeyObject {
  let key: KeyObject;
  try {
    key = createPublicKey(typeof pem === 'string' ? pem : Buffer.from(pem));
  } catch (error) {
    throw new AuditError('INPUT_INVALID', `${source} is not a public key in PEM form.`, { cause: error });
  }
  if (schemeOf(key) === null) {
    throw new AuditError(
      'INPUT_INVALID',
      `${source} is a key of another kind: packs are signed with ECDSA P-256 or Ed25519.`,
    );
  }
  return key;
}
