import { once } from 'node:events';
import { createServer, request as httpRequest } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { portalFile } from '../../lib/api/portal.ts';
import type { PortalConfig } from '../../lib/api/portal.ts';
import { answer } from '../../lib/api/router.ts';
import type { ApiResponse, Caller } from '../../lib/api/http.ts';
import type { ApiContext } from '../../lib/api/runs.ts';

/** What stands in for API Gateway on this machine. */
export type LocalServer = {
  readonly url: string;
  readonly port: number;
  readonly close: () => Promise<void>;
};

export type LocalOptions = {
  readonly port: number;
  /** Where what is neither API nor portal goes: the sandbox, so that downloads come from the page's own origin. */
  readonly sandboxUrl: string;
  readonly portalFolder: string;
  /** Made once the server's own address is known, which presigned addresses must carry. */
  readonly context: (url: string) => ApiContext;
  readonly login?: PortalConfig['login'];
  /** Who asks; the default lets everybody in, since nothing but this machine reaches the server. */
  readonly callerOf?: (headers: IncomingMessage['headers']) => Caller | null;
  readonly onError: (error: unknown) => void;
};

const LOCAL: Caller = { id: 'local', scopes: null };

/** Serves API, portal and downloads on 127.0.0.1. */
export async function startLocalServer(options: LocalOptions): Promise<LocalServer> {
  const server = createServer((request, response) => {
    serve(request, response).catch((error: unknown) => {
      options.onError(error);
      response.destroy();
    });
  });
  server.listen(options.port, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const url = `http://127.0.0.1:${port}`;
  const context = options.context(url);
  const config: PortalConfig = { apiBase: '', login: options.login ?? null, filesOrigin: url };

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname, searchParams } = new URL(request.url ?? '/', url);
    const { method = 'GET' } = request;
    const file = await portalFile(options.portalFolder, config, method, pathname);
    if (file) {
      send(response, file);
      return;
    }
    if (!/^\/(runs|signing-key)(\/|$)/.test(pathname)) {
      forward(options.sandboxUrl, request, response);
      return;
    }
    const reply = await answer(
      context,
      {
        method,
        path: pathname,
        query: Object.fromEntries(searchParams),
        body: await bodyOf(request),
        caller: (options.callerOf ?? (() => LOCAL))(request.headers),
      },
      options.onError,
    );
    send(response, reply);
  }

  return {
    url,
    port,
    close: async () => {
      server.close();
      server.closeAllConnections();
      if (server.listening) await once(server, 'close');
    },
  };
}

function send(response: ServerResponse, { status, headers, body }: ApiResponse): void {
  response.writeHead(status, headers).end(body);
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}

/** The Host header goes with it unchanged: it is part of what a presigned address is signed over. */
function forward(to: string, request: IncomingMessage, response: ServerResponse): void {
  const { hostname, port } = new URL(to);
  const { method, url: path, headers } = request;
  const onward = httpRequest({ hostname, port, method, path, headers }, (reply) => {
    response.writeHead(reply.statusCode ?? 502, reply.headers);
    reply.pipe(response);
  });
  onward.on('error', () => response.writeHead(502).end());
  request.pipe(onward);
}
