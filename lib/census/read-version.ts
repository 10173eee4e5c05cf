import type { BucketListing, ListedVersion } from '../collectors/object-listing.ts';
import { AuditError } from '../model/errors.ts';
import type { HeadOutcome, HeadReader } from './head-outcome.ts';
import { siblingOf, strongest } from './instruction-files.ts';
import type { Sibling } from './instruction-files.ts';
import { listingFailure } from './listing-failure.ts';

/** What HEAD said of a version. */
export type Read = {
  readonly entry: ListedVersion;
  readonly outcome: HeadOutcome;
  /** When the run began that asked, when it was an earlier one. */
  readonly asked: number | null;
};

/** Never rejects: the window may be left with many reads in flight, and each rejection would be unhandled. */
export async function read(readHead: HeadReader, entry: ListedVersion): Promise<Read | AuditError> {
  try {
    return { entry, outcome: await readHead(entry.key, entry.versionId), asked: null };
  } catch (error) {
    if (error instanceof AuditError) return error;
    return new AuditError('FAILED', `HEAD of an object failed unexpectedly: ${String(error)}`, {
      cause: error,
    });
  }
}

/** What the listing would have told of an instruction file, had it come by. */
export async function lookUpSibling(
  {
    listing,
    readHead,
  }: {
    readonly listing: Pick<BucketListing, 'versionsOf'>;
    readonly readHead: HeadReader;
  },
  key: string,
): Promise<Sibling> {
  let versions: readonly ListedVersion[];
  try {
    versions = await listing.versionsOf(key);
  } catch (error) {
    // Rethrows what ends the run.
    listingFailure('s3:ListBucket', error);
    return 'unreadable';
  }
  let found: Sibling = 'none';
  for (const { versionId, isLatest, deleteMarker } of versions) {
    if (deleteMarker) continue;
    const outcome = await readHead(key, versionId);
    if (outcome.kind === 'vanished') continue;
    found = strongest(found, siblingOf(outcome.kind === 'read' ? outcome.encryption : null, isLatest));
  }
  return found;
}
