import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export type Issuer = {
  readonly issuer: string;
  /** What the token endpoint was told, to see that the verifier fits the challenge. */
  readonly exchanges: readonly { readonly verified: boolean }[];
  readonly close: () => Promise<void>;
};

/** An OpenID Connect issuer that logs everybody in at once, and checks PKCE as RFC 7636 has it. */
export async function startIssuer(accessToken: string): Promise<Issuer> {
  const challenges = new Map<string, string>();
  const exchanges: { verified: boolean }[] = [];
  const server = createServer((request, response) => {
    void (async () => {
      const url = new URL(request.url ?? '/', issuer);
      const cors = { 'access-control-allow-origin': '*' };
      if (url.pathname === '/.well-known/openid-configuration') {
        response.writeHead(200, { ...cors, 'content-type': 'application/json' });
        response.end(
          JSON.stringify({
            issuer,
            authorization_endpoint: `${issuer}/authorize`,
            token_endpoint: `${issuer}/token`,
          }),
        );
      } else if (url.pathname === '/authorize') {
        const code = `code-${challenges.size}`;
        challenges.set(code, url.searchParams.get('code_challenge') ?? '');
        const back = new URL(url.searchParams.get('redirect_uri') ?? '');
        back.searchParams.set('code', code);
        back.searchParams.set('state', url.searchParams.get('state') ?? '');
        response.writeHead(302, { location: back.href }).end();
      } else {
        const chunks: Buffer[] = [];
        for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
        const form = new URLSearchParams(Buffer.concat(chunks).toString());
        const digest = createHash('sha256')
          .update(form.get('code_verifier') ?? '')
          .digest('base64url');
        const verified = challenges.get(form.get('code') ?? '') === digest;
        exchanges.push({ verified });
        response.writeHead(verified ? 200 : 400, { ...cors, 'content-type': 'application/json' });
        response.end(JSON.stringify(verified ? { access_token: accessToken, expires_in: 600 } : {}));
      }
    })();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    issuer,
    exchanges,
    close: async () => {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}
