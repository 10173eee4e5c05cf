import type { AwsClients } from '../collectors/clients.ts';
import type { RetryOptions } from '../census/head-outcome.ts';
import type { RunConfiguration } from '../model/run.ts';
import type { RulePack } from '../model/requirement.ts';
import type { Signer } from '../seal/signer.ts';
import type { ChainHome } from './chain-home.ts';
import type { RecordedFacts } from './recorded-facts.ts';
import type { RunStore } from './run-store.ts';

/** What every stage is given: where AWS is, where the run's files are, and everything that is not deterministic. */
export type AuditContext = {
  readonly aws: AwsClients;
  readonly store: RunStore;
  readonly toolVersion: string;
  readonly packs: readonly RulePack[];
  /** Rule packs as read, by pack id: saved with the evidence so that `judge` needs nothing else. */
  readonly packTexts: ReadonlyMap<string, string>;
  readonly configuration: RunConfiguration;
  /** HEAD requests in flight at most, for each bucket. */
  readonly concurrency: number;
  readonly retry: RetryOptions;
  readonly clock: () => Date;
  /** Who signs the run; without one it has a manifest and nobody who vouches for it. */
  readonly signer?: Signer | null;
  /** The chain of a run that goes to no report bucket: the folder that holds its folder. */
  readonly home?: ChainHome | null;
  /** Where facts come from as `configuration.facts` has it; left out, from S3 and KMS as they are now. */
  readonly facts?: RecordedFacts | null;
  readonly progress: Progress;
  readonly signal?: AbortSignal;
  /** When this comes, event history is read no further, and the rest is a gap: the run must still be judged. */
  readonly ledgerDeadline?: AbortSignal;
};

/** Told what is going on; prints, logs or ignores it. */
export type Progress = {
  readonly stage: (name: StageName, detail: string) => void;
  readonly bucket: (bucket: string, event: BucketEvent) => void;
};

export type StageName = 'plan' | 'inspect' | 'census' | 'ledger' | 'judge' | 'publish';

export type BucketEvent =
  | { readonly kind: 'inspected'; readonly unreadable: number }
  | { readonly kind: 'counting'; readonly objects: number }
  | { readonly kind: 'counted'; readonly objects: number; readonly incomplete: string | null }
  | { readonly kind: 'kept' };

/** Says nothing. */
export const silent: Progress = { stage: () => undefined, bucket: () => undefined };
