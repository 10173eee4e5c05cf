import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { fingerprintOf, readPublicKey } from '../../lib/seal/keys.ts';
import { localSigner } from '../../lib/seal/signer.ts';
import { ed25519Pem, p256Pem } from './packs.ts';

const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
const p384 = generateKeyPairSync('ec', { namedCurve: 'secp384r1' });
const pem = { type: 'pkcs8', format: 'pem' } as const;
const encrypted = generateKeyPairSync('ed25519').privateKey.export({
  ...pem,
  cipher: 'aes-256-cbc',
  passphrase: 'x',
});

describe('keys', () => {
  test.each([['P-256', p256Pem()] as const, ['Ed25519', ed25519Pem()] as const])(
    '%s: the public half is found in the private one, with one fingerprint',
    (_, text) => {
      const { publicKey } = localSigner(text, 'k');
      const exported = publicKey.export({ type: 'spki', format: 'pem' });
      expect(fingerprintOf(readPublicKey(text, 'k'))).toBe(fingerprintOf(publicKey));
      expect(fingerprintOf(readPublicKey(exported, 'k'))).toBe(fingerprintOf(publicKey));
      expect(fingerprintOf(publicKey)).toMatch(/^[A-Za-z0-9+/]{43}=$/);
    },
  );

  test.each<[string, string]>([
    ['an RSA key', rsa.publicKey.export({ type: 'spki', format: 'pem' }).toString()],
    ['a P-384 key', p384.publicKey.export({ type: 'spki', format: 'pem' }).toString()],
    ['no key', 'hello'],
    ['an empty file', ''],
    ['half a key', p256Pem().slice(0, 80)],
  ])('%s is no key to verify with', (_, text) => {
    expect(() => readPublicKey(text, 'k.pem')).toThrow(expect.objectContaining({ code: 'INPUT_INVALID' }));
  });

  test.each<[string, string]>([
    ['an RSA key', rsa.privateKey.export(pem).toString()],
    ['a P-384 key', p384.privateKey.export(pem).toString()],
    ['an encrypted key', encrypted.toString()],
    ['a public key', p384.publicKey.export({ type: 'spki', format: 'pem' }).toString()],
    ['no key', 'hello'],
  ])('%s is no key to sign with, and the error does not repeat it', (_, text) => {
    expect(() => localSigner(text, 'k.pem')).toThrow(expect.objectContaining({ code: 'INPUT_INVALID' }));
    expect(() => localSigner(text, 'k.pem')).toThrow(/^(?!.*BEGIN)k\.pem/);
  });
});
