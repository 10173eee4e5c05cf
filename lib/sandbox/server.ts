import { once } from 'node:events';
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { dispatch } from './dispatch.ts';
import type { Outcome } from './dispatch.ts';
import type { SandboxState } from './state.ts';

/** The largest request body unless told otherwise: the sandbox keeps what it is given in memory. */
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
  maxBodyBytes = MAX_BODY_BYTES,
}: {
  readonly port: number;
  readonly state: SandboxState;
  readonly maxBodyBytes?: number;
}): Promise<Sandbox> {
  const server = createServer((request, response) => {
    serve(state, request, response, maxBodyBytes).catch((error: unknown) => fail(response, error));
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  const bound = (server.address() as AddressInfo).port;
  return {
    url: `http://127.0.0.1:${bound}`,
    port: bound,
    state,
    close: () =>
      new Promise((resolve) => {
        // Closing twice is no error: the port is free either way.
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function serve(
  state: SandboxState,
  request: IncomingMessage,
  response: ServerResponse,
  maxBodyBytes: number,
): Promise<void> {
  const rawBody = await readBody(request, maxBodyBytes);
  if (!rawBody) {
    response.writeHead(413, { connection: 'close' }).end();
    return;
  }
  const { method = 'GET', url = '/', headers } = request;
  const outcome = dispatch(state, { method, url, headers, rawBody });
  if (outcome.delayMs > 0 && !(await waited(outcome.delayMs, response))) return;
  // SDKs set their clocks by this header, and sign with them: it tells the sandbox's time, not the machine's.
  response.setHeader('date', new Date(state.now()).toUTCString());
  send(response, outcome, method);
}

/** Waits; false when the client went away meanwhile. */
async function waited(ms: number, response: ServerResponse): Promise<boolean> {
  const gone = new AbortController();
  const leave = (): void => gone.abort();
  response.once('close', leave);
  try {
    await sleep(ms, undefined, { signal: gone.signal });
    return true;
  } catch {
    return false;
  } finally {
    response.off('close', leave);
  }
}

/** A bug of the sandbox, or a client that hung up on its own request. */
function fail(response: ServerResponse, error: unknown): void {
  if (response.headersSent || response.destroyed) {
    response.destroy();
    return;
  }
  const text = `The sandbox failed: ${error instanceof Error ? error.message : String(error)}\n`;
  response.writeHead(500, { 'content-type': 'text/plain', connection: 'close' }).end(text);
}

/** Null when it is larger than the sandbox takes. */
async function readBody(request: IncomingMessage, maxBytes: number): Promise<Buffer | null> {
  const declared = request.headers['content-length'];
  if (declared === undefined && request.headers['transfer-encoding'] === undefined) return EMPTY;
  if (Number(declared ?? 0) > maxBytes) return null;
  const chunks: Buffer[] = [];
  let size = 0;
  // Not `for await`: leaving one takes the connection with it, and the refusal would never arrive.
  return new Promise((resolve, reject) => {
    request.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size <= maxBytes) {
        chunks.push(chunk);
        return;
      }
      request.removeAllListeners('data').resume();
      resolve(null);
    });
    request.once('end', () => resolve(Buffer.concat(chunks)));
    request.once('error', reject);
  });
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
  if (dropAfter !== null && body !== null) {
    // The piece must be out before the connection goes, or the client would see nothing at all.
    const drop = (piece: Uint8Array): void => {
      response.write(piece, () => response.destroy());
    };
    if (!(body instanceof Readable)) drop(Buffer.from(body).subarray(0, dropAfter));
    else if (dropAfter === 0) drop(EMPTY);
    else body.once('readable', () => drop((body.read(dropAfter) ?? body.read()) as Buffer));
    return;
  }
  if (body instanceof Readable) body.pipe(response);
  else if (body === null || method === 'HEAD') response.end();
  else response.end(body);
}
