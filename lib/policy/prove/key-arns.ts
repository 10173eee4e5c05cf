import type { PolicyDocument } from '../document.ts';
import { SSE_KEY_ID } from '../keys/s3-keys.ts';

/** The KMS keys that a policy spells out in its conditions, sorted: whoever judges it wants to know who manages them. */
export function keyArnsIn({ statements }: PolicyDocument): readonly string[] {
  const texts = statements
    .flatMap(({ conditions }) => conditions)
    .filter(({ keyId }) => keyId === SSE_KEY_ID)
    .flatMap(({ values }) => values.map(({ text }) => text));
  return [...new Set(texts.filter((text) => /^arn:[\w-]+:kms:[\w-]+:\d{12}:key\/[\w-]+$/.test(text)))].sort();
}
