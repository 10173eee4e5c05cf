import { createECDH, createHash, createPrivateKey, createPublicKey, randomBytes } from 'node:crypto';
import type { KeyObject } from 'node:crypto';

/** An elliptic curve that the sandbox signs on. */
type Curve = {
  readonly openssl: string;
  readonly jwk: string;
  readonly algorithm: string;
  readonly hash: string;
  /** Bytes of a coordinate, of a scalar, and of the hash. */
  readonly bytes: number;
  /** Order of the base point (FIPS 186-5; SEC 2). */
  readonly order: bigint;
};

const CURVES = new Map<string, Curve>([
  [
    'ECC_NIST_P256',
    {
      openssl: 'prime256v1',
      jwk: 'P-256',
      algorithm: 'ECDSA_SHA_256',
      hash: 'sha256',
      bytes: 32,
      order: 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n,
    },
  ],
  [
    'ECC_NIST_P384',
    {
      openssl: 'secp384r1',
      jwk: 'P-384',
      algorithm: 'ECDSA_SHA_384',
      hash: 'sha384',
      bytes: 48,
      order: BigInt(
        '0xffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52973',
      ),
    },
  ],
]);

/** The curve of a KeySpec such as `ECC_NIST_P256`, or null for a key that does not sign here. */
export const curveOf = (spec: string): Curve | null => CURVES.get(spec) ?? null;

/** The one SigningAlgorithm of a KeySpec, or null. */
export const signingAlgorithmOf = (spec: string): string | null => curveOf(spec)?.algorithm ?? null;

/** The private scalar of a key: derived from its identity, so that a demo's signatures verify under one public key. */
function scalarOf(curve: Curve, identity: string): bigint {
  const wide = createHash('sha512').update(`sandbox signing key of ${identity}`).digest('hex');
  return (BigInt(`0x${wide}`) % (curve.order - 1n)) + 1n;
}

/** The public key of a signing key, SubjectPublicKeyInfo in DER. */
export function publicKeyDer(curve: Curve, identity: string): Buffer {
  return createPublicKey(privateKey(curve, identity)).export({ format: 'der', type: 'spki' });
}

function privateKey(curve: Curve, identity: string): KeyObject {
  const d = toBytes(scalarOf(curve, identity), curve.bytes);
  const point = basePointTimes(curve, d);
  return createPrivateKey({
    format: 'jwk',
    key: {
      kty: 'EC',
      crv: curve.jwk,
      d: d.toString('base64url'),
      x: point.subarray(1, 1 + curve.bytes).toString('base64url'),
      y: point.subarray(1 + curve.bytes).toString('base64url'),
    },
  });
}

/**
 * An ECDSA signature over a digest, in DER. KMS signs digests, and node:crypto only whole messages: the curve
 * arithmetic is still OpenSSL's, only the two lines of FIPS 186-5 §6.4.1 are written out.
 */
export function signDigest(curve: Curve, identity: string, digest: Buffer): Buffer {
  const n = curve.order;
  const d = scalarOf(curve, identity);
  const z = BigInt(`0x${digest.subarray(0, curve.bytes).toString('hex')}`);
  for (;;) {
    const k = (BigInt(`0x${randomBytes(curve.bytes + 8).toString('hex')}`) % (n - 1n)) + 1n;
    const x = basePointTimes(curve, toBytes(k, curve.bytes)).subarray(1, 1 + curve.bytes);
    const r = BigInt(`0x${x.toString('hex')}`) % n;
    const s = (inverse(k, n) * (z + r * d)) % n;
    if (r !== 0n && s !== 0n) return derSequence([derInteger(r), derInteger(s)]);
  }
}

function basePointTimes(curve: Curve, scalar: Buffer): Buffer {
  const ecdh = createECDH(curve.openssl);
  ecdh.setPrivateKey(scalar);
  return ecdh.getPublicKey();
}

/** a⁻¹ mod n by the extended Euclidean algorithm. */
function inverse(a: bigint, n: bigint): bigint {
  let [r0, r1, t0, t1] = [n, a % n, 0n, 1n];
  while (r1 !== 0n) {
    const quotient = r0 / r1;
    [r0, r1, t0, t1] = [r1, r0 - quotient * r1, t1, t0 - quotient * t1];
  }
  return ((t0 % n) + n) % n;
}

const toBytes = (value: bigint, length: number): Buffer =>
  Buffer.from(value.toString(16).padStart(length * 2, '0'), 'hex');

function derInteger(value: bigint): Buffer {
  const hex = value.toString(16);
  const bytes = Buffer.from(hex.length % 2 === 0 ? hex : `0${hex}`, 'hex');
  const positive = (bytes[0] ?? 0) < 0x80 ? bytes : Buffer.concat([Buffer.of(0), bytes]);
  return Buffer.concat([Buffer.of(0x02, positive.length), positive]);
}

/** Both integers of a P-384 signature still fit the short form of a DER length. */
function derSequence(parts: readonly Buffer[]): Buffer {
  const body = Buffer.concat(parts);
  return Buffer.concat([Buffer.of(0x30, body.length), body]);
}
