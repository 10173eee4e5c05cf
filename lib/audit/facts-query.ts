import { unreadBucket } from '../collectors/bucket.ts';
import type { ConfigClients } from '../collectors/config-client.ts';
import { aggregatorGaps, queryBuckets } from '../collectors/config-query.ts';
import { readRecorder } from '../collectors/config-recorder.ts';
import { parseArn } from '../model/arn.ts';
import type { BucketEvidence } from '../model/evidence.ts';
import type { FactSource } from '../model/fact-source.ts';
import { known, valueOf } from '../model/observed.ts';
import type { UnknownReason } from '../model/observed.ts';
import { AWS_MANAGED_S3 } from '../checks/key-identity.ts';
import type { RecordedBuckets, RecordedFacts } from './recorded-facts.ts';

type Query = Extract<FactSource, { readonly kind: 'config-query' }>;

/** Buckets as an advanced query of AWS Config tells of them; keys are left to KMS, which is no part of S3. */
export const factsFromQuery = (
  config: ConfigClients,
  homeRegion: string,
  { aggregator, regions }: Query,
): RecordedFacts => ({
  key: null,
  buckets: async ({ accountId }, leftOut) => {
    const told =
      aggregator === null
        ? await ofAccount(config, [...new Set([homeRegion, ...regions])].sort())
        : await ofAggregator(config, homeRegion, aggregator);
    const excluded: Record<string, number> = {};
    const buckets = told.buckets.filter(({ name }) => {
      const why = leftOut(name);
      if (why !== null) excluded[why] = (excluded[why] ?? 0) + 1;
      return why === null;
    });
    return { ...told, buckets: buckets.map((bucket) => qualified(bucket, accountId)), excluded };
  },
});

/**
 * A key id or an alias means another key in each account: in a bucket of another account it is written out as that
 * account's, so that it is never looked up in the caller's.
 */
function qualified(bucket: BucketEvidence, callerAccount: string): BucketEvidence {
  const byDefault = valueOf(bucket.defaultEncryption);
  const key = byDefault?.kmsKey ?? null;
  if (bucket.accountId === callerAccount || !byDefault || key === null) return bucket;
  if (key.startsWith('arn:') || key === AWS_MANAGED_S3) return bucket;
  const partition = parseArn(bucket.arn)?.partition ?? 'aws';
  const name = key.startsWith('alias/') ? key : `key/${key}`;
  const kmsKey = `arn:${partition}:kms:${valueOf(bucket.region) ?? ''}:${bucket.accountId}:${name}`;
  return { ...bucket, defaultEncryption: known({ ...byDefault, kmsKey }) };
}

type Told = Omit<RecordedBuckets, 'excluded'>;

async function ofAggregator(config: ConfigClients, region: string, name: string): Promise<Told> {
  const { buckets, incomplete } = await queryBuckets(config.in(region), name);
  const gaps = await aggregatorGaps(config.in(region), name);
  return {
    buckets,
    incomplete: incomplete ?? gaps,
    notes: [
      `Buckets and their configuration were read from the AWS Config aggregator ${name} in ${region}, and S3 was not asked: there may be buckets where AWS Config records none, and no aggregator tells whether a recorder is switched off.`,
    ],
  };
}

/** One query a Region: without an aggregator AWS Config answers for the Region that is asked alone. */
async function ofAccount(config: ConfigClients, regions: readonly string[]): Promise<Told> {
  const buckets: BucketEvidence[] = [];
  let incomplete: UnknownReason | null = null;
  for (const region of regions) {
    const off = await whyOff(config, region);
    const told = await queryBuckets(config.in(region), null);
    const stale = off?.code === 'NOT_RECORDED' ? off : null;
    buckets.push(...told.buckets.map((bucket) => (stale === null ? bucket : forgotten(bucket, stale))));
    incomplete ??= told.incomplete ?? off;
  }
  return {
    buckets,
    incomplete,
    notes: [
      `Buckets and their configuration were read from AWS Config in ${regions.join(', ')}, and S3 was not asked: buckets of other Regions are not part of this run.`,
    ],
  };
}

/** What a recorder that is off recorded last need not be true any more. */
const forgotten = (
  { name, arn, accountId, createdAt, region }: BucketEvidence,
  why: UnknownReason,
): BucketEvidence =>
  unreadBucket(
    { name, region: valueOf(region) ?? null, createdAt },
    { accountId, partition: parseArn(arn)?.partition ?? 'aws' },
    why,
  );

/** Why what AWS Config last recorded in a Region need not be true any more; null when it records. */
async function whyOff(config: ConfigClients, region: string): Promise<UnknownReason | null> {
  const recorder = await readRecorder(config.in(region));
  const off = (message: string): UnknownReason => ({
    code: 'NOT_RECORDED',
    operation: 'config:DescribeConfigurationRecorders',
    message,
  });
  switch (recorder.state) {
    case 'unknown':
      return recorder.reason;
    case 'absent':
      return off(`AWS Config has no recorder in ${region}`);
    case 'known':
      if (!recorder.value.recording) return off(`the AWS Config recorder of ${region} is switched off`);
      return recorder.value.recordsBuckets
        ? null
        : off(`the AWS Config recorder of ${region} leaves out buckets`);
  }
}
