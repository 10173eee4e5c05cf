/** Login by OpenID Connect: authorization code with PKCE (RFC 7636). The token lives in this tab alone. */

const KEY = 'sealcheck-login';
const base64url = (bytes) =>
  btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '');
const random = () => base64url(crypto.getRandomValues(new Uint8Array(32)));
const read = () => JSON.parse(sessionStorage.getItem(KEY) ?? '{}');
const write = (value) => sessionStorage.setItem(KEY, JSON.stringify(value));
const here = () => `${location.origin}/`;

/** The bearer token while it lasts, else null. */
export function currentToken() {
  const { accessToken, expiresAt } = read();
  return accessToken && Date.now() < expiresAt ? accessToken : null;
}

export const logOut = () => sessionStorage.removeItem(KEY);

async function endpoints(issuer) {
  const response = await fetch(`${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`);
  if (!response.ok) throw new Error(`The login at ${issuer} answered ${response.status}.`);
  return response.json();
}

/** Leaves for the login page of the issuer. */
export async function logIn({ issuer, clientId, scopes }) {
  const { authorization_endpoint: authorize } = await endpoints(issuer);
  const [verifier, state] = [random(), random()];
  write({ verifier, state });
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(verifier));
  const url = new URL(authorize);
  url.search = new URLSearchParams({
    response_type: 'code',
    client_id: clientId,
    redirect_uri: here(),
    scope: scopes,
    state,
    code_challenge: base64url(new Uint8Array(digest)),
    code_challenge_method: 'S256',
  }).toString();
  location.assign(url);
}

/** Finishes a login that this page was sent back from; false when there was none. */
export async function finishLogin({ issuer, clientId }) {
  const answer = new URLSearchParams(location.search);
  if (!answer.has('code') && !answer.has('error')) return false;
  const { verifier, state } = read();
  // The code must not stay in the address, to be bookmarked or sent on.
  history.replaceState(null, '', here());
  logOut();
  if (answer.has('error')) throw new Error(answer.get('error_description') ?? answer.get('error'));
  if (!state || answer.get('state') !== state) throw new Error('The login was not begun here; log in again.');
  const { token_endpoint: tokenEndpoint } = await endpoints(issuer);
  const response = await fetch(tokenEndpoint, {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'authorization_code',
      client_id: clientId,
      redirect_uri: here(),
      code: answer.get('code'),
      code_verifier: verifier,
    }),
  });
  const { access_token: accessToken, expires_in: seconds = 3600 } = await response.json();
  if (!response.ok || !accessToken) throw new Error(`The login answered ${response.status}; log in again.`);
  write({ accessToken, expiresAt: Date.now() + seconds * 1000 });
  return true;
}
