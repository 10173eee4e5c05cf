import { createPrivateKey, createPublicKey, sign, verify } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { AuditError } from '../model/errors.ts';
import { bundleText, preAuthEncoding } from './bundle.ts';
import { fingerprintOf, schemeOf } from './keys.ts';
import type { Manifest } from './manifest.ts';
import { statementText } from './statement.ts';

/** Whoever holds the private key: a file, or KMS. `sign` answers a DER signature for ECDSA, 64 bytes for Ed25519. */
export type Signer = {
  readonly publicKey: KeyObject;
  readonly sign: (message: Uint8Array) => Promise<Uint8Array>;
};

/** Signs with a private key in PEM. Throws AuditError INPUT_INVALID for what is no P-256 or Ed25519 private key. */
export function localSigner(pem: Uint8Array | string, source: string): Signer {
  let key: KeyObject;
  try {
    key = createPrivateKey(typeof pem === 'string' ? pem : Buffer.from(pem));
  } catch (error) {
    // The cause names no key material: OpenSSL tells only where parsing ended.
    throw new AuditError('INPUT_INVALID', `${source} is not an unencrypted private key in PEM form.`, {
      cause: error,
    });
  }
  const scheme = schemeOf(key);
  if (scheme === null) {
    throw new AuditError('INPUT_INVALID', `${source} is a key of another kind: use ECDSA P-256 or Ed25519.`);
  }
  return {
    publicKey: createPublicKey(key),
    sign: (message) => Promise.resolve(sign(scheme === 'Ed25519' ? null : 'sha256', message, key)),
  };
}

/** Whether `signature` is the key's over `message`; false for what is no signature at all. */
export function isSignedBy(publicKey: KeyObject, message: Uint8Array, signature: Uint8Array): boolean {
  try {
    return verify(schemeOf(publicKey) === 'Ed25519' ? null : 'sha256', message, publicKey, signature);
  } catch {
    return false;
  }
}

/** The bytes of `manifest.sigstore.json` for a manifest. Throws AuditError FAILED when the signer's answer is wrong. */
export async function signManifest(manifest: Manifest, signer: Signer): Promise<string> {
  const payload = Buffer.from(statementText(manifest));
  const message = preAuthEncoding(payload);
  const signature = await signer.sign(message);
  if (!isSignedBy(signer.publicKey, message, signature)) {
    throw new AuditError('FAILED', 'The signature that was returned is not one of the signing key.');
  }
  return bundleText({ payload, signature, hint: fingerprintOf(signer.publicKey) });
}
