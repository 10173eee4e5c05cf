import type { BucketListing, ListedVersion } from '../collectors/object-listing.ts';
import { AuditError } from '../model/errors.ts';
import { read } from './read-version.ts';
import type { HeadReader } from './head-outcome.ts';
import { WHOLE } from './key-order.ts';
import { listingFailure } from './listing-failure.ts';
import { runShards } from './shard-pool.ts';
import type { SealedVersion, VersionSource } from './versions.ts';

/** The bucket itself: listed in key ranges side by side, every version asked by HEAD. */
export function liveVersions(input: {
  readonly bucket: string;
  readonly listing: BucketListing;
  readonly readHead: HeadReader;
  readonly shards: number;
  readonly now: string;
  readonly onProgress: (versions: number) => void;
  readonly signal?: AbortSignal;
}): VersionSource {
  const { bucket, listing, readHead, shards, now, onProgress, signal } = input;
  return {
    name: 'live',
    location: `s3://${bucket}`,
    asOf: now,
    currentOnly: () => false,
    read: async (take) => {
      let incomplete: string | null = null;
      let told = 0;
      await runShards({
        listing,
        ranges: [WHOLE],
        workers: shards,
        work: async (shard) => {
          try {
            for await (const page of shard.pages()) {
              if (signal?.aborted) throw new AuditError('INTERRUPTED', 'The census was interrupted.');
              const versions = await askAll(page, readHead);
              await take(versions);
              told += versions.length;
              onProgress(told);
            }
          } catch (error) {
            incomplete ??= listingFailure('s3:ListBucket', error);
          }
        },
      });
      return incomplete;
    },
  };
}

/** What vanished since it was listed is no longer there, and so not in the bucket. */
async function askAll(page: readonly ListedVersion[], readHead: HeadReader): Promise<SealedVersion[]> {
  const found: SealedVersion[] = [];
  const asked = page.filter(({ deleteMarker }) => !deleteMarker).map(async (entry) => read(readHead, entry));
  for (const answer of await Promise.all(asked)) {
    if (answer instanceof AuditError) throw answer;
    const { entry, outcome } = answer;
    if (outcome.kind === 'vanished') continue;
    const { key, versionId, isLatest, size, lastModified } = entry;
    found.push({
      ...{ key, versionId, isLatest, size, lastModified },
      seal: outcome.kind === 'read' ? outcome.encryption.serverSide : null,
      unreadable: outcome.kind === 'unreadable' ? outcome.code : null,
    });
  }
  return found;
}
