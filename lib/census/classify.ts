import type {
  ClientSideEncryption,
  ObjectEncryption,
  ServerSideEncryption,
} from '../model/object-encryption.ts';

/** Response headers by lower-case name, as an HTTP client gives them. */
export type Headers = Readonly<Record<string, string | string[] | undefined>>;

/** How a readable object is encrypted, from the headers of its HEAD (FACTS §1.1, §2). SSE-C never answers 200. */
export function classifyHead(headers: Headers): ObjectEncryption {
  return { serverSide: classifyServerSide(headers), clientSide: classifyClientSide(headers) };
}

const one = (headers: Headers, name: string): string | undefined => {
  const value = headers[name];
  return Array.isArray(value) ? value[0] : value;
};

function classifyServerSide(headers: Headers): ServerSideEncryption {
  const algorithm = one(headers, 'x-amz-server-side-encryption');
  const keyArn = one(headers, 'x-amz-server-side-encryption-aws-kms-key-id') ?? null;
  switch (algorithm) {
    case 'AES256':
      return { type: 'SSE-S3' };
    case 'aws:kms': {
      const bucketKey = one(headers, 'x-amz-server-side-encryption-bucket-key-enabled') === 'true';
      return { type: 'SSE-KMS', keyArn, bucketKey };
    }
    case 'aws:kms:dsse':
      return { type: 'DSSE-KMS', keyArn };
    case undefined:
      // An endpoint that was not asked for SSE-C keys but names the algorithm has told us all the same.
      return one(headers, 'x-amz-server-side-encryption-customer-algorithm')
        ? { type: 'SSE-C' }
        : { type: 'NONE' };
    default:
      return { type: 'OTHER', header: algorithm.slice(0, 64) };
  }
}

const KEY_WRAPS = new Set([
  'AES/GCM',
  'AESWrap',
  'kms',
  'kms+context',
  'RSA/ECB/OAEPWithSHA-256AndMGF1Padding',
  'RSA-OAEP-SHA1',
]);
const CIPHERS = new Set(['AES/GCM/NoPadding', 'AES/CBC/PKCS5Padding']);
const V3_WRAPS: Readonly<Record<string, string>> = {
  '02': 'AES/GCM',
  '12': 'kms+context',
  '22': 'RSA-OAEP-SHA1',
};
const V3_CIPHERS: Readonly<Record<string, string>> = { '115': 'AES-256-GCM with HKDF-SHA512 key commitment' };

/** Metadata is written by whoever uploads: only known names are kept, so that it cannot flood the counts. */
const named = (names: ReadonlySet<string>, value: string | undefined): string | null =>
  value === undefined ? null : names.has(value) ? value : 'unrecognised';

/**
 * The user metadata that classification looks at, without `x-amz-meta-`; and the values it tells apart, where those
 * matter. The wrapped keys themselves are never needed.
 */
export const MARKERS: readonly (readonly [name: string, values: readonly string[]])[] = [
  ['x-amz-crypto-instr-file', []],
  ['x-amz-key', []],
  ['x-amz-key-v2', []],
  ['x-amz-3', []],
  ['x-amz-iv', []],
  ['x-amz-matdesc', []],
  ['x-amz-d', []],
  ['x-amz-i', []],
  ['x-amz-wrap-alg', [...KEY_WRAPS]],
  ['x-amz-cek-alg', [...CIPHERS]],
  ['x-amz-w', Object.keys(V3_WRAPS)],
  ['x-amz-c', Object.keys(V3_CIPHERS)],
];

function classifyClientSide(headers: Headers): ClientSideEncryption {
  const claim = classifyMarkers((name) => one(headers, `x-amz-meta-${name}`));
  if (claim.kind !== 'none') return claim;
  // S3 leaves out metadata it cannot put in a header: what is missing may be the markers.
  const missing = one(headers, 'x-amz-missing-meta');
  if (missing !== undefined && missing !== '0') {
    return { kind: 'undetermined', detail: 'S3 withheld metadata that it cannot express as headers' };
  }
  return claim;
}

/** What user metadata claims. @param meta the value under a name of `MARKERS`, undefined where there is none */
export function classifyMarkers(meta: (name: string) => string | undefined): ClientSideEncryption {
  if (meta('x-amz-crypto-instr-file') !== undefined) return { kind: 'instruction-file' };
  const v1 = meta('x-amz-key') !== undefined;
  const v2 = meta('x-amz-key-v2') !== undefined;
  const v3 = meta('x-amz-3') !== undefined;
  if (Number(v1) + Number(v2) + Number(v3) > 1) {
    return {
      kind: 'invalid',
      detail: 'wrapped keys of two Amazon S3 Encryption Client formats on one object',
    };
  }
  if (v3 || meta('x-amz-c') !== undefined) return classifyV3(meta, v3);
  const iv = meta('x-amz-iv') !== undefined;
  if (v1 || v2) {
    if (!iv) return { kind: 'invalid', detail: 'a wrapped key without an initialisation vector' };
    return {
      kind: 'claimed',
      format: v1 ? 'V1' : 'V2',
      keyWrap: named(KEY_WRAPS, meta('x-amz-wrap-alg')),
      // The specification reads a missing content algorithm as CBC.
      cipher: named(CIPHERS, meta('x-amz-cek-alg')) ?? 'AES/CBC/PKCS5Padding',
      instructionFile: false,
    };
  }
  if (iv && meta('x-amz-matdesc') !== undefined) {
    return { kind: 'invalid', detail: 'an initialisation vector without its wrapped key' };
  }
  return { kind: 'none' };
}

function classifyV3(meta: (name: string) => string | undefined, wrapped: boolean): ClientSideEncryption {
  if (meta('x-amz-d') === undefined || meta('x-amz-i') === undefined) {
    // `c` alone is too short a name to call damage.
    return wrapped
      ? { kind: 'invalid', detail: 'a V3 wrapped key without its commitment or message id' }
      : { kind: 'none' };
  }
  const cipher = meta('x-amz-c');
  const wrap = meta('x-amz-w');
  return {
    kind: 'claimed',
    format: 'V3',
    keyWrap: wrap === undefined ? null : (V3_WRAPS[wrap] ?? 'unrecognised'),
    cipher: cipher === undefined ? null : (V3_CIPHERS[cipher] ?? 'unrecognised'),
    // Without a wrapped key of its own, the object's key is in its instruction file.
    instructionFile: !wrapped,
  };
}
