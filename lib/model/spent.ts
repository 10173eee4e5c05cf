/** What AWS was asked for, by what it charges for: every attempt counts, retries included. */
export type Spent = {
  /** Requests to S3 at the price of LIST, which is that of PUT, COPY and POST as well. */
  readonly list: number;
  /** All other requests to S3: GET and HEAD. */
  readonly read: number;
  /** Bytes that S3 sent of objects read: files of an inventory. Headers and listings are not in it. */
  readonly bytesRead: number;
  /** Statements that Athena ran, and the bytes it scanned for them. */
  readonly athenaQueries?: number;
  readonly athenaBytes?: number;
};

/** Everything that was spent; Athena is mentioned when something asked it. */
export function addSpent(parts: readonly Spent[]): Spent {
  const sum = (of: (part: Spent) => number): number => parts.reduce((total, part) => total + of(part), 0);
  const athena = parts.some(({ athenaQueries }) => athenaQueries !== undefined);
  return {
    list: sum(({ list }) => list),
    read: sum(({ read }) => read),
    bytesRead: sum(({ bytesRead }) => bytesRead),
    ...(athena && {
      athenaQueries: sum(({ athenaQueries = 0 }) => athenaQueries),
      athenaBytes: sum(({ athenaBytes = 0 }) => athenaBytes),
    }),
  };
}

/** Requests by service, as `s3` or `kms`, sorted by name. */
export type RequestCounts = Readonly<Record<string, number>>;

/** Counts of several calls in sum. */
export function addRequests(all: readonly RequestCounts[]): RequestCounts {
  const sums = new Map<string, number>();
  for (const [service, count] of all.flatMap((one) => Object.entries(one)))
    sums.set(service, (sums.get(service) ?? 0) + count);
  return Object.fromEntries([...sums].sort(([a], [b]) => (a < b ? -1 : 1)));
}
