import { parseManifest, MAX_MANIFEST_BYTES } from '../census/inventory-manifest.ts';
import { newestDelivery } from '../collectors/inventory-deliveries.ts';
import { s3Inventory } from '../collectors/inventory-files.ts';
import { AuditError } from '../model/errors.ts';
import type { BucketEvidence, InventoryConfiguration } from '../model/evidence.ts';
import type { FactSource } from '../model/fact-source.ts';
import { describeReason, valueOf } from '../model/observed.ts';
import type { AuditContext } from './context.ts';
import { readJson, toJson } from './json-files.ts';
import { metadataSource } from './metadata-source.ts';
import type { MetadataSource } from './metadata-source.ts';
import { RUN_FILES } from './run-store.ts';

/** Where the objects of one bucket are counted from, and why: a sentence for the report. */
export type CensusSource =
  | { readonly kind: 'live' | 'sample'; readonly why: string | null }
  | { readonly kind: 'inventory'; readonly bucket: string; readonly manifest: string; readonly why: string }
  | MetadataSource
  /** Nothing that may be read answers. */
  | { readonly kind: 'none'; readonly why: string };

/** Below this many bytes of inventory a bucket is listed for less than a cent, and as it is now. */
const SMALL_INVENTORY_BYTES = 1024 * 1024;
const HOUR_MS = 60 * 60 * 1000;

/**
 * The cheapest source that answers for this bucket, or the one that was asked for. Decided once a run, so that a
 * resumed census goes on with what it began with.
 */
export async function chooseSource(context: AuditContext, bucket: BucketEvidence): Promise<CensusSource> {
  const path = RUN_FILES.source(bucket.name);
  const saved = await readJson<CensusSource>(context.store, path);
  if (saved) return saved;
  const chosen = await decide(context, bucket);
  await context.store.write(path, toJson(chosen));
  return chosen;
}

/** A table that tells everything comes first; why it does not answer is said beside whatever does. */
async function decide(context: AuditContext, bucket: BucketEvidence): Promise<CensusSource> {
  const { facts } = context.configuration;
  if (facts !== undefined) return { kind: 'none', why: uncounted(facts) };
  const table = await metadataSource(context, bucket);
  if (table !== null && typeof table !== 'string') return table;
  if (context.configuration.source === 'metadata') return { kind: 'none', why: table ?? '' };
  const other = await decideOther(context, bucket);
  if (table === null) return other;
  return { ...other, why: other.why === null ? table : `${table} ${other.why}` };
}

async function decideOther(
  context: AuditContext,
  bucket: BucketEvidence,
): Promise<Exclude<CensusSource, MetadataSource>> {
  const { source, objectReads } = context.configuration;
  if (source === 'live' || source === 'sample') {
    return objectReads
      ? { kind: source, why: null }
      : { kind: 'none', why: `A ${source} census asks objects, which --no-object-reads forbids.` };
  }
  // The ordinary case needs no explanation.
  if (source === 'auto' && objectReads && bucket.inventories.state === 'absent')
    return { kind: 'live', why: null };
  const found = await usableInventory(context, bucket);
  if (typeof found !== 'string') {
    if (source === 'auto' && objectReads && found.bytes < SMALL_INVENTORY_BYTES)
      return {
        kind: 'live',
        why: 'The bucket is small enough to be listed as it is now for less than a cent.',
      };
    const why =
      source === 'inventory' ? 'Asked for.' : 'An inventory answers without a request for each object.';
    return { kind: 'inventory', bucket: found.bucket, manifest: found.manifest, why };
  }
  return source === 'auto' && objectReads ? { kind: 'live', why: found } : { kind: 'none', why: found };
}

/** Why a run over recorded facts counts nothing: objects of now do not belong beside configuration of then. */
const uncounted = (facts: FactSource): string =>
  facts.kind === 'config-history'
    ? `The objects of ${facts.asOf} cannot be counted any more, and AWS Config keeps no record of them.`
    : 'This run reads AWS Config, which keeps no record of objects, and asks S3 nothing.';

type Found = { readonly bucket: string; readonly manifest: string; readonly bytes: number };

/** The newest usable delivery, or a sentence that says why there is none. */
async function usableInventory(context: AuditContext, bucket: BucketEvidence): Promise<Found | string> {
  const { inventories, region } = bucket;
  if (inventories.state === 'unknown')
    return `Inventory configurations could not be read: ${describeReason(inventories.reason)}.`;
  if (inventories.state === 'absent') return 'The bucket has no S3 Inventory.';
  const reasons: string[] = [];
  for (const config of inventories.value) {
    const answer =
      whyUnfit(config, bucket) ?? (await newestOf(context, bucket, config, valueOf(region) ?? ''));
    if (typeof answer !== 'string') return answer;
    reasons.push(`inventory ${config.id} ${answer}`);
  }
  return `No inventory answers: ${reasons.join('; ')}.`;
}

/** Why a configuration cannot stand for the whole bucket; null when it can. */
function whyUnfit(config: InventoryConfiguration, { versioning }: BucketEvidence): string | null {
  if (!config.enabled) return 'is switched off';
  if (!['CSV', 'Parquet'].includes(config.format)) return `is delivered as ${config.format}`;
  if (!config.optionalFields.includes('EncryptionStatus')) return 'does not list EncryptionStatus';
  if (config.filterPrefix !== null && config.filterPrefix !== '') return 'lists one prefix alone';
  const neverVersioned = versioning.state === 'known' && versioning.value === 'Off';
  return config.includedVersions === 'All' || neverVersioned ? null : 'lists current versions alone';
}

async function newestOf(
  { aws, clock }: AuditContext,
  { name: bucket, accountId }: BucketEvidence,
  config: InventoryConfiguration,
  region: string,
): Promise<Found | string> {
  const destination = config.destinationBucket.replace(/^arn:[^:]*:s3:::/, '');
  const s3 = aws.account(accountId).s3(region);
  const newest = await newestDelivery(s3, destination, bucket, config);
  if (newest.state === 'absent') return 'has not been delivered yet';
  if (newest.state === 'unknown') return `cannot be looked up: ${describeReason(newest.reason)}`;
  try {
    const location = s3Inventory(s3, destination, newest.value);
    const { bytes, checksum } = await location.readManifest(MAX_MANIFEST_BYTES);
    if (checksum === null) return 'has a newest delivery without manifest.checksum: it is not whole yet';
    const manifest = parseManifest(location.name, bytes, checksum);
    if (manifest.sourceBucket !== bucket)
      return `is of another bucket, ${JSON.stringify(manifest.sourceBucket)}`;
    const hours = (clock().getTime() - Date.parse(manifest.createdAt)) / HOUR_MS;
    if (hours > (config.frequency === 'Weekly' ? 9 * 24 : 48))
      return `is stale: the newest delivery is of ${manifest.createdAt}`;
    const size = manifest.files.reduce((sum, file) => sum + file.bytes, 0);
    return { bucket: destination, manifest: newest.value, bytes: size };
  } catch (error) {
    if (error instanceof AuditError && (error.code === 'INPUT_INVALID' || error.code === 'ACCESS_DENIED'))
      return `cannot be used: ${error.message.replace(/\.$/, '')}`;
    throw error;
  }
}
