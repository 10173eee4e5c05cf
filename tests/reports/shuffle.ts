import type { Assessment } from '../../lib/model/run.ts';

/** The same value with the keys of every object in reverse: JSON that says the same, written by somebody else. */
export function reversedKeys<T>(value: T): T {
  if (Array.isArray(value)) return value.map(reversedKeys) as T;
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([key, member]) => [key, reversedKeys(member)]),
  ) as T;
}

/** The same assessment with its findings and evidence in another order. */
export const reordered = (assessment: Assessment): Assessment => ({
  ...assessment,
  findings: [...assessment.findings].reverse(),
  buckets: [...assessment.buckets].reverse(),
  keys: [...assessment.keys].reverse(),
  censuses: [...assessment.censuses].reverse(),
});
