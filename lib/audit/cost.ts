/**
 * List prices of S3 requests in US dollars, Standard storage in us-east-1 (FACTS §4, from third-party pages): other
 * Regions differ by a few percent.
 */
const DOLLARS = { list: 0.005 / 1000, read: 0.0004 / 1000 } as const;

/** Requests a second that one process keeps up, by what bounds each: CPU for HEADs, latency for LISTs. */
const PER_SECOND = { list: 100, read: 2000 } as const;

/** Requests by what they cost: LIST class, and GET class to which HEAD belongs. */
export type Requests = { readonly list: number; readonly read: number };

/** Dollars at list price. */
export const dollarsOf = ({ list, read }: Requests): number => list * DOLLARS.list + read * DOLLARS.read;

/** Seconds in one process when the service is not slower than usual. */
export const secondsOf = ({ list, read }: Requests): number =>
  Math.max(list / PER_SECOND.list, read / PER_SECOND.read);

/** Requests of a live census of so many versions; two LISTs more find the end and the unfinished uploads. */
export const liveRequests = (versions: number): Requests => ({
  list: Math.ceil(versions / 1000) + 2,
  read: versions,
});

/** Requests of a sample: everything is listed, few are asked. */
export const sampleRequests = (versions: number, size: number): Requests => ({
  list: Math.ceil(versions / 1000) + 2,
  read: Math.min(versions, size),
});

/** Requests that read an inventory: its manifest, its checksum, its files. What it lacks comes on top, by HEAD. */
export const inventoryRequests = (files: number): Requests => ({ list: 2, read: files + 2 });
