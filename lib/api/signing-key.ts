import type { KeyObject } from 'node:crypto';
import { fingerprintOf, schemeOf } from '../seal/keys.ts';
import { ApiError, json } from './http.ts';
import type { ApiResponse } from './http.ts';

/** GET /signing-key: the public half of what runs are signed with; 404 where runs are not signed. */
export async function getSigningKey({
  signingKey,
}: {
  readonly signingKey: () => Promise<KeyObject | null>;
}): Promise<ApiResponse> {
  const key = await signingKey();
  if (key === null) throw new ApiError(404, 'Runs are not signed here: no signing key is deployed.');
  return json(200, {
    scheme: schemeOf(key),
    fingerprint: fingerprintOf(key),
    pem: key.export({ type: 'spki', format: 'pem' }),
  });
}
