import type { HeadAnswer, ObjectHeader } from '../collectors/head-object.ts';
import { AuditError } from '../model/errors.ts';
import type { ObjectEncryption } from '../model/object-encryption.ts';
import type { UnknownCode } from '../model/observed.ts';
import { classifyHead } from './classify.ts';
import type { Pacer } from './pace.ts';

/** What became of one object: read, gone since it was listed, or not readable and why. */
export type HeadOutcome =
  | { readonly kind: 'read'; readonly encryption: ObjectEncryption }
  | { readonly kind: 'vanished' }
  | { readonly kind: 'unreadable'; readonly code: UnknownCode };

/** Patience with a service that is busy or failing. Delays are in milliseconds. */
export type RetryOptions = {
  readonly maxAttempts: number;
  readonly baseDelayMs: number;
  readonly maxDelayMs: number;
  readonly sleep: (ms: number) => Promise<void>;
  /** In [0, 1): spreads retries so that they do not come back together. */
  readonly random: () => number;
};

/** Reads one object's seal, retrying 5xx and lost connections. Throws only AuditError, when credentials are gone. */
export type HeadReader = (key: string, versionId: string | null) => Promise<HeadOutcome>;

/**
 * A HEAD answer has no body: what it means is in its status alone (FACTS §1.1). 400 is how S3 answers for an SSE-C
 * object when no key is sent, and also how it answers expired credentials; so a 400 counts as SSE-C only after a
 * HEAD of the bucket, sent later by the same route, succeeded.
 */
export function createHeadReader(header: ObjectHeader, pacer: Pacer, retry: RetryOptions): HeadReader {
  const confirm = coalesced(async () => retrying(async () => header.headBucket(), pacer, retry));
  return async (key, versionId) => {
    const answer = await retrying(async () => header.head(key, versionId), pacer, retry);
    if (answer === null) return { kind: 'unreadable', code: 'UNREACHABLE' };
    const { status, headers } = answer;
    if (status === 200) return { kind: 'read', encryption: classifyHead(headers) };
    if (status === 404) return { kind: 'vanished' };
    if (status === 400) return judge400(await confirm());
    return { kind: 'unreadable', code: codeOf(status) };
  };
}

/** All that can be told of an SSE-C object without its key. */
export const SSE_C: ObjectEncryption = {
  serverSide: { type: 'SSE-C' },
  clientSide: { kind: 'undetermined', detail: 'metadata of an SSE-C object cannot be read without its key' },
};

function judge400(bucket: HeadAnswer | null): HeadOutcome {
  if (bucket === null) return { kind: 'unreadable', code: 'UNREACHABLE' };
  if (bucket.status === 200) return { kind: 'read', encryption: SSE_C };
  if (bucket.status === 404) return { kind: 'vanished' };
  if (bucket.status === 400) {
    throw new AuditError(
      'EXPIRED_CREDENTIALS',
      'The AWS credentials expired during the census; renew them and resume.',
    );
  }
  return { kind: 'unreadable', code: codeOf(bucket.status) };
}

function codeOf(status: number): UnknownCode {
  if (status === 401 || status === 403) return 'ACCESS_DENIED';
  if (status === 429 || status === 503) return 'THROTTLED';
  if (status === 301 || status === 307) return 'WRONG_REGION';
  if (status === 405 || status === 501) return 'UNSUPPORTED';
  return status >= 500 ? 'SERVER_ERROR' : 'MALFORMED';
}

/** The first answer that is not worth asking again for; null when no connection held. */
async function retrying(
  send: () => Promise<HeadAnswer>,
  pacer: Pacer,
  { maxAttempts, baseDelayMs, maxDelayMs, sleep, random }: RetryOptions,
): Promise<HeadAnswer | null> {
  for (let attempt = 1; ; attempt += 1) {
    const answer = await pacer.run(async () => {
      try {
        return await send();
      } catch (error) {
        if (error instanceof AuditError) throw error;
        return null;
      }
    });
    const busy = answer !== null && (answer.status === 503 || answer.status === 429);
    if (busy) pacer.slowDown();
    if (answer !== null && !busy && answer.status < 500) return answer;
    if (attempt === maxAttempts) return answer;
    await sleep(Math.min(maxDelayMs, baseDelayMs * 2 ** (attempt - 1)) * (0.5 + random() / 2));
  }
}

/** Callers share one run, as long as it began after they asked. */
function coalesced<T>(run: () => Promise<T>): () => Promise<T> {
  let running: Promise<T> | null = null;
  let next: Promise<T> | null = null;
  const start = (): Promise<T> => {
    const started = run().finally(() => {
      if (running === started) running = null;
    });
    running = started;
    return started;
  };
  return async () => {
    if (running === null) return start();
    next ??= running
      .catch(() => undefined)
      .then(async () => {
        next = null;
        return start();
      });
    return next;
  };
}
