import type { ServerSideEncryption } from '../model/object-encryption.ts';

/**
 * What a status of S3 Inventory or S3 Metadata says (FACTS §3); null for any other. `NOT-SSE` is the inventory's word
 * for an object that is not encrypted.
 */
export function sealOfStatus(
  status: unknown,
  { keyArn, bucketKey }: { readonly keyArn: string | null; readonly bucketKey: boolean | null },
): ServerSideEncryption | null {
  switch (status) {
    case 'SSE-S3':
      return { type: 'SSE-S3' };
    case 'SSE-KMS':
      return { type: 'SSE-KMS', keyArn, bucketKey };
    case 'DSSE-KMS':
      return { type: 'DSSE-KMS', keyArn };
    case 'SSE-C':
      return { type: 'SSE-C' };
    case 'NOT-SSE':
      return { type: 'NONE' };
    default:
      return null;
  }
}

/** The reason that stands for objects whose status means nothing to us; bounded, and safe to print. */
export const unknownStatus = (status: unknown): string =>
  typeof status === 'string' && status !== ''
    ? `UNKNOWN_ENCRYPTION_STATUS(${status.slice(0, 40).replace(/\p{C}/gu, '\uFFFD')})`
    : 'NO_ENCRYPTION_STATUS';
