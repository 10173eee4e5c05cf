import { AuditError } from '../model/errors.ts';

/** Runs `work` on every item, `limit` at a time; the first failure stops new ones and is thrown when all have ended. */
export async function eachAtOnce<T>(
  limit: number,
  items: readonly T[],
  signal: AbortSignal | undefined,
  work: (item: T) => Promise<void>,
): Promise<void> {
  let next = 0;
  const failures: unknown[] = [];
  const worker = async (): Promise<void> => {
    while (failures.length === 0 && next < items.length) {
      if (signal?.aborted) throw new AuditError('INTERRUPTED', 'The run was interrupted.');
      const item = items[next] as T;
      next += 1;
      await work(item);
    }
  };
  const guarded = async (): Promise<void> => {
    try {
      await worker();
    } catch (error) {
      failures.push(error);
    }
  };
  await Promise.all(Array.from({ length: Math.min(limit, items.length) }, guarded));
  if (failures.length > 0) throw failures[0];
}
