import { createHash } from 'node:crypto';

/** One page, and the token of the next one; null after the last. */
export type Page<T> = { readonly items: readonly T[]; readonly next: string | null };

/**
 * Cuts a list into pages. A token is good only for the request it came from: `scope` holds the parameters that
 * must stay the same. Returns null for a token that was not made here or belongs to another request.
 */
export function pageOf<T>(
  all: readonly T[],
  limit: number,
  token: string | undefined,
  scope: readonly unknown[],
): Page<T> | null {
  const seal = createHash('sha256').update(JSON.stringify(scope)).digest('base64url').slice(0, 12);
  const start = token === undefined ? 0 : startOf(token, seal);
  if (start === null || start > all.length) return null;
  const end = start + limit;
  return {
    items: all.slice(start, end),
    next: end < all.length ? Buffer.from(`${end}.${seal}`).toString('base64') : null,
  };
}

function startOf(token: string, seal: string): number | null {
  const [, offset, tokenSeal] =
    /^(\d{1,9})\.(.+)$/.exec(Buffer.from(token, 'base64').toString('latin1')) ?? [];
  return offset === undefined || tokenSeal !== seal ? null : Number(offset);
}
