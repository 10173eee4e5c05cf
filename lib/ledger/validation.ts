import { groupBy } from '../model/group-by.ts';
import type { TrailLogStore } from '../collectors/trails-log-store.ts';
import type { LedgerGap, LedgerWindow, LogValidation } from '../model/ledger.ts';
import { checkDigests, fileName } from './digest-chain.ts';
import type { Span } from './digest-chain.ts';
import type { LogLayout } from './log-layout.ts';
import type { LogFile } from './log-listing.ts';
import { parseLogName } from './log-paths.ts';
import { keysFor, placeFits, readDigests } from './read-digests.ts';
import type { PublicKeySource } from './read-digests.ts';

/** Compares log files with what the digests say, as they are read. */
export type LogValidator = {
  /** `sha256` of the inflated bytes, hex; null when the file is there and could not be read. */
  readonly note: (file: LogFile, sha256: string | null) => void;
  /** What could not be listed is not known to be gone. */
  readonly noteUnlisted: (path: string) => void;
  /** @param days whose folders were read */
  readonly finish: (days: readonly string[]) => {
    readonly validation: LogValidation;
    readonly gaps: readonly LedgerGap[];
  };
};

/** Digests come hourly and a little late: only what they leave out beyond this is told. */
const DIGEST_LAG_MS = 2 * 3_600_000;

/** A log file delivered in the last hour before a digest may be in the next one. */
const HOUR_MS = 3_600_000;

/** Reads and checks the digests of the window. A digest that cannot be read is a gap, not an error. */
export async function createValidator(
  store: TrailLogStore,
  layout: LogLayout,
  window: LedgerWindow,
  publicKeys: PublicKeySource,
): Promise<LogValidator> {
  const gaps: LedgerGap[] = [];
  const digests = await readDigests(store, layout, window, gaps);
  const keys = await keysFor(digests, window, publicKeys);
  const found = checkDigests(digests, keys, (digest) => placeFits(store, digest));
  gaps.push(...found.gaps);
  if (digests.length === 0) {
    const message = 'there are no digests, so nothing proves that the log files are as CloudTrail wrote them';
    gaps.push({ kind: 'UNVALIDATED', loses: 'detail', where: store.location, count: 1, message });
  }
  gaps.push(...uncovered(found.spans, window));
  const seen = new Set<string>();
  const unlisted: string[] = [];
  let proven = 0;
  let beyond = 0;
  return {
    note: (file, sha256) => {
      const name = fileName(file.path);
      seen.add(name);
      if (sha256 === null) return;
      const stated = found.logs.get(name)?.sha256;
      if (stated === sha256) proven += 1;
      else if (stated !== undefined) {
        gaps.push(broken('LOG_CHANGED', file.path, 'the log file is not the one that CloudTrail delivered'));
      } else if (isCovered(file, found.spans)) {
        gaps.push(
          broken('LOG_ADDED', file.path, 'no digest knows this log file: CloudTrail did not deliver it'),
        );
      } else beyond += 1;
    },
    noteUnlisted: (path) => {
      unlisted.push(path.slice(Math.max(0, path.indexOf('AWSLogs/'))));
    },
    finish: (days) => {
      const read = new Set(days);
      for (const [name, { key }] of found.logs) {
        const day = parseLogName(name)?.time.slice(0, 10);
        const listed = day !== undefined && read.has(day) && !unlisted.some((path) => key.includes(path));
        if (listed && !seen.has(name)) {
          gaps.push(broken('LOG_REMOVED', name, 'a digest lists this log file, and it is gone'));
        }
      }
      if (beyond > 0 && digests.length > 0) {
        const message = 'log files lie outside the time that the digests cover';
        gaps.push({ kind: 'UNVALIDATED', loses: 'detail', where: store.location, count: beyond, message });
      }
      const isBroken = gaps.some(({ loses }) => loses === 'integrity');
      const isProven =
        digests.length > 0 && found.signed === digests.length && beyond === 0 && gaps.length === 0;
      return {
        validation: {
          status: isBroken ? 'broken' : isProven ? 'intact' : 'unproven',
          digests: digests.length,
          signed: found.signed,
          logFiles: proven,
          from: found.from,
          to: found.to,
        },
        gaps,
      };
    },
  };
}

/** Where digests begin after the window does, or end before it does: files removed from there would not be missed. */
function uncovered(spans: readonly Span[], { from, to }: LedgerWindow): readonly LedgerGap[] {
  const byRegion = groupBy(spans, ({ accountId, region }) => `account ${accountId} in ${region}`);
  return [...byRegion].flatMap(([where, own]) => {
    const begin = own.map((span) => span.from).sort()[0] ?? from;
    const end =
      own
        .map((span) => span.to)
        .sort()
        .at(-1) ?? to;
    const isLate = begin > from;
    const isShort = Date.parse(end) + DIGEST_LAG_MS < Date.parse(to);
    if (!isLate && !isShort) return [];
    const message = `digests cover only ${begin} to ${end} of the window`;
    return [{ kind: 'UNVALIDATED', loses: 'detail', where, count: 1, message }];
  });
}

function isCovered({ path, accountId, region }: LogFile, spans: readonly Span[]): boolean {
  const time = parseLogName(path)?.time;
  if (time === undefined) return spans.some((span) => span.accountId === accountId && span.region === region);
  return spans.some(
    (span) =>
      span.accountId === accountId &&
      span.region === region &&
      time >= span.from &&
      Date.parse(time) <= Date.parse(span.to) - HOUR_MS,
  );
}

const broken = (kind: LedgerGap['kind'], where: string, message: string): LedgerGap => ({
  kind,
  loses: 'integrity',
  where,
  count: 1,
  message,
});
