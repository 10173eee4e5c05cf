import type {
  DecryptLedger,
  LedgerGap,
  LedgerWindow,
  LogValidation,
  ScannedRegion,
} from '../lib/model/ledger.ts';
import { newcomers, rollUp } from './ledger-rollup.ts';
import type { LedgerRow, Newcomer } from './ledger-rollup.ts';

/** The `--json` shape of `sealcheck ledger`: `events = Σ count + denied + failed` over the entries. */
export type LedgerJson = {
  readonly source: DecryptLedger['source'];
  readonly location: string;
  readonly window: LedgerWindow;
  readonly events: number;
  readonly fromS3: number;
  readonly copies: number;
  readonly outside: number;
  readonly entries: readonly LedgerRow[];
  readonly gaps: readonly LedgerGap[];
  readonly validation: LogValidation | null;
  readonly scanned: readonly ScannedRegion[];
  /** Null when there is no earlier ledger to compare with. */
  readonly newcomers: readonly Newcomer[] | null;
};

/** A ledger as machines read it, days summed up. */
export function ledgerJson(ledger: DecryptLedger, before: DecryptLedger | null): LedgerJson {
  const { source, location, window, events, fromS3, copies, outside, gaps, validation, scanned } = ledger;
  return {
    source,
    location,
    window,
    events,
    fromS3,
    copies,
    outside,
    entries: rollUp(ledger.entries),
    gaps,
    validation,
    scanned,
    newcomers: before === null ? null : newcomers(ledger, before),
  };
}
