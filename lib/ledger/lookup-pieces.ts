import type { DecryptLedger } from '../model/ledger.ts';

/** Pieces of the ledger that are done: what an interrupted reading need not ask for again. */
export type PieceStore = {
  readonly list: (region: string) => Promise<readonly DecryptLedger[]>;
  readonly save: (region: string, piece: DecryptLedger) => Promise<void>;
};

/** Keeps nothing. */
export const noPieces: PieceStore = { list: () => Promise.resolve([]), save: () => Promise.resolve() };

/** Pieces that follow each other back from `to`: two readings at once may leave some that overlap. */
export function chained(saved: readonly DecryptLedger[], to: string): readonly DecryptLedger[] {
  const chain: DecryptLedger[] = [];
  for (let end = to; ;) {
    const [next] = saved
      .filter(({ window }) => window.to === end && window.from < end)
      .sort((a, b) => (a.window.from < b.window.from ? -1 : 1));
    if (!next) return chain;
    chain.push(next);
    end = next.window.from;
  }
}
