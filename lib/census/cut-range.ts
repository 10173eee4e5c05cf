import type { BucketListing } from '../collectors/object-listing.ts';
import { isWithin } from './key-order.ts';
import type { KeyRange } from './key-order.ts';
import { splitRange } from './split-range.ts';

/**
 * Cuts a key range into up to `pieces` that several machines count; one that ends within `smallPages` pages stays
 * whole. Throws what the listing throws.
 */
export async function cutRange(
  listing: Pick<BucketListing, 'pages' | 'nextKey' | 'folders'>,
  range: KeyRange,
  pieces: number,
  smallPages: number,
): Promise<readonly KeyRange[]> {
  if (pieces < 2) return [range];
  let pages = 0;
  for await (const page of listing.pages(range.after)) {
    const last = page.at(-1)?.key;
    if (last === undefined || !isWithin(last, range)) return [range];
    pages += 1;
    if (pages <= smallPages) continue;
    const sample = page.filter((_, i) => i % 50 === 0).map(({ key }) => key);
    const borders = await splitRange(listing, { after: last, through: range.through }, pieces, sample);
    return [range.after, ...borders].map((after, i) => ({ after, through: borders[i] ?? range.through }));
  }
  return [range];
}
