import { setTimeout as sleep } from 'node:timers/promises';
import type { RetryOptions } from '../census/head-outcome.ts';
import { LOOKUP_INTERVAL_MS } from '../collectors/trails-lookup.ts';
import type { LookupPace } from '../collectors/trails-lookup.ts';

/** HEAD requests in flight at most, for each bucket: past this S3 gains little and one core is busy. */
export const CONCURRENCY = 64;

/** Enough to say "at most 1 %" at 95 % when nothing is found, in each bucket. */
export const SAMPLE = { size: 299, seed: 'sealcheck' } as const;

/** Days after which a version is asked again, whatever is known of it: of nightly runs each asks a thirtieth. */
export const MAX_SEAL_AGE = 30;

/** Patience with S3: about a minute of retries before an object counts as throttled. */
export const retryOptions = (random: () => number): RetryOptions => ({
  maxAttempts: 9,
  baseDelayMs: 100,
  maxDelayMs: 20_000,
  sleep: async (ms) => sleep(ms),
  random,
});

/** Sortable by time and unlikely to collide: `20261124T120000Z-1a2b3c`. */
export function newRunId(now: Date, random: () => number): string {
  const stamp = now.toISOString().replace(/[-:]|\.\d+/g, '');
  const suffix = Math.floor(random() * 0x1000000)
    .toString(16)
    .padStart(6, '0');
  return `${stamp}-${suffix}`;
}

/**
 * LookupEvents at the rate that AWS allows an account in a Region. Another endpoint has no such quota: it is asked
 * faster, and slower again as soon as it throttles.
 */
export const lookupPace = (endpoint: string | null): LookupPace => ({
  intervalMs: endpoint === null ? LOOKUP_INTERVAL_MS : 20,
  now: () => performance.now(),
  sleep: async (ms) => sleep(ms),
  maxAttempts: 8,
});
