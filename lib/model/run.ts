import type { BucketEvidence, KeyEvidence } from './evidence.ts';
import type { Census } from './census.ts';
import type { FactSource } from './fact-source.ts';
import type { Finding, Status } from './finding.ts';
import type { RunHistory } from './history.ts';
import type { DecryptLedger } from './ledger.ts';
import type { Remedy } from './remedy.ts';
import type { RequestCounts, Spent } from './spent.ts';
import type { RulePack } from './requirement.ts';
import type { RegionTrails } from './trail.ts';

/** Who ran it, when, where and with what: everything of a run that is not evidence about a resource. */
export type RunInfo = {
  readonly runId: string;
  readonly tool: { readonly name: 'sealcheck'; readonly version: string };
  /** ISO 8601 UTC. */
  readonly startedAt: string;
  readonly finishedAt: string;
  readonly caller: { readonly arn: string; readonly accountId: string };
  readonly partition: string;
  readonly regions: readonly string[];
  readonly endpoint: string | null;
  readonly configuration: RunConfiguration;
};

export type RunConfiguration = {
  readonly bucketGlobs: readonly string[];
  /** Left out, the caller's own account alone is audited. */
  readonly accounts?: AccountScope;
  /** Where objects are counted from; `auto` takes the cheapest source that answers, bucket by bucket. */
  readonly source: 'auto' | 'live' | 'inventory' | 'metadata' | 'sample';
  readonly objectReads: boolean;
  /** How a sample is drawn, when that is the source. */
  readonly sample?: { readonly size: number; readonly seed: string };
  /** Where Athena runs and leaves its results, for S3 Metadata tables; null is the workgroup's own place. */
  readonly athena?: { readonly output: string | null; readonly workgroup: string | null };
  /** Of the objects that an inventory does not tell enough about, so many are asked; left out, all of them. */
  readonly topUpSample?: { readonly size: number; readonly seed: string };
  readonly reportBucket: string | null;
  /** How the report bucket is written; without it as the bucket's own defaults have it. */
  readonly report?: ReportWriting;
  /** Send the findings to AWS Security Hub when the run is sealed. */
  readonly securityHub?: boolean;
  /** Log files to read decrypts from: a folder or an s3:// address; left out, event history is read. */
  readonly trail?: string;
  /** Decrypts are read from here on, ISO 8601 UTC; left out, as far back as the requirements judge. */
  readonly since?: string;
  /** Folder of an earlier run, whose ledger tells who is new. */
  readonly baseline?: string;
  /** Keep what every object of a live census answered, for a later run. */
  readonly keepSeals?: boolean;
  /** Folder of an earlier, sealed run, whose seals are taken over where they are known to be unchanged. */
  readonly sinceRun?: string;
  /** Days after which an object is asked again in any case. */
  readonly maxSealAge?: number;
  /** Where the facts about buckets are read; left out, from S3 as it is now. */
  readonly facts?: FactSource;
};

/** Which accounts are audited, and the role that leads into each but the caller's own. */
export type AccountScope = {
  /** The organization of the caller is read: its accounts, and its RCPs and SCPs. */
  readonly organization: boolean;
  /** Only these; null takes every active account of the organization. */
  readonly ids: readonly string[] | null;
  /** Role name, with its path where it has one: `audit/sealcheck`. */
  readonly role: string;
  readonly externalId: string | null;
};

/** SSE-KMS under a key by ARN, id or alias, and how many days Object Lock keeps a report in COMPLIANCE mode. */
export type ReportWriting = { readonly kmsKey: string | null; readonly lockDays: number | null };

/**
 * The run's account of itself. Buckets and objects each add up:
 * `population = assessed + excluded + notAssessable`.
 */
export type Coverage = {
  /** Only where more than the caller's own account was asked for. */
  readonly accounts?: CoverageCount;
  readonly buckets: CoverageCount;
  readonly objects: CoverageCount;
  readonly findings: Readonly<Record<Status, number>> & { readonly waived: number };
  /** False when the list of buckets itself was cut short. */
  readonly complete: boolean;
  /** Plain sentences: what this run cannot know. */
  readonly limitations: readonly string[];
  /** What it took; runs from before this was counted do not say. */
  readonly spent?: RunSpent;
};

/** What a run took of AWS. */
export type RunSpent = {
  /** Spent on counting objects, all buckets together. */
  readonly counting: Spent;
  /** What `counting` costs in US dollars at list price. */
  readonly dollars: number;
  /** Buckets whose census does not say what it took. */
  readonly untold: number;
  /** Requests of all that was read, by service, those of `counting` among them; null when nobody counted them. */
  readonly requests: RequestCounts | null;
};

export type CoverageCount = {
  readonly population: number;
  readonly assessed: number;
  readonly excluded: Readonly<Record<string, number>>;
  readonly notAssessable: Readonly<Record<string, number>>;
};

/** Everything a report is made from. */
export type Assessment = {
  readonly run: RunInfo;
  readonly packs: readonly RulePack[];
  readonly buckets: readonly BucketEvidence[];
  readonly keys: readonly KeyEvidence[];
  readonly censuses: readonly Census[];
  /** Null when no requirement asks who may decrypt. */
  readonly ledger: DecryptLedger | null;
  /** That of an earlier run, to tell who is new; null when none was given. */
  readonly earlierLedger: DecryptLedger | null;
  readonly trails: readonly RegionTrails[];
  readonly findings: readonly Finding[];
  readonly coverage: Coverage;
  /** `objects/<bucket>.csv.gz` files of this run, with the number of rows in each. */
  readonly objectFiles: readonly ObjectFile[];
  /** What would put right each requirement that fails in a bucket. */
  readonly remedies?: readonly Remedy[];
  /** This run beside the ones before it. */
  readonly history?: RunHistory;
};

/** `sha256` is of the file as it lies in the run folder. */
export type ObjectFile = {
  readonly path: string;
  readonly bucket: string;
  readonly rows: number;
  readonly sha256?: string;
};
