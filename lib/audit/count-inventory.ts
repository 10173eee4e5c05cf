import { mkdtemp, rm } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { inventoryCensus } from '../census/inventory.ts';
import { MAX_MANIFEST_BYTES, parseManifest } from '../census/inventory-manifest.ts';
import type { InventoryManifest } from '../census/inventory-manifest.ts';
import type { InventoryCensusInput } from '../census/inventory.ts';
import { readBucketRegion } from '../collectors/buckets.ts';
import type { AwsClients } from '../collectors/clients.ts';
import { localInventory, s3Inventory } from '../collectors/inventory-files.ts';
import type { InventoryLocation } from '../collectors/inventory-files.ts';
import type { Census } from '../model/census.ts';
import { AuditError } from '../model/errors.ts';
import { valueOf } from '../model/observed.ts';
import type { AuditContext } from './context.ts';
import { COUNT_ONLY } from './count-bucket.ts';

type Hooks = Pick<
  InventoryCensusInput,
  'classesOf' | 'mustRecord' | 'spent' | 'prefixes' | 'parts' | 'done' | 'topUp' | 'uploads'
>;
type Context = Pick<AuditContext, 'clock' | 'progress' | 'signal'>;

/** DuckDB needs about this much for the widest inventory; more threads need more. */
export const MEMORY_MIB = 512;

/**
 * Counts from a manifest, by path or s3:// address, with nothing kept of single objects and nothing asked of them.
 * @param bucket the bucket it must be an inventory of; null takes any
 */
export async function countInventory(
  context: Context & { readonly aws: AwsClients | null },
  manifest: string,
  bucket: string | null,
): Promise<Census> {
  const location = await locate(context.aws, manifest);
  return censusFrom(context, location, bucket, { ...COUNT_ONLY, prefixes: [], topUp: null, uploads: null });
}

/** The census of one delivery. Throws AuditError INPUT_INVALID when it is not an inventory, or another bucket's. */
export async function censusFrom(
  { clock, progress, signal }: Context,
  location: InventoryLocation,
  bucket: string | null,
  hooks: Hooks,
): Promise<Census> {
  const { manifest, checksum } = await manifestOf(location, bucket);
  const scratch = await mkdtemp(join(tmpdir(), 'sealcheck-inventory-'));
  try {
    return await inventoryCensus({
      location,
      manifest,
      verified: checksum !== null,
      ...hooks,
      scratch,
      threads: Math.min(availableParallelism(), 8),
      memoryMiB: MEMORY_MIB,
      clock,
      onProgress: (objects) => progress.bucket(manifest.sourceBucket, { kind: 'counting', objects }),
      ...(signal ? { signal } : {}),
    });
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

async function manifestOf(
  location: InventoryLocation,
  bucket: string | null,
): Promise<{ readonly manifest: InventoryManifest; readonly checksum: string | null }> {
  const { bytes, checksum } = await location.readManifest(MAX_MANIFEST_BYTES);
  const manifest = parseManifest(location.name, bytes, checksum);
  if (bucket !== null && manifest.sourceBucket !== bucket) {
    throw new AuditError(
      'INPUT_INVALID',
      `The inventory ${location.name} is of the bucket ${JSON.stringify(manifest.sourceBucket)}, not of ${bucket}.`,
    );
  }
  return { manifest, checksum };
}

/** A delivery by path or s3:// address, which must be of this bucket. Throws AuditError INPUT_INVALID otherwise. */
export async function openInventory(
  aws: AwsClients,
  address: string,
  bucket: string,
): Promise<{ readonly location: InventoryLocation; readonly manifest: InventoryManifest }> {
  const location = await locate(aws, address);
  return { location, manifest: (await manifestOf(location, bucket)).manifest };
}

async function locate(aws: AwsClients | null, manifest: string): Promise<InventoryLocation> {
  const address = /^s3:\/\/([^/]+)\/(.+)$/.exec(manifest);
  if (!address) {
    if (manifest.startsWith('s3:'))
      throw new AuditError('USAGE', `${manifest} is not an address like s3://bucket/path/manifest.json.`);
    return localInventory(manifest);
  }
  const [, bucket = '', key = ''] = address;
  if (!aws) throw new AuditError('USAGE', 'An inventory in S3 needs AWS.');
  const region = valueOf(await readBucketRegion(aws, bucket)) ?? aws.options.region;
  return s3Inventory(aws.s3(region), bucket, key);
}
