import type { Spent } from '../model/spent.ts';

/**
 * List prices of S3 requests in US dollars, Standard storage in us-east-1 (FACTS §4, from third-party pages): other
 * Regions differ by a few percent.
 */
const DOLLARS = { list: 0.005 / 1000, read: 0.0004 / 1000 } as const;

/**
 * What Athena takes for what its queries scan: five dollars a terabyte, ten megabytes at least for each (us-east-1,
 * from third-party pages, as the prices above). A terabyte is taken as 10¹² bytes, which is not the cheaper reading.
 */
const ATHENA = { dollarsPerByte: 5 / 1e12, leastBytes: 10e6 } as const;

/** Requests a second that one process keeps up, by what bounds each: CPU for HEADs, latency for LISTs. */
const PER_SECOND = { list: 100, read: 2000 } as const;

/** Requests by what they cost: LIST class, and GET class to which HEAD belongs. */
export type Requests = { readonly list: number; readonly read: number };

/** Both together. */
export const addTo = (a: Requests, b: Requests): Requests => ({
  list: a.list + b.list,
  read: a.read + b.read,
});

/** Dollars at list price. */
export const dollarsOf = ({ list, read }: Requests): number => list * DOLLARS.list + read * DOLLARS.read;

/** Dollars at list price of what was spent, to a millionth. What S3 takes for sending bytes is nothing in its Region. */
export const dollarsSpent = ({ list, read, athenaQueries = 0, athenaBytes = 0 }: Spent): number => {
  const scanned = Math.max(athenaBytes, athenaQueries * ATHENA.leastBytes) * ATHENA.dollarsPerByte;
  return Math.round((dollarsOf({ list, read }) + scanned) * 1e6) / 1e6;
};

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

/**
 * Requests on top of an inventory, at most: HEAD of each object that may have to be asked, and where instruction
 * files matter a LIST and a HEAD that look for one.
 */
export const topUpRequests = (objects: number, siblings: boolean): Requests =>
  siblings ? { list: objects, read: objects * 2 } : { list: 0, read: objects };

/** Requests that read an inventory: its manifest, its checksum, its files. What it lacks comes on top, by HEAD. */
export const inventoryRequests = (files: number): Requests => ({ list: 2, read: files + 2 });

/** What S3 itself is asked beside a metadata table: for unfinished uploads. */
export const METADATA_REQUESTS: Requests = { list: 1, read: 0 };

/** What can be said of Athena's price before it runs. @param cutoffBytes where the workgroup stops a query */
export const athenaBound = (cutoffBytes: number | null): string =>
  cutoffBytes === null
    ? 'Athena bills what it scans of the table, which nobody knows before and the workgroup does not limit.'
    : `Athena bills what it scans of the table, which nobody knows before; the workgroup stops each of the two statements or more at $${(cutoffBytes * ATHENA.dollarsPerByte).toFixed(2)} by list price.`;
