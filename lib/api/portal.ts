import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { SECURITY_HEADERS } from './http.ts';
import type { ApiResponse } from './http.ts';

/** How the page finds its API, and how people log in to it. */
export type PortalConfig = {
  /** What its requests begin with: `/oidc` where tokens are asked for, nothing on a local machine. */
  readonly apiBase: string;
  /** Null: no login, as on a local machine. */
  readonly login: { readonly issuer: string; readonly clientId: string; readonly scopes: string } | null;
  /** Where files are downloaded from. */
  readonly filesOrigin: string;
};

/** The page's files: what is not listed here is not served. */
const FILES: Readonly<Record<string, { readonly file: string; readonly type: string }>> = {
  '/': { file: 'index.html', type: 'text/html; charset=utf-8' },
  '/portal/portal.css': { file: 'portal.css', type: 'text/css; charset=utf-8' },
  ...Object.fromEntries(
    ['portal', 'client', 'compare', 'integrity', 'login', 'signature', 'verify', 'view'].map((name) => [
      `/portal/${name}.js`,
      { file: `${name}.js`, type: 'text/javascript; charset=utf-8' },
    ]),
  ),
};

/** Every path that the portal answers, for routes. */
export const PORTAL_PATHS: readonly string[] = [...Object.keys(FILES), '/portal/config.json'];

/** A file of the portal, or null when the path is none of its own. Needs no authorisation: it holds nothing. */
export async function portalFile(
  folder: string,
  config: PortalConfig,
  method: string,
  path: string,
): Promise<ApiResponse | null> {
  if (method !== 'GET' || !PORTAL_PATHS.includes(path)) return null;
  const headers = { ...SECURITY_HEADERS, 'content-security-policy': contentPolicy(config) };
  if (path === '/portal/config.json') {
    const body = `${JSON.stringify(config)}\n`;
    return { status: 200, headers: { ...headers, 'content-type': 'application/json' }, body };
  }
  const found = FILES[path];
  if (!found) return null;
  const body = await readFile(join(folder, found.file), 'utf8');
  return { status: 200, headers: { ...headers, 'content-type': found.type }, body };
}

/** Scripts and styles from here alone; requests to here, the report bucket and the login. */
function contentPolicy({ login, filesOrigin }: PortalConfig): string {
  // The token endpoint may lie beside the issuer, as Cognito's does, so that any https address must be let through.
  const connect = ["'self'", filesOrigin, ...(login ? ['https:', new URL(login.issuer).origin] : [])];
  return [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data:",
    `connect-src ${[...new Set(connect)].join(' ')}`,
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
}
