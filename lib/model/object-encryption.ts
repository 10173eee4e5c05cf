/**
 * How S3 says an object is encrypted at rest. Source: S3 API HeadObject; FACTS §1.1. A null `keyArn` or `bucketKey`
 * was not told: S3 Inventory knows no key ids.
 */
export type ServerSideEncryption =
  | { readonly type: 'SSE-S3' }
  | { readonly type: 'SSE-KMS'; readonly keyArn: string | null; readonly bucketKey: boolean | null }
  | { readonly type: 'DSSE-KMS'; readonly keyArn: string | null }
  | { readonly type: 'SSE-C' }
  | { readonly type: 'NONE' }
  | { readonly type: 'OTHER'; readonly header: string };

/** Every server-side type, in the order that reports list them. */
export const SERVER_SIDE_TYPES = ['SSE-S3', 'SSE-KMS', 'DSSE-KMS', 'SSE-C', 'NONE', 'OTHER'] as const;
export type ServerSideType = (typeof SERVER_SIDE_TYPES)[number];

/** The types that a requirement may allow. */
export const ALLOWABLE_TYPES = ['SSE-S3', 'SSE-KMS', 'DSSE-KMS', 'SSE-C'] as const;
export type AllowableType = (typeof ALLOWABLE_TYPES)[number];

/**
 * What the object's metadata claims about encryption before upload (Amazon S3 Encryption Client).
 * Metadata can be forged by anyone who may write it: a claim, not proof of encryption (FACTS §2).
 * `invalid`: markers of two formats at once, or a format with parts missing: tampering or damage.
 * `instruction-file`: this object is one itself; it holds wrapped keys for its sibling, not data.
 * `undetermined`: an instruction file exists under this key, but S3 does not record which version it belongs to.
 */
export type ClientSideEncryption =
  | { readonly kind: 'none' }
  | ClientSideClaim
  | { readonly kind: 'instruction-file' }
  | { readonly kind: 'invalid'; readonly detail: string }
  | { readonly kind: 'undetermined'; readonly detail: string };

/** `keyWrap` and `cipher` are null where the metadata does not tell, as with an instruction file's own contents. */
export type ClientSideClaim = {
  readonly kind: 'claimed';
  readonly format: 'V1' | 'V2' | 'V3' | 'INSTRUCTION-FILE';
  readonly keyWrap: string | null;
  readonly cipher: string | null;
  readonly instructionFile: boolean;
};

/** Both seals of one object: an S3 Encryption Client object has a server-side one as well. */
export type ObjectEncryption = {
  readonly serverSide: ServerSideEncryption;
  readonly clientSide: ClientSideEncryption;
};

/** The KMS key of a server-side seal; undefined where the type has none, null where S3 did not name it. */
export function sealKeyArn(serverSide: ServerSideEncryption): string | null | undefined {
  return serverSide.type === 'SSE-KMS' || serverSide.type === 'DSSE-KMS' ? serverSide.keyArn : undefined;
}
