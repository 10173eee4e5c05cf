import { MAX_MANIFEST_BYTES, parseManifest } from '../census/inventory-manifest.ts';
import { listingFailure } from '../census/listing-failure.ts';
import { s3Inventory, s3Range } from '../collectors/inventory-files.ts';
import { bucketListing } from '../collectors/object-listing.ts';
import type { BucketEvidence } from '../model/evidence.ts';
import { valueOf } from '../model/observed.ts';
import { chooseSource } from './census-source.ts';
import type { CensusSource } from './census-source.ts';
import type { AuditContext } from './context.ts';
import {
  addTo,
  athenaBound,
  dollarsOf,
  inventoryRequests,
  liveRequests,
  METADATA_REQUESTS,
  sampleRequests,
  secondsOf,
  topUpRequests,
} from './cost.ts';
import type { Requests } from './cost.ts';
import { SAMPLE } from './defaults.ts';
import { inspect } from './inspect.ts';
import { inventorySize } from './inventory-size.ts';
import { keyDirectory } from './key-directory.ts';
import { plan } from './plan.ts';
import { scopeOf } from './scope.ts';

/** What counting one bucket would take. */
export type BucketCost = {
  readonly bucket: string;
  readonly source: CensusSource['kind'];
  readonly why: string | null;
  /** Object versions; a lower bound when `atLeast`; null when nothing tells before they are counted. */
  readonly versions: number | null;
  /** Worked out from the bytes of an inventory, not counted. */
  readonly estimated: boolean;
  /** Whether versions, requests, dollars and seconds are lower bounds. */
  readonly atLeast: boolean;
  readonly requests: Requests;
  readonly dollars: number;
  readonly seconds: number;
  /** With every request that may come on top, where some may; as good as `versions` is. Null when nothing tells. */
  readonly atMost: { readonly requests: Requests; readonly dollars: number; readonly seconds: number } | null;
};

/** Pages looked at in each bucket: up to 100,000 versions are counted exactly, for a twentieth of a cent. */
const MAX_PAGES = 100;

/** Finds the buckets and their facts, as an audit does, and what counting their objects would take; counts nothing. */
export async function planCosts(context: AuditContext): Promise<readonly BucketCost[]> {
  const planned = await plan(context, 'plan');
  const keys = keyDirectory(context.aws, context.store, planned);
  const costs: BucketCost[] = [];
  for (const target of planned.targets) {
    const bucket = await inspect(context, planned, target, keys);
    if (scopeOf(context.packs, bucket).concerned) costs.push(await costOf(context, bucket));
  }
  return costs;
}

async function costOf(context: AuditContext, bucket: BucketEvidence): Promise<BucketCost> {
  const source = await chooseSource(context, bucket);
  const cost = (
    versions: number | null,
    atLeast: boolean,
    requests: Requests,
    more: Partial<Pick<BucketCost, 'why' | 'estimated' | 'atMost'>> = {},
  ): BucketCost => ({
    bucket: bucket.name,
    source: source.kind,
    why: source.why,
    versions,
    estimated: false,
    atLeast,
    ...priced(requests),
    atMost: atLeast ? null : priced(requests),
    ...more,
  });
  const s3 = context.aws.account(bucket.accountId).s3(valueOf(bucket.region) ?? context.aws.options.region);
  switch (source.kind) {
    case 'none':
      return cost(null, false, { list: 0, read: 0 });
    case 'inventory': {
      const location = s3Inventory(s3, source.bucket, source.manifest);
      const { bytes, checksum } = await location.readManifest(MAX_MANIFEST_BYTES);
      const manifest = parseManifest(location.name, bytes, checksum);
      const size = await inventorySize(manifest, s3Range(s3, source.bucket));
      const least = inventoryRequests(manifest.files.length);
      const most = size && addTo(least, topUpAtMost(context, bucket, size.rows));
      return cost(size?.rows ?? null, false, least, {
        estimated: size?.counted === false,
        atMost: most && priced(most),
      });
    }
    case 'metadata':
      return cost(null, true, METADATA_REQUESTS, {
        why: `${source.why} ${athenaBound(source.cutoffBytes)}`,
      });
    case 'live':
    case 'sample': {
      const { versions, whole, failure } = await countUpTo(context, bucket);
      const size = (context.configuration.sample ?? SAMPLE).size;
      const requests = source.kind === 'live' ? liveRequests(versions) : sampleRequests(versions, size);
      return cost(versions, !whole || failure !== null, requests, { why: failure ?? source.why });
    }
  }
}

const priced = (requests: Requests): NonNullable<BucketCost['atMost']> => ({
  requests,
  dollars: dollarsOf(requests),
  seconds: secondsOf(requests),
});

/** An inventory tells neither key ids nor marks of client-side encryption: each of its rows may have to be asked. */
function topUpAtMost({ configuration, packs }: AuditContext, bucket: BucketEvidence, rows: number): Requests {
  if (!configuration.objectReads) return topUpRequests(0, false);
  const { memberships } = scopeOf(packs, bucket);
  const siblings = packs
    .flatMap(({ requirements }) => requirements)
    .some(
      ({ encryption, dataClass }) =>
        encryption.clientSide === 'required' && (memberships[dataClass] ?? 'no') !== 'no',
    );
  return topUpRequests(Math.min(rows, configuration.topUpSample?.size ?? rows), siblings);
}

/** Lists so many pages and no more. A listing that is refused is a bucket that would not be assessed. */
async function countUpTo(
  { aws }: AuditContext,
  bucket: BucketEvidence,
): Promise<{ readonly versions: number; readonly whole: boolean; readonly failure: string | null }> {
  const versioned = !(bucket.versioning.state === 'known' && bucket.versioning.value === 'Off');
  const s3 = aws.account(bucket.accountId).s3(valueOf(bucket.region) ?? aws.options.region);
  const listing = bucketListing({ s3, bucket: bucket.name, owner: bucket.accountId }, versioned);
  let versions = 0;
  let pages = 0;
  try {
    for await (const page of listing.pages(null)) {
      versions += page.filter(({ deleteMarker }) => !deleteMarker).length;
      pages += 1;
      if (pages === MAX_PAGES) return { versions, whole: false, failure: null };
    }
  } catch (error) {
    return { versions, whole: false, failure: listingFailure('s3:ListBucket', error) };
  }
  return { versions, whole: true, failure: null };
}
