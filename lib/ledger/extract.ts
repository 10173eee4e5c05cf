import { attribute } from './attribute.ts';
import type { DecryptEvent } from './attribute.ts';
import { jsonBytes } from './json-bytes.ts';
import { asObject } from './json.ts';
import { readEventOf } from './read-event.ts';
import type { ReadEvent } from './read-event.ts';
import { scanRecords } from './scan-records.ts';

/** What one log file holds for the ledger. */
export type Extract = {
  readonly decrypts: readonly DecryptEvent[];
  readonly reads: readonly ReadEvent[];
  /** Decrypt records that cannot be placed: id and reason. */
  readonly bad: readonly { readonly id: string | null; readonly reason: string }[];
  /** Records of every kind. */
  readonly records: number;
  /** Null when the file is a whole log; otherwise what is wrong with it. What was found before that still counts. */
  readonly defect: 'not-a-log' | 'cut-short' | null;
};

/**
 * The Decrypt calls and object reads of a log file's bytes. Only the records that matter are parsed. A file written in
 * another way than CloudTrail writes is parsed whole, and gives the same.
 */
export function extract(bytes: Uint8Array): Extract {
  const json = jsonBytes(bytes);
  const kept: unknown[] = [];
  let unparsed = 0;
  const { whole, records } = scanRecords(json, (_kind, start, end) => {
    try {
      kept.push(JSON.parse(json.bytes.toString('utf8', start, end)));
    } catch {
      unparsed += 1;
    }
  });
  if (whole && unparsed === 0) return sort(kept, records, null);
  const parsed = parseWhole(bytes);
  if (parsed) return sort(parsed, parsed.length, null);
  return sort(kept, records, records > 0 ? 'cut-short' : 'not-a-log');
}

/** As `extract`, by parsing everything: slower, and what it is measured and tested against. */
export function extractByParsing(bytes: Uint8Array): Extract {
  const parsed = parseWhole(bytes);
  return parsed ? sort(parsed, parsed.length, null) : sort([], 0, 'not-a-log');
}

function parseWhole(bytes: Uint8Array): readonly unknown[] | null {
  try {
    const records = asObject(JSON.parse(new TextDecoder().decode(bytes)))?.['Records'];
    return Array.isArray(records) ? records : null;
  } catch {
    return null;
  }
}

function sort(found: readonly unknown[], records: number, defect: Extract['defect']): Extract {
  const decrypts: DecryptEvent[] = [];
  const reads: ReadEvent[] = [];
  const bad: { id: string | null; reason: string }[] = [];
  for (const record of found) {
    const attribution = attribute(record);
    if (attribution.kind === 'decrypt') decrypts.push(attribution.event);
    else if (attribution.kind === 'bad') bad.push({ id: attribution.id, reason: attribution.reason });
    else {
      const read = readEventOf(record);
      if (read) reads.push(read);
    }
  }
  return { decrypts, reads, bad, records, defect };
}
