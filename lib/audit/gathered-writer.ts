import type { RunFileWriter } from './run-store.ts';

/** A writer for stores whose files appear whole by nature: the pieces are gathered, and `put` gets all of them. */
export function gatheredWriter(put: (bytes: Uint8Array) => Promise<void>): RunFileWriter {
  const pieces: Buffer[] = [];
  return {
    write: (bytes) => {
      pieces.push(Buffer.from(bytes));
      return Promise.resolve();
    },
    close: async () => put(Buffer.concat(pieces)),
    abandon: () => {
      pieces.length = 0;
      return Promise.resolve();
    },
  };
}
