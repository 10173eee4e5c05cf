/** Keeps as many requests in flight as the service bears: one more after a good round, half as many after a 503. */
export type Pacer = {
  /** Waits for a free place, then runs `task` in it. */
  readonly run: <T>(task: () => Promise<T>) => Promise<T>;
  /** The service asked for less: halves the limit, once for all the requests that were in flight together. */
  readonly slowDown: () => void;
  /** Requests allowed in flight now. */
  readonly limit: () => number;
};

/**
 * Additive increase, multiplicative decrease, as TCP does and as S3 asks for with 503 SlowDown (FACTS §4).
 * @param max requests in flight at most
 * @param start requests in flight at first
 */
export function createPacer(max: number, start = Math.min(32, max)): Pacer {
  let limit = start;
  let inFlight = 0;
  let startedBefore = 0;
  let started = 0;
  const waiting: (() => void)[] = [];
  let first = 0;

  const release = (): void => {
    inFlight -= 1;
    while (inFlight < Math.floor(limit) && first < waiting.length) {
      inFlight += 1;
      waiting[first]?.();
      first += 1;
    }
    if (first === waiting.length || first > 1024) {
      waiting.splice(0, first);
      first = 0;
    }
  };

  return {
    run: async (task) => {
      if (inFlight < Math.floor(limit)) inFlight += 1;
      else await new Promise<void>((resolve) => waiting.push(resolve));
      started += 1;
      const order = started;
      try {
        const result = await task();
        // Only a request that began after the last cut tells anything about the new limit.
        if (order > startedBefore) limit = Math.min(max, limit + 1 / limit);
        return result;
      } finally {
        release();
      }
    },
    slowDown: () => {
      if (started - startedBefore < Math.floor(limit)) return;
      limit = Math.max(1, limit / 2);
      startedBefore = started;
    },
    limit: () => Math.floor(limit),
  };
}
