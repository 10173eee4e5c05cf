import type { AllowableType } from './object-encryption.ts';
import type { WritePath } from './proof.ts';

export const SEVERITIES = ['critical', 'high', 'medium', 'low', 'informational'] as const;
export type Severity = (typeof SEVERITIES)[number];

/** One rule pack, validated. Ids are local to the pack; `pack/requirement` is unique in a run. */
export type RulePack = {
  readonly pack: string;
  readonly title: string;
  readonly file: string;
  /** SHA-256 of the file's bytes, hex. */
  readonly digest: string;
  readonly dataClasses: readonly DataClass[];
  readonly requirements: readonly Requirement[];
  readonly waivers: readonly Waiver[];
};

/** A kind of data, and how to tell what holds it. A bucket or object belongs when any matcher matches. */
export type DataClass = {
  /** `pack/class`. */
  readonly id: string;
  readonly title: string;
  readonly any: readonly DataClassMatcher[];
};

export type DataClassMatcher =
  | { readonly kind: 'bucket-tag'; readonly key: string; readonly values: readonly string[] }
  | { readonly kind: 'bucket-name'; readonly glob: string }
  | { readonly kind: 'key-prefix'; readonly prefix: string };

/** One sentence of a rule pack: *PHI must be SSE-KMS under our own keys*. */
export type Requirement = {
  readonly id: string;
  readonly pack: string;
  readonly title: string;
  /** `pack/class`. */
  readonly dataClass: string;
  readonly severity: Severity;
  readonly rationale: string | null;
  readonly encryption: EncryptionRequirement;
  readonly transport: { readonly tls: string } | null;
  readonly decrypt: DecryptRequirement | null;
  /** When a sample is answer enough; without it never. */
  readonly sampling?: SamplingRequirement;
  /** The write paths whose proof decides `enforced`. */
  readonly paths: readonly WritePath[];
  /** Framework id → control ids, both as the pack spells them. */
  readonly controls: Readonly<Record<string, readonly string[]>>;
};

export type EncryptionRequirement = {
  readonly allow: readonly AllowableType[];
  readonly key: KeyRequirement | null;
  readonly bucketKey: 'required' | 'forbidden' | 'any';
  /** `blocked`: the bucket's BlockedEncryptionTypes must hold SSE-C. */
  readonly sseC: 'blocked' | 'any';
  readonly clientSide: 'required' | 'any';
  /** What unfinished multipart uploads count as: S3 does not report their encryption. */
  readonly unfinishedUploads: 'assess' | 'exclude';
};

/** Applies to SSE-KMS and DSSE-KMS seals. Lists are alternatives: an empty list asks nothing. */
export type KeyRequirement = {
  readonly manager: 'CUSTOMER' | 'AWS' | 'any';
  /** ARN patterns, per colon segment, as IAM's ArnLike. */
  readonly arns: readonly string[];
  /** Alias patterns, with their `alias/` prefix. */
  readonly aliases: readonly string[];
  readonly accounts: readonly string[];
  readonly rotation: 'required' | 'any';
  /** The longest rotation period accepted, in days; null asks only that rotation is on. */
  readonly rotationMaxDays: number | null;
};

/**
 * A sample without a violation answers for all objects when, at this confidence, no more than the tolerable rate of
 * them can violate. Both in per cent.
 */
export type SamplingRequirement = {
  readonly tolerablePercent: number;
  readonly confidencePercent: number;
};

export type DecryptRequirement = {
  readonly principals: readonly string[];
  readonly maxAgeDays: number | null;
  readonly denyDirect: boolean;
};

/** A known exception that somebody answers for. Dates are YYYY-MM-DD; it ends with the day `expires`, UTC. */
export type Waiver = {
  readonly pack: string;
  readonly requirement: string;
  /** An ARN glob: a bucket, or objects below one. */
  readonly resource: string;
  readonly checks: readonly string[];
  readonly reason: string;
  readonly owner: string;
  readonly approver: string;
  readonly approved: string;
  readonly expires: string;
  readonly compensating: string | null;
};
