import type { AllowableType } from '../../model/object-encryption.ts';
import type { KeyRequirement } from '../../model/requirement.ts';
import type { PolicyDocument } from '../document.ts';

/** Whether any write can break a requirement, and everything the answer depends on. */
export type Question = {
  readonly bucket: {
    readonly name: string;
    readonly partition: string;
    /** Null when not known; then any account may own it. */
    readonly account: string | null;
    readonly region: string | null;
  };
  /** Only object keys that begin with one of these are asked about; null asks about all. */
  readonly prefixes: readonly string[] | null;
  /** The bucket's own policy, and any RCPs and SCPs that apply. */
  readonly documents: readonly PolicyDocument[];
  /** Set where the RCPs and SCPs are those that were read of the bucket's organization; `bound` by them or not. */
  readonly organization?: { readonly bound: boolean };
  /** What may be stored. */
  readonly allow: readonly AllowableType[];
  /** Which keys may seal SSE-KMS and DSSE-KMS objects; null accepts any. */
  readonly key: Pick<KeyRequirement, 'manager' | 'arns' | 'aliases' | 'accounts'> | null;
  /** The least TLS version, such as `1.2`; null does not ask. */
  readonly tls: string | null;
  readonly default: DefaultSeal;
  /** Whether the bucket's BlockedEncryptionTypes refuse SSE-C. */
  readonly sseC: 'blocked' | 'open' | 'unknown';
  /** Keys whose manager and aliases are known. */
  readonly keys: readonly KnownKey[];
  /** Requests are sent at this moment or later; ISO 8601 UTC. */
  readonly from: string;
};

/** What a write gets that names no encryption. */
export type DefaultSeal =
  | { readonly state: 'known'; readonly algorithm: string; readonly key: string | null }
  | { readonly state: 'unknown'; readonly why: string };

export type KnownKey = {
  readonly arn: string;
  readonly manager: 'AWS' | 'CUSTOMER' | null;
  readonly aliases: readonly string[] | null;
};
