import { generateKeyPairSync, sign, verify } from 'node:crypto';
import { expect, test } from '@jest/globals';
import fc from 'fast-check';

type Page = { readonly rawSignature: (der: Uint8Array) => Uint8Array | null };
const { rawSignature } = (await import(new URL('../../portal/signature.js', import.meta.url).href)) as Page;

const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });

test('a DER signature is the same signature in the form that WebCrypto verifies', () => {
  fc.assert(
    fc.property(fc.uint8Array(), (message) => {
      const raw = rawSignature(sign('sha256', message, privateKey));
      expect(raw).not.toBeNull();
      expect(verify('sha256', message, { key: publicKey, dsaEncoding: 'ieee-p1363' }, raw!)).toBe(true);
    }),
    { numRuns: 300 },
  );
});

test('whatever else it is given, it answers nothing or 64 bytes', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 80 }), (bytes) => {
      expect([undefined, 64]).toContain(rawSignature(bytes)?.length);
    }),
  );
});

test.each([
  ['nothing', []],
  ['a longer sequence than its length says', [0x30, 6, 2, 1, 1, 2, 1, 1, 0]],
  ['a number that ends nowhere', [0x30, 4, 2, 9, 1, 2]],
  ['a number without digits', [0x30, 5, 2, 0, 2, 1, 1]],
])('%s is no signature', (_, bytes) => {
  expect(rawSignature(Uint8Array.from(bytes))).toBeNull();
});
