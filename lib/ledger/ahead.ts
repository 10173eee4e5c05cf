/** Works on up to `depth` items at a time and yields the results in the order of the items. */
export async function* ahead<T, R>(
  items: AsyncIterable<T> | Iterable<T>,
  depth: number,
  work: (item: T) => Promise<R>,
): AsyncGenerator<R> {
  const pending: Promise<R>[] = [];
  try {
    for await (const item of items) {
      const started = work(item);
      // A failure is thrown when its turn comes; until then nobody else may call it unhandled.
      started.catch(() => undefined);
      pending.push(started);
      if (pending.length >= depth) yield* next(pending);
    }
    while (pending.length > 0) yield* next(pending);
  } finally {
    await Promise.allSettled(pending);
  }
}

async function* next<R>(pending: Promise<R>[]): AsyncGenerator<R> {
  const first = pending.shift();
  if (first) yield await first;
}
