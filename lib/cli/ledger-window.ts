import type { TrailLogStore } from '../collectors/trails-log-store.ts';
import { findLayout } from '../ledger/log-layout.ts';
import { daysAvailable } from '../ledger/log-listing.ts';
import { dayAfter } from '../ledger/reads.ts';
import { AuditError } from '../model/errors.ts';
import type { LedgerWindow } from '../model/ledger.ts';
import type { RunConfiguration } from '../model/run.ts';
import { wholeSecond } from '../model/whole-second.ts';

/** A day (`2026-08-01`) or an instant (`2026-08-01T09:00:00Z`), UTC; null when not given. Throws AuditError USAGE. */
export function parseInstant(option: string, text: string | undefined): string | null {
  if (text === undefined) return null;
  const full = /^\d{4}-\d\d-\d\d$/.test(text) ? `${text}T00:00:00Z` : text;
  const time = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?Z$/.test(full) ? Date.parse(full) : NaN;
  // Date.parse takes 31 February for a day in March.
  if (Number.isNaN(time) || !new Date(time).toISOString().startsWith(full.slice(0, 10))) {
    throw new AuditError(
      'USAGE',
      `${option} takes a day or an instant in UTC, such as 2026-08-01 or 2026-08-01T09:00:00Z, not ${text}.`,
    );
  }
  return wholeSecond(new Date(time));
}

/** Where decrypts are read from, as the plan keeps it. */
export function decryptOptions({
  trail,
  since,
  baseline,
}: {
  readonly trail?: string;
  readonly since?: string;
  readonly baseline?: string;
}): Pick<RunConfiguration, 'trail' | 'since' | 'baseline'> {
  const from = parseInstant('--since', since);
  return {
    ...(trail === undefined ? {} : { trail }),
    ...(from === null ? {} : { since: from }),
    ...(baseline === undefined ? {} : { baseline }),
  };
}

/**
 * The window of a trail's log files: as asked, else from the first day there is, to now for a bucket, which a trail
 * still fills, and to the last day there is for a folder. Throws AuditError USAGE or NOT_FOUND.
 */
export async function trailWindow(
  store: TrailLogStore,
  { since, until }: { readonly since?: string; readonly until?: string },
  now: Date,
): Promise<LedgerWindow> {
  const [from, to] = [parseInstant('--since', since), parseInstant('--until', until)];
  const today = wholeSecond(now);
  const days = from !== null && to !== null ? null : await available(store);
  if (days === null && (from === null || to === null)) {
    throw new AuditError('NOT_FOUND', `There are no CloudTrail log files at ${store.location}.`);
  }
  const lastOfFolder = days && store.bucket === null ? `${dayAfter(days.last)}T00:00:00Z` : today;
  const window = {
    from: from ?? `${days?.first ?? ''}T00:00:00Z`,
    to: to ?? (lastOfFolder < today ? lastOfFolder : today),
  };
  if (window.from >= window.to) {
    throw new AuditError(
      'USAGE',
      `The time from ${window.from} to ${window.to} is empty: --since must be before --until.`,
    );
  }
  return window;
}

async function available(store: TrailLogStore): Promise<Awaited<ReturnType<typeof daysAvailable>>> {
  try {
    return await daysAvailable(store, await findLayout(store));
  } catch (error) {
    if (error instanceof AuditError) throw error;
    throw new AuditError('NOT_FOUND', `${store.location} cannot be listed: ${(error as Error).message}.`, {
      cause: error,
    });
  }
}
