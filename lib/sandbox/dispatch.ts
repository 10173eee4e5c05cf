import { randomBytes } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { Readable } from 'node:stream';
import type { Protocol } from './auth-fault.ts';
import { authenticate } from './authenticate.ts';
import type { Authenticated, UnverifiedRequest } from './authenticate.ts';
import type { Call, Reply } from './call.ts';
import { deleteListed } from './delete-listed.ts';
import type { FaultEffect } from './faults.ts';
import { AwsFault } from './operation.ts';
import { jsonCall } from './protocol-json.ts';
import { queryCall } from './protocol-query.ts';
import { s3Call } from './protocol-s3.ts';
import { refusalOf } from './refusal.ts';
import type { SandboxState } from './state.ts';
import { strikesOn } from './strike.ts';
import { parseParameters } from './uri.ts';

/** What to send, and how badly. */
export type Outcome = {
  readonly reply: Reply;
  /** Milliseconds to wait before the first byte. */
  readonly delayMs: number;
  /** Cut the connection: before the answer, or after so many bytes of its body; null sends all of it. */
  readonly dropAfter: number | 'nothing' | null;
};

/** A request as it came off the socket. */
export type IncomingCall = {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly rawBody: Buffer;
};

/** Finds out who calls what, carries it out unless a fault forbids it, and keeps the log. */
export function dispatch(state: SandboxState, incoming: IncomingCall): Outcome {
  const protocol = protocolOf(incoming);
  const request: UnverifiedRequest = { ...incoming, query: queryOf(incoming.url) };
  const call = resolve(state, protocol, request);
  const requestId = newRequestId();
  const strikes = strikesOn(state.faults, call);
  const { accountId, ...answered } = answer(state, protocol, request, call, strikes, requestId);
  const reply = disturb(state, answered.reply, call, strikes);
  remember(state, request, call, reply, accountId);
  return { reply, ...timing(strikes) };
}

function answer(
  state: SandboxState,
  protocol: Protocol,
  request: UnverifiedRequest,
  call: Call,
  strikes: readonly FaultEffect[],
  requestId: string,
): { readonly reply: Reply; readonly accountId: string | null } {
  let accountId: string | null = null;
  try {
    const caller = authenticate(state, protocol, request);
    accountId = caller.accountId;
    for (const effect of strikes) {
      const refusal = refusalOf(effect, protocol, call, caller.callerArn);
      if (refusal) throw refusal;
    }
    return { reply: call.run(caller, contextOf(state, caller, requestId)), accountId };
  } catch (error) {
    if (error instanceof AwsFault) return { reply: call.refuse(error, requestId), accountId };
    throw error;
  }
}

const contextOf = (state: SandboxState, caller: Authenticated, requestId: string) => ({
  region: caller.region,
  accountId: caller.accountId,
  callerArn: caller.callerArn,
  accessKeyId: caller.accessKeyId,
  requestId,
  now: state.now(),
});

/**
 * X-Amz-Target names an AwsJson service; a form posted to the root is the Query protocol; everything else is S3, whose
 * objects may well be of a form's content type.
 */
function protocolOf({ method, url, headers }: IncomingCall): Protocol {
  if (headers['x-amz-target'] !== undefined) return 'json';
  const form = headers['content-type']?.startsWith('application/x-www-form-urlencoded') === true;
  return form && method === 'POST' && url === '/' ? 'query' : 's3';
}

function resolve(state: SandboxState, protocol: Protocol, request: UnverifiedRequest): Call {
  switch (protocol) {
    case 's3':
      return s3Call(state, request);
    case 'json':
      return jsonCall(state, request, String(request.headers['x-amz-target']));
    case 'query':
      return queryCall(state, request);
  }
}

/** Only a presigned address is read from here; one that cannot be decoded is refused as unsigned, or by its protocol. */
function queryOf(url: string): ReadonlyMap<string, string> {
  const mark = url.indexOf('?');
  try {
    return parseParameters(mark < 0 ? '' : url.slice(mark + 1));
  } catch {
    return new Map();
  }
}

/** What happens after the operation: objects vanish, bodies are cut. */
function disturb(state: SandboxState, reply: Reply, call: Call, strikes: readonly FaultEffect[]): Reply {
  let disturbed = reply;
  for (const effect of strikes) {
    if (effect.type === 'deleteListedObjects') deleteListed(state, call.bucket, reply);
    if (effect.type === 'deleteBucket') state.buckets.delete(effect.bucket);
    if (effect.type === 'malformed') disturbed = cutInHalf(disturbed);
  }
  return disturbed;
}

/** The length header is that of what is left (server.ts): whoever reads it cannot tell by it. */
function cutInHalf(reply: Reply): Reply {
  const { body } = reply;
  if (body === null || body instanceof Readable) return reply;
  const bytes = Buffer.from(body);
  return { ...reply, body: bytes.subarray(0, bytes.length >> 1) };
}

function timing(strikes: readonly FaultEffect[]): Pick<Outcome, 'delayMs' | 'dropAfter'> {
  let delayMs = 0;
  let dropAfter: Outcome['dropAfter'] = null;
  for (const effect of strikes) {
    if (effect.type === 'delay') delayMs += effect.ms;
    if (effect.type === 'drop') dropAfter ??= effect.afterBytes ?? 'nothing';
  }
  return { delayMs, dropAfter };
}

function remember(
  state: SandboxState,
  { method }: UnverifiedRequest,
  call: Call,
  reply: Reply,
  accountId: string | null,
): void {
  const operation = `${call.service}:${call.operation}`;
  state.requests.set(operation, (state.requests.get(operation) ?? 0) + 1);
  if (state.logLimit === 0) return;
  state.log.push({ operation, method, bucket: call.bucket, key: call.key, status: reply.status, accountId });
  // Trimmed now and then: moving the whole log for every request would cost more than the requests.
  if (state.log.length >= state.logLimit * 2) state.log.splice(0, state.log.length - state.logLimit);
}

const PREFIX = randomBytes(5).toString('hex').toUpperCase();
let served = 0;

/** 16 hex digits, as S3 writes them; unique in this process. */
function newRequestId(): string {
  served = (served + 1) % 0x1000000;
  return PREFIX + served.toString(16).toUpperCase().padStart(6, '0');
}
