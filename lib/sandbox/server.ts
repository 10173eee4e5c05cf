import { once } from 'node:events';
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { dispatch } from './dispatch.ts';
import type { Outcome } from './dispatch.ts';
import type { SandboxState } from './state.ts';

/** The largest request body: the sandbox keeps what it is given in memory. */
const MAX_BODY_BYTES = 256 * 1024 * 1024;

/** A sandbox that is running. `close` ends open connections and resolves when the port is free again. */
export type Sandbox = {
  /** `http://127.0.0.1:PORT`, the endpoint for any SDK or the AWS CLI. */
  readonly url: string;
  readonly port: number;
  readonly state: SandboxState;
  readonly close: () => Promise<void>;
};

/**
 * Starts the loopback AWS endpoint. Port 0 takes a free one. It listens on 127.0.0.1 alone: what it is given stays
 * on this machine.
 * @throws what listening throws, such as EADDRINUSE
 */
export async function startSandbox({
  port,
  state,
}: {
  readonly port: number;
  readonly state: SandboxState;
}): Promise<Sandbox> {
  const server = createServer((request, response) => {
    serve(state, request, response).catch((error: unknown) => {
      // A bug of the sandbox: the client sees a broken answer, the log has the request.
      response.destroy(error as Error);
    });
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  const bound = (server.address() as AddressInfo).port;
  return {
    url: `http://127.0.0.1:${bound}`,
    port: bound,
    state,
    close: async () => {
      server.close();
      server.closeAllConnections();
      if (server.listening) await once(server, 'close');
    },
  };
}

async function serve(state: SandboxState, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const rawBody = await readBody(request);
  if (!rawBody) {
    response.writeHead(413, { connection: 'close' }).end();
    return;
  }
  const { method = 'GET', url = '/', headers } = request;
  const outcome = dispatch(state, { method, url, headers, rawBody });
  if (outcome.delayMs > 0) await sleep(outcome.delayMs);
  send(response, outcome, method);
}

/** Null when it is larger than the sandbox takes. */
async function readBody(request: IncomingMessage): Promise<Buffer | null> {
  if (request.headers['content-length'] === undefined && request.headers['transfer-encoding'] === undefined) {
    return EMPTY;
  }
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > MAX_BODY_BYTES) return null;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

const EMPTY = Buffer.alloc(0);

function send(response: ServerResponse, { reply, dropAfter }: Outcome, method: string): void {
  if (dropAfter === 'nothing') {
    response.destroy();
    return;
  }
  const { status, body } = reply;
  const headers: Record<string, string | number> = { ...reply.headers };
  if (method !== 'HEAD' && status !== 204 && status !== 304 && !(body instanceof Readable)) {
    headers['content-length'] = body === null ? 0 : Buffer.byteLength(body);
  }
  response.writeHead(status, headers);
  if (dropAfter !== null && body !== null && !(body instanceof Readable)) {
    const bytes = Buffer.from(body);
    // The piece must be out before the connection goes, or the client would see nothing at all.
    response.write(bytes.subarray(0, dropAfter), () => response.destroy());
    return;
  }
  if (body instanceof Readable) body.pipe(response);
  else if (body === null || method === 'HEAD') response.end();
  else response.end(body);
}
