import { LookupEventsCommand } from '@aws-sdk/client-cloudtrail';
import type { CloudTrailClient } from '@aws-sdk/client-cloudtrail';
import { reasonOf } from './observe.ts';

/** How fast LookupEvents may be asked. Time passes through here, so that tests need not wait. */
export type LookupPace = {
  /** Milliseconds from one request to the next, for one account and Region. */
  readonly intervalMs: number;
  /** Milliseconds since some moment. */
  readonly now: () => number;
  readonly sleep: (ms: number) => Promise<void>;
  /** A request that fails this many times in a row is given up. */
  readonly maxAttempts: number;
};

/** AWS allows two a second for an account in a Region (FACTS §4). */
export const LOOKUP_INTERVAL_MS = 500;

/** Waits until the next request may go out; `slower` doubles the distance for a while. */
export type LookupGate = {
  readonly pass: () => Promise<void>;
  readonly slower: (times: number) => Promise<void>;
};

/** One gate for every request to one account and Region, whoever makes them. */
export function lookupGate({ intervalMs, now, sleep }: LookupPace): LookupGate {
  let next = -Infinity;
  const wait = async (until: number): Promise<void> => {
    const ms = until - now();
    if (ms > 0) await sleep(ms);
  };
  return {
    pass: async () => {
      const turn = Math.max(next, now());
      next = turn + intervalMs;
      await wait(turn);
    },
    slower: async (times) => {
      next = Math.max(next, now() + Math.min(60_000, intervalMs * 2 ** times));
      await wait(next);
    },
  };
}

/** A page of event history: the records as JSON text. */
export type LookupPage = readonly string[];

/**
 * Decrypt events of an account's event history in one Region, newest first, page by page, from `from` up to but not
 * at `to`. Asked by EventName: whether a key's ARN finds its Decrypts is not known (FACTS §4). Throws what the SDK
 * throws once patience is at its end.
 */
export async function* lookupDecrypts(
  client: CloudTrailClient,
  window: { readonly from: string; readonly to: string },
  gate: LookupGate,
  pace: LookupPace,
): AsyncGenerator<LookupPage> {
  let token: string | undefined;
  do {
    const command = new LookupEventsCommand({
      LookupAttributes: [{ AttributeKey: 'EventName', AttributeValue: 'Decrypt' }],
      StartTime: new Date(window.from),
      // CloudTrail's times are whole seconds and both ends count: the last second before `to` is the end.
      EndTime: new Date(Date.parse(window.to) - 1000),
      MaxResults: 50,
      ...(token === undefined ? {} : { NextToken: token }),
    });
    const page = await patiently(async () => client.send(command), gate, pace);
    yield (page.Events ?? []).flatMap(({ CloudTrailEvent }) => CloudTrailEvent ?? []);
    token = page.NextToken;
  } while (token !== undefined);
}

async function patiently<T>(
  ask: () => Promise<T>,
  gate: LookupGate,
  { maxAttempts }: LookupPace,
): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    await gate.pass();
    try {
      return await ask();
    } catch (error) {
      const { code } = reasonOf('cloudtrail:LookupEvents', error);
      if (!PASSING.has(code) || attempt >= maxAttempts) throw error;
      await gate.slower(attempt);
    }
  }
}

/** Troubles that may be over by the next attempt. */
const PASSING: ReadonlySet<string> = new Set(['THROTTLED', 'SERVER_ERROR', 'UNREACHABLE']);
