import { sha256 } from './verify.js';

/** The signature over a run's manifest, checked by the browser: a DSSE envelope in a Sigstore bundle (evidence-pack.md). */

const PAYLOAD_TYPE = 'application/vnd.in-toto+json';
const STATEMENT_TYPE = 'https://in-toto.io/Statement/v1';
const fromBase64 = (text) => Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
const toBase64 = (bytes) => btoa(String.fromCharCode(...bytes));

/** What is signed: type and payload, each with its length (DSSE v1, PAE). */
function preAuthEncoding(payload) {
  const head = new TextEncoder().encode(`DSSEv1 ${PAYLOAD_TYPE.length} ${PAYLOAD_TYPE} ${payload.length} `);
  const message = new Uint8Array(head.length + payload.length);
  message.set(head);
  message.set(payload, head.length);
  return message;
}

/** r and s of a DER signature, 32 bytes each, as WebCrypto wants them; null for what is no such signature. */
export function rawSignature(der) {
  const raw = new Uint8Array(64);
  if (der[0] !== 0x30 || der[1] !== der.length - 2) return null;
  let at = 2;
  for (const end of [32, 64]) {
    const length = der[at + 1];
    if (der[at] !== 0x02 || !(length > 0)) return null;
    const number = der.subarray(at + 2, at + 2 + length);
    at += 2 + length;
    // One leading zero keeps a number from being negative.
    const digits = number[0] === 0 ? number.subarray(1) : number;
    if (number.length !== length || digits.length > 32) return null;
    raw.set(digits, end - digits.length);
  }
  return at === der.length ? raw : null;
}

const ALGORITHMS = [
  {
    of: { name: 'ECDSA', namedCurve: 'P-256' },
    by: { name: 'ECDSA', hash: 'SHA-256' },
    signature: rawSignature,
  },
  { of: { name: 'Ed25519' }, by: { name: 'Ed25519' }, signature: (bytes) => bytes },
];

/** A public key from PEM text, with the fingerprint that `sealcheck verify` prints. Throws one sentence. */
export async function readKey(pem) {
  const [, body] = /^\s*-----BEGIN PUBLIC KEY-----([\s\S]+?)-----END PUBLIC KEY-----\s*$/.exec(pem) ?? [];
  if (!body) throw new Error('This is no public key in PEM form: it begins with -----BEGIN PUBLIC KEY-----.');
  for (const algorithm of ALGORITHMS) {
    try {
      const spki = fromBase64(body.replace(/\s/g, ''));
      const key = await crypto.subtle.importKey('spki', spki, algorithm.of, true, ['verify']);
      const digest = await crypto.subtle.digest('SHA-256', await crypto.subtle.exportKey('spki', key));
      return { ...algorithm, key, fingerprint: toBase64(new Uint8Array(digest)) };
    } catch {
      // Another kind of key, or none; the next algorithm says.
    }
  }
  throw new Error('This is no key that audits are signed with: ECDSA P-256 or Ed25519.');
}

/** Payload, signature and the signer's own hint of its key; null for what is no bundle with one signature. */
function readBundle(bytes) {
  try {
    const { dsseEnvelope, verificationMaterial } = JSON.parse(new TextDecoder().decode(bytes));
    const { payload, payloadType, signatures } = dsseEnvelope;
    if (payloadType !== PAYLOAD_TYPE || signatures.length !== 1) return null;
    return {
      payload: fromBase64(payload),
      signature: fromBase64(signatures[0].sig),
      hint: String(verificationMaterial.publicKey.hint),
    };
  } catch {
    return null;
  }
}

/** Whether the signed statement names these very bytes as the manifest, and every file as the manifest has it. */
async function vouchesFor(payload, manifestBytes, manifest) {
  const { _type: type, subject } = JSON.parse(new TextDecoder().decode(payload));
  if (type !== STATEMENT_TYPE || !Array.isArray(subject)) return false;
  const signed = new Map(subject.map(({ name, digest }) => [name, digest.sha256]));
  return (
    signed.get('manifest.json') === (await sha256(manifestBytes)) &&
    signed.size === manifest.files.length + 1 &&
    manifest.files.every(({ path, sha256: hash }) => signed.get(path) === hash)
  );
}

/**
 * `good`: the holder of the key signed this manifest. `bad` says why not. `bundleBytes` is null where there is none.
 * Never throws for what is in the files.
 */
export async function checkSignature({ manifestBytes, manifest, bundleBytes, key }) {
  const bad = (why) => ({ good: false, why });
  if (bundleBytes === null) return bad('There is no signature: nobody vouches for this manifest.');
  const bundle = readBundle(bundleBytes);
  if (bundle === null) return bad('The signature cannot be read: it is no bundle with one signature.');
  const signature = key.signature(bundle.signature);
  const message = preAuthEncoding(bundle.payload);
  if (signature === null || !(await crypto.subtle.verify(key.by, key.key, signature, message))) {
    return bad(
      bundle.hint === key.fingerprint
        ? 'The signature does not hold: it or what it covers was changed.'
        : `The manifest is signed by another key, ${bundle.hint.slice(0, 80)}.`,
    );
  }
  const vouched = await vouchesFor(bundle.payload, manifestBytes, manifest).catch(() => false);
  return vouched
    ? { good: true, why: 'The holder of this key signed this manifest, with every file in it.' }
    : bad('The manifest is not the one that was signed.');
}
