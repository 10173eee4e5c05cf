import type { LedgerGap, LedgerWindow, ScannedRegion } from '../model/ledger.ts';
import { lastDay } from './log-listing.ts';
import { daysBetween } from './log-paths.ts';

/** Days of the window on which an account delivered nothing at all: quiet or lost, nobody knows. */
export function missingDays(
  window: LedgerWindow,
  scanned: readonly ScannedRegion[],
  present: ReadonlySet<string>,
): readonly LedgerGap[] {
  const days = daysBetween(window.from, `${lastDay(window.to)}T00:00:00Z`);
  const accounts = [...new Set(scanned.map(({ accountId }) => accountId))];
  if (accounts.length === 0) {
    return [
      noLogs(
        'any account',
        days.length,
        `there is no log file from ${days[0] ?? ''} to ${days.at(-1) ?? ''}`,
      ),
    ];
  }
  return accounts.flatMap((account) => {
    const missing = days.filter((day) => !present.has(`${account} ${day}`));
    if (missing.length === 0) return [];
    const some = missing.slice(0, 5).join(', ') + (missing.length > 5 ? ', …' : '');
    return [noLogs(`account ${account}`, missing.length, `no log file was delivered on ${some}`)];
  });
}

const noLogs = (where: string, count: number, message: string): LedgerGap => ({
  kind: 'NO_LOGS',
  loses: 'events',
  where,
  count,
  message,
});
