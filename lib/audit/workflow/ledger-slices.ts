import { z } from 'zod';
import type { LogLayout } from '../../ledger/log-layout.ts';
import { daysToRead } from '../../ledger/log-listing.ts';
import type { LedgerAsked } from '../ledger-stage.ts';

const logRegion = z.strictObject({
  accountId: z.string(),
  region: z.string(),
  logs: z.string(),
  digests: z.string().nullable(),
});

/**
 * What one Lambda reads at a time: a Region of event history, whose two requests a second allow no more than one
 * reader; or the log files of a day in some of a trail's folders; or, where the folders are not CloudTrail's own, all.
 */
export const ledgerSlice = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('history'), name: z.string().regex(/^\d+$/), region: z.string() }),
  z.strictObject({
    kind: z.literal('logs'),
    name: z.string().regex(/^\d+$/),
    days: z.array(z.iso.date()).min(1),
    folders: z.array(logRegion).nullable(),
  }),
]);
export type LedgerSlice = z.output<typeof ledgerSlice>;
export type LogSlice = Extract<LedgerSlice, { readonly kind: 'logs' }>;

/** The ledger of a run as it was cut at its beginning; in the order in which it is put together again. */
export type SlicePlan = LedgerAsked & {
  /** How the trail's files lie; undefined for event history. */
  readonly layout?: LogLayout;
  readonly slices: readonly LedgerSlice[];
};

/** Folders that one Lambda reads a day of: most hold a few files, if any. */
const FOLDERS = 16;

/** Cuts a ledger: by Region, or by day and folders. */
export function cutLedger(asked: LedgerAsked, layout: LogLayout | undefined): SlicePlan {
  if (layout === undefined) {
    const slices = asked.places.map(
      ({ region }, i) => ({ kind: 'history', name: nameOf(i), region }) as const,
    );
    return { ...asked, slices };
  }
  const days = daysToRead(asked.window);
  const cut =
    layout === null
      ? [{ days: [...days], folders: null }]
      : days.flatMap((day) => chunks(layout, FOLDERS).map((folders) => ({ days: [day], folders })));
  const slices = cut.map((one, i) => ({ kind: 'logs', name: nameOf(i), ...one }) as const);
  return { ...asked, layout, slices };
}

const nameOf = (i: number): string => String(i).padStart(6, '0');

function chunks<T>(items: readonly T[], size: number): T[][] {
  const made: T[][] = [];
  for (let at = 0; at < items.length; at += size) made.push(items.slice(at, at + size));
  return made;
}
