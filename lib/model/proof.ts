/** The three ways an object's encryption is written or changed; they differ in who can use them. */
export const WRITE_PATHS = ['put', 'replicate', 'update'] as const;
export type WritePath = (typeof WRITE_PATHS)[number];

/** A concrete request that is not denied and would store something the requirement forbids. */
export type Counterexample = {
  readonly action: string;
  readonly resource: string;
  readonly principal: string;
  /** Request headers, as S3 spells them. */
  readonly headers: Readonly<Record<string, string>>;
  /** Condition context the request needs, beyond its headers. */
  readonly context: Readonly<Record<string, string | readonly string[]>>;
  readonly storedAs: Readonly<Record<string, string>>;
  /** The request as an `aws s3api …` line. */
  readonly command: string;
};

/** A decision over every possible request, with what it rests on. */
export type Proof =
  | { readonly verdict: 'proved'; readonly assumptions: readonly string[] }
  | {
      readonly verdict: 'refuted';
      readonly assumptions: readonly string[];
      readonly counterexample: Counterexample;
      /** The Deny statements that come closest, with the clause that lets the request slip. */
      readonly nearMisses: readonly { readonly statement: string; readonly clause: string }[];
      /** Set when only these carved-out principals get through: a different finding from a hole for everyone. */
      readonly carveOuts: readonly string[];
    }
  | { readonly verdict: 'undecided'; readonly assumptions: readonly string[]; readonly reason: string };
