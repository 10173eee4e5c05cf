import { CALLER_KEYS } from './caller-keys.ts';
import { REQUEST_KEYS } from './request-keys.ts';
import { S3_KEYS } from './s3-keys.ts';
import type { KeyTerms } from './key.ts';

/** Every condition key that we know of an S3 write; a name ending in `/` takes a tag key behind it. */
const KEYS: readonly KeyTerms[] = [...S3_KEYS, ...CALLER_KEYS, ...REQUEST_KEYS];

/** Names as AWS spells them, for suggestions. */
export const KEY_NAMES: readonly string[] = KEYS.map(({ name }) => name);

const BY_ID = new Map(KEYS.map((key) => [key.name.toLowerCase(), key]));

/** What is known about a key, by its lower-case name; null for a key that AWS may have added since. */
export function termsOfKey(keyId: string): KeyTerms | null {
  const slash = keyId.indexOf('/');
  return BY_ID.get(slash > 0 ? keyId.slice(0, slash + 1) : keyId) ?? null;
}

export const isKnownKey = (keyId: string): boolean => termsOfKey(keyId) !== null;
