import { z } from 'zod';
import { canonicalJson } from './canonical-json.ts';
import { parseJson } from './manifest.ts';

const BUNDLE_TYPE = 'application/vnd.dev.sigstore.bundle.v0.3+json';
const PAYLOAD_TYPE = 'application/vnd.in-toto+json';

/** A signed statement. `hint` says which key to look for; it is not covered by the signature. */
export type SignedStatement = {
  readonly payload: Uint8Array;
  readonly signature: Uint8Array;
  readonly hint: string;
};

/**
 * What DSSE signs: the type and the payload, each with its length, so that neither can borrow from the other
 * (DSSE v1, "PAE").
 */
export function preAuthEncoding(payload: Uint8Array): Buffer {
  const head = `DSSEv1 ${PAYLOAD_TYPE.length} ${PAYLOAD_TYPE} ${payload.byteLength} `;
  return Buffer.concat([Buffer.from(head), payload]);
}

/** The bytes of `manifest.sigstore.json`: a DSSE envelope in a Sigstore bundle v0.3, as canonical JSON. */
export function bundleText({ payload, signature, hint }: SignedStatement): string {
  return canonicalJson({
    mediaType: BUNDLE_TYPE,
    verificationMaterial: { publicKey: { hint }, tlogEntries: [] },
    dsseEnvelope: {
      payload: Buffer.from(payload).toString('base64'),
      payloadType: PAYLOAD_TYPE,
      signatures: [{ sig: Buffer.from(signature).toString('base64') }],
    },
  });
}

const bundleSchema = z.looseObject({
  verificationMaterial: z.looseObject({ publicKey: z.looseObject({ hint: z.string() }) }),
  dsseEnvelope: z.looseObject({
    payload: z.string(),
    signatures: z.tuple([z.looseObject({ sig: z.string() })]),
  }),
});

/** Reads a bundle with one signature by a public key; null where the text is none. */
export function parseBundle(text: string): SignedStatement | null {
  const parsed = bundleSchema.safeParse(parseJson(text));
  if (!parsed.success) return null;
  const { dsseEnvelope, verificationMaterial } = parsed.data;
  return {
    payload: Buffer.from(dsseEnvelope.payload, 'base64'),
    signature: Buffer.from(dsseEnvelope.signatures[0].sig, 'base64'),
    hint: verificationMaterial.publicKey.hint,
  };
}
