import type { ListedUpload } from '../collectors/object-listing.ts';
import type { Census } from '../model/census.ts';
import { listingFailure } from './listing-failure.ts';
import { createTally } from './tally.ts';
import type { ObjectHooks } from './wanted.ts';

/** The unfinished uploads of a bucket as a census of nothing else, to be merged with the rest. */
export async function countUploads(
  bucket: string,
  source: Census['source'],
  uploads: AsyncIterable<readonly ListedUpload[]>,
  classesOf: ObjectHooks['classesOf'],
): Promise<Census> {
  const tally = createTally(bucket, source);
  let uploadsIncompleteReason: string | null = null;
  try {
    for await (const page of uploads)
      for (const upload of page) tally.addUpload(upload, classesOf(upload.key));
  } catch (error) {
    uploadsIncompleteReason = listingFailure('s3:ListBucketMultipartUploads', error);
  }
  return tally.finish({ incompleteReason: null, uploadsIncompleteReason });
}
