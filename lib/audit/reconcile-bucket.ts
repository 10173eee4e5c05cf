import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openEngine } from '../census/duckdb.ts';
import type { Session } from '../census/duckdb.ts';
import { createHeadReader } from '../census/head-outcome.ts';
import { inventoryVersions } from '../census/inventory-versions.ts';
import { liveVersions } from '../census/live-versions.ts';
import { createPacer } from '../census/pace.ts';
import { reconcile } from '../census/reconcile.ts';
import type { VersionSource } from '../census/versions.ts';
import { createObjectHeader } from '../collectors/head-object.ts';
import { bucketListing } from '../collectors/object-listing.ts';
import { AuditError } from '../model/errors.ts';
import type { BucketEvidence } from '../model/evidence.ts';
import { valueOf } from '../model/observed.ts';
import type { Reconciliation } from '../model/reconciliation.ts';
import type { AuditContext } from './context.ts';
import { MEMORY_MIB, openInventory } from './count-inventory.ts';
import { SHARDS } from './count-bucket.ts';

type Context = Pick<AuditContext, 'aws' | 'clock' | 'concurrency' | 'retry' | 'progress' | 'signal'>;

/**
 * An inventory of a bucket beside the bucket itself, every difference explained. Throws AuditError INPUT_INVALID when
 * it is not an inventory of this bucket.
 */
export async function reconcileBucket(
  context: Context,
  bucket: BucketEvidence,
  manifestAddress: string,
): Promise<Reconciliation> {
  const { aws, progress, signal } = context;
  const { location, manifest } = await openInventory(aws, manifestAddress, bucket.name);
  const region = valueOf(bucket.region);
  if (region === undefined)
    throw new AuditError('ACCESS_DENIED', `The Region of the bucket ${bucket.name} could not be read.`);
  const s3 = aws.s3(region);
  const header = await createObjectHeader(s3, bucket.name, bucket.accountId, {
    maxSockets: context.concurrency,
    timeoutMs: aws.options.requestTimeoutMs,
    meter: aws.meter,
  });
  const watch = {
    onProgress: (objects: number) => progress.bucket(bucket.name, { kind: 'counting', objects }),
    ...(signal ? { signal } : {}),
  };
  try {
    return await withEngine(async (session, scratch) => {
      const versioned = !(bucket.versioning.state === 'known' && bucket.versioning.value === 'Off');
      const sources: readonly [VersionSource, VersionSource] = [
        inventoryVersions({ location, manifest, session, scratch, ...watch }),
        liveVersions({
          bucket: bucket.name,
          listing: bucketListing({ s3, bucket: bucket.name, owner: bucket.accountId }, versioned),
          readHead: createHeadReader(header, createPacer(context.concurrency), context.retry),
          shards: SHARDS,
          now: context.clock().toISOString(),
          ...watch,
        }),
      ];
      return reconcile(bucket.name, sources, { session, scratch });
    });
  } finally {
    header.close();
  }
}

async function withEngine<T>(work: (session: Session, scratch: string) => Promise<T>): Promise<T> {
  const scratch = await mkdtemp(join(tmpdir(), 'sealcheck-reconcile-'));
  await mkdir(join(scratch, 'spill'));
  const engine = await openEngine({ threads: 2, memoryMiB: MEMORY_MIB, scratch: join(scratch, 'spill') });
  try {
    const session = await engine.connect();
    try {
      return await work(session, scratch);
    } finally {
      session.close();
    }
  } finally {
    engine.close();
    await rm(scratch, { recursive: true, force: true });
  }
}
