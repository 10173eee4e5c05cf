import type { LookupPage } from '../collectors/trails-lookup.ts';
import { attribute } from './attribute.ts';
import type { Attribution } from './attribute.ts';

/** The event history of one account, newest first, page by page. */
export type History = { readonly accountId: string; readonly pages: AsyncGenerator<LookupPage> };

export type HistoryStep = { readonly accountId: string } & (
  | { readonly kind: 'page' }
  | { readonly kind: 'event'; readonly attribution: Attribution }
  /** Nothing more comes of this account. */
  | { readonly kind: 'failed'; readonly error: unknown }
);

type Source = {
  readonly accountId: string;
  readonly pages: History['pages'];
  /** The page after those at hand is asked for already, so that accounts do not wait for each other. */
  ahead: Promise<IteratorResult<LookupPage>> | null;
  events: Attribution[];
};

/**
 * The events of several histories as one, newest first, so that both records of a call between two accounts come
 * within the same second. A history that breaks off says so, and the others go on.
 */
export async function* newestFirst(histories: readonly History[]): AsyncGenerator<HistoryStep> {
  let open = histories.map(({ accountId, pages }): Source => ({
    accountId,
    pages,
    ahead: ask(pages),
    events: [],
  }));
  while (open.length > 0) {
    for (const source of open) {
      const { accountId } = source;
      while (source.events.length === 0 && source.ahead !== null) {
        try {
          const answer = await source.ahead;
          if (answer.done === true) {
            source.ahead = null;
            continue;
          }
          source.events = answer.value.map((text) => attribute(parse(text)));
          source.ahead = ask(source.pages);
          yield { accountId, kind: 'page' };
        } catch (error) {
          source.ahead = null;
          yield { accountId, kind: 'failed', error };
        }
      }
    }
    open = open.filter(({ events }) => events.length > 0);
    const newest = open.reduce<Source | null>(
      (best, one) => (best === null || timeOf(one) > timeOf(best) ? one : best),
      null,
    );
    const attribution = newest?.events.shift();
    if (newest && attribution) yield { accountId: newest.accountId, kind: 'event', attribution };
  }
}

function ask(pages: History['pages']): Promise<IteratorResult<LookupPage>> {
  const asked = pages.next();
  // Whoever awaits it is told; until then a failure is nobody's.
  asked.catch(() => undefined);
  return asked;
}

/** What has no time comes at once. */
function timeOf({ events }: Source): string {
  const [first] = events;
  return first?.kind === 'decrypt' ? first.event.time : '~';
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
