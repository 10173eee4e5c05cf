import { createHash, createPublicKey, verify } from 'node:crypto';
import { z } from 'zod';
import type { ListedPublicKey } from '../collectors/trails.ts';
import { parseDigestName } from './log-paths.ts';
import type { DigestName } from './log-paths.ts';

const instant = z.iso.datetime({ offset: false });

/** A digest file, as far as validation reads it (FACTS §4). */
const digestDocument = z.object({
  awsAccountId: z.string(),
  digestStartTime: instant,
  digestEndTime: instant,
  digestS3Bucket: z.string(),
  digestS3Object: z.string(),
  digestPublicKeyFingerprint: z.string(),
  previousDigestS3Object: z.string().nullish(),
  previousDigestHashValue: z.string().nullish(),
  previousDigestSignature: z.string().nullish(),
  logFiles: z.array(z.object({ s3Object: z.string(), hashValue: z.string() })),
});

/** One digest, parsed, with what is needed to check it. */
export type Digest = {
  readonly path: string;
  readonly name: DigestName;
  /** SHA-256 of the inflated bytes, hex. */
  readonly sha256: string;
  /** From the object's metadata; null in a folder. */
  readonly signature: string | null;
  readonly document: z.output<typeof digestDocument>;
};

/** Null when the bytes are no digest. */
export function parseDigest(path: string, inflated: Uint8Array, signature: string | null): Digest | null {
  const name = parseDigestName(path);
  if (name === null) return null;
  try {
    const document = digestDocument.safeParse(JSON.parse(new TextDecoder().decode(inflated)));
    if (!document.success) return null;
    const sha256 = createHash('sha256').update(inflated).digest('hex');
    return { path, name, sha256, signature, document: document.data };
  } catch {
    return null;
  }
}

/** What CloudTrail signs of a digest. */
export const signedText = ({ document, sha256 }: Pick<Digest, 'document' | 'sha256'>): string =>
  [
    document.digestEndTime,
    `${document.digestS3Bucket}/${document.digestS3Object}`,
    sha256,
    document.previousDigestSignature ?? 'null',
  ].join('\n');

/** RSASSA-PKCS1-v1_5 with SHA-256. False for a signature that does not fit, and for bytes that are no key. */
export function signatureFits(digest: Digest, signatureHex: string, { der }: ListedPublicKey): boolean {
  try {
    const key = createPublicKey({ key: Buffer.from(der), format: 'der', type: 'pkcs1' });
    return verify('sha256', Buffer.from(signedText(digest)), key, Buffer.from(signatureHex, 'hex'));
  } catch {
    return false;
  }
}
