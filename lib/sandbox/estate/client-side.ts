import type { Random } from './random.ts';

/** What the Amazon S3 Encryption Client leaves behind, by format and key wrap. */
export const CLIENT_FORMATS = [
  'v1',
  'v2-kms',
  'v2-rsa',
  'v3-kms',
  'v2-instruction-file',
  'v3-instruction-file',
  'two-formats-at-once',
  'key-without-iv',
] as const;
export type ClientFormat = (typeof CLIENT_FORMATS)[number];

/** User metadata of the object itself, and of its `<key>.instruction` sibling when the format has one. */
export type ClientMarks = {
  readonly object: Readonly<Record<string, string>>;
  readonly instruction: {
    readonly metadata: Readonly<Record<string, string>>;
    readonly body: Uint8Array;
  } | null;
};

type KmsInputs = { readonly keyArn: string; readonly unencryptedSize: number };

/**
 * The marks of one object (amazon-s3-encryption-client specification, data-format). Wrapped keys and nonces are
 * random bytes of the right length: the sandbox encrypts no payload.
 */
export function clientMarks(format: ClientFormat, random: Random, inputs: KmsInputs): ClientMarks {
  const base64 = (bytes: number): string => random.bytes(bytes).toString('base64');
  const v1 = (): Record<string, string> => ({
    'x-amz-key': base64(48),
    'x-amz-iv': base64(16),
    'x-amz-matdesc': '{}',
    'x-amz-unencrypted-content-length': String(inputs.unencryptedSize),
  });
  const v2 = (
    wrap: string,
    matdesc: Record<string, string>,
    wrappedBytes: number,
  ): Record<string, string> => ({
    'x-amz-key-v2': base64(wrappedBytes),
    'x-amz-iv': base64(12),
    'x-amz-matdesc': JSON.stringify(matdesc),
    'x-amz-wrap-alg': wrap,
    'x-amz-cek-alg': 'AES/GCM/NoPadding',
    'x-amz-tag-len': '128',
    'x-amz-unencrypted-content-length': String(inputs.unencryptedSize),
  });
  const v2Kms = (): Record<string, string> =>
    v2('kms+context', { 'aws:x-amz-cek-alg': 'AES/GCM/NoPadding' }, 184);
  // Key commitment, suite 0x0073: these three stay on the object even when the key moves to an instruction file.
  const v3Object = (): Record<string, string> => ({
    'x-amz-c': '115',
    'x-amz-d': base64(28),
    'x-amz-i': base64(28),
  });
  const v3Key = (): Record<string, string> => ({
    'x-amz-3': base64(184),
    'x-amz-w': '12',
    'x-amz-t': JSON.stringify({ 'aws:x-amz-cek-alg': '115', 'kms-key': inputs.keyArn }),
  });
  const instructionFile = (marks: Record<string, string>): ClientMarks['instruction'] => ({
    metadata: { 'x-amz-crypto-instr-file': '' },
    body: Buffer.from(JSON.stringify(marks)),
  });
  switch (format) {
    case 'v1':
      return { object: v1(), instruction: null };
    case 'v2-kms':
      return { object: v2Kms(), instruction: null };
    case 'v2-rsa':
      return { object: v2('RSA-OAEP-SHA1', {}, 256), instruction: null };
    case 'v3-kms':
      return { object: { ...v3Object(), ...v3Key() }, instruction: null };
    case 'v2-instruction-file':
      return { object: {}, instruction: instructionFile(v2Kms()) };
    case 'v3-instruction-file':
      return { object: v3Object(), instruction: instructionFile(v3Key()) };
    case 'two-formats-at-once':
      return { object: { ...v1(), ...v2Kms() }, instruction: null };
    case 'key-without-iv': {
      const object = { ...v2Kms() };
      delete object['x-amz-iv'];
      return { object, instruction: null };
    }
  }
}
