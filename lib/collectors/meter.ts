import type { DeserializeMiddleware, MetadataBearer, Pluggable } from '@smithy/types';
import { addRequests } from '../model/spent.ts';
import type { RequestCounts, Spent } from '../model/spent.ts';

/** Counts the requests of some clients, and adds them to a wider account when it is part of one. */
export type Meter = {
  /** One attempt was made. `operation` is in the SDK's spelling, such as `ListObjectsV2`. */
  readonly sent: (service: string, operation: string) => void;
  /** S3 sent so many bytes of an object. */
  readonly received: (bytes: number) => void;
  /** Athena ran one statement and scanned so many bytes. */
  readonly scanned: (bytes: number) => void;
  /** What was spent since this was asked before. */
  readonly take: () => Spent;
  /** Requests by service since the meter was made. */
  readonly requests: () => RequestCounts;
};

/** A meter at zero. @param wider told whatever this one is told; null when it stands alone */
export function createMeter(wider: Meter | null = null): Meter {
  const services = new Map<string, number>();
  // Plain numbers: a census comes by here for every object.
  let list = 0;
  let read = 0;
  let bytesRead = 0;
  let athena: { queries: number; bytes: number } | null = null;
  return {
    sent: (service, operation) => {
      wider?.sent(service, operation);
      services.set(service, (services.get(service) ?? 0) + 1);
      if (service !== 's3') return;
      if (COSTS_AS_LIST.test(operation)) list += 1;
      else read += 1;
    },
    received: (bytes) => {
      wider?.received(bytes);
      bytesRead += bytes;
    },
    scanned: (bytes) => {
      wider?.scanned(bytes);
      athena = { queries: (athena?.queries ?? 0) + 1, bytes: (athena?.bytes ?? 0) + bytes };
    },
    take: () => {
      const taken: Spent = {
        list,
        read,
        bytesRead,
        ...(athena && { athenaQueries: athena.queries, athenaBytes: athena.bytes }),
      };
      [list, read, bytesRead, athena] = [0, 0, 0, null];
      return taken;
    },
    requests: () => addRequests([Object.fromEntries(services)]),
  };
}

const COSTS_AS_LIST = /^(List|Put|Copy|Post|Create|Complete|Upload)/;

/** Tells a meter of every attempt a client makes: below the SDK's retries, above the socket. */
export function countedBy(meter: Meter, service: string): Pluggable<object, MetadataBearer> {
  const count: DeserializeMiddleware<object, MetadataBearer> = (next, context) => async (args) => {
    const operation = (context.commandName ?? '').replace(/Command$/, '');
    meter.sent(service, operation);
    const result = await next(args);
    if (service === 's3' && operation === 'GetObject') meter.received(lengthOf(result.response));
    return result;
  };
  return {
    applyToStack: (stack) => stack.add(count, { step: 'deserialize', priority: 'low', name: 'meter' }),
  };
}

/** What an answer says it carries; an error's own text is not an object's bytes. */
function lengthOf(response: unknown): number {
  const { statusCode, headers } = response as {
    statusCode?: number;
    headers?: Readonly<Record<string, string>>;
  };
  const length = Number(headers?.['content-length']);
  return statusCode !== undefined && statusCode < 300 && Number.isSafeInteger(length) ? length : 0;
}
