import { createWriteStream } from 'node:fs';
import type { WriteStream } from 'node:fs';
import { once } from 'node:events';
import { finished } from 'node:stream/promises';
import { join } from 'node:path';
import { AuditError } from '../model/errors.ts';
import type { ServerSideEncryption } from '../model/object-encryption.ts';
import type { Session } from './duckdb.ts';
import { differencesInto, exampleQuery, loadInto, tallyQuery } from './reconcile-sql.ts';
import type {
  Difference,
  DifferenceCounts,
  DifferenceExample,
  ReconciledSource,
  Reconciliation,
} from '../model/reconciliation.ts';
import type { SealedVersion, VersionSource } from './versions.ts';

/** How many differences of each kind are shown one by one. */
const EXAMPLES = 10;

/**
 * Reads both sources to their ends and explains every difference. Memory does not grow with the bucket: versions go to
 * files in `scratch`, and the engine joins them, spilling there what does not fit.
 */
export async function reconcile(
  bucket: string,
  pair: readonly [VersionSource, VersionSource],
  { session, scratch }: { readonly session: Session; readonly scratch: string },
): Promise<Reconciliation> {
  const [older, newer] = pair[0].asOf <= pair[1].asOf ? pair : ([pair[1], pair[0]] as const);
  const told = [
    await gather(older, join(scratch, 'older.csv')),
    await gather(newer, join(scratch, 'newer.csv')),
  ] as const;
  await session.run(loadInto('older', join(scratch, 'older.csv')));
  await session.run(loadInto('newer', join(scratch, 'newer.csv')));
  await session.run(
    differencesInto({
      asOf: older.asOf,
      olderCurrentOnly: older.currentOnly(),
      newerCurrentOnly: newer.currentOnly(),
    }),
  );
  const counts = { both: {}, older: {}, newer: {} } as Record<'both' | 'older' | 'newer', Mutable>;
  let same = 0;
  for (const [where, what, count] of await session.rows(tallyQuery)) {
    if (what === 'SAME') same = Number(count);
    else counts[where as keyof typeof counts][what as Difference] = Number(count);
  }
  const examples: Partial<Record<Difference, DifferenceExample[]>> = {};
  for (const [what, key, version, before, after] of await session.rows(exampleQuery(EXAMPLES)))
    (examples[what as Difference] ??= []).push({
      key: text(key) ?? '',
      versionId: text(version),
      told: [text(before), text(after)],
    });
  const source = (of: VersionSource, i: 0 | 1, onlyIn: DifferenceCounts): ReconciledSource => ({
    name: of.name,
    location: of.location,
    asOf: of.asOf,
    ...told[i],
    onlyIn,
  });
  return {
    bucket,
    sources: [source(older, 0, counts.older), source(newer, 1, counts.newer)],
    same,
    differing: counts.both,
    examples,
  };
}

type Mutable = Partial<Record<Difference, number>>;

/** Writes a source to a file: one line a version, its text in hexadecimal, so that no key can break a line. */
async function gather(
  source: VersionSource,
  path: string,
): Promise<{ readonly versions: number; readonly incompleteReason: string | null }> {
  const file = createWriteStream(path, { flags: 'wx' });
  let versions = 0;
  try {
    const incompleteReason = await source.read(async (rows) => {
      versions += rows.length;
      await write(file, rows.map(lineOf).join(''));
    });
    file.end();
    await finished(file);
    return { versions, incompleteReason };
  } catch (error) {
    file.destroy();
    if (error instanceof AuditError) throw error;
    const { code } = error as NodeJS.ErrnoException;
    if (code === undefined) throw error;
    throw new AuditError('OUTPUT_UNWRITABLE', `Versions cannot be kept at ${path}: ${code}.`, {
      cause: error,
    });
  }
}

async function write(file: WriteStream, lines: string): Promise<void> {
  if (file.errored) throw file.errored;
  if (lines !== '' && !file.write(lines)) await once(file, 'drain');
}

const hex = (value: string | null): string => (value === null ? '' : Buffer.from(value).toString('hex'));
const text = (value: unknown): string | null =>
  typeof value === 'string' ? Buffer.from(value, 'hex').toString() : null;

/** The order of `COLUMNS` in reconcile-sql.ts. */
function lineOf({ key, versionId, isLatest, size, lastModified, seal, unreadable }: SealedVersion): string {
  // Of a bucket that is not versioned one source says `null`, and another nothing.
  const version = versionId === 'null' ? null : versionId;
  const seconds = lastModified === null ? NaN : Math.floor(Date.parse(lastModified) / 1000);
  const [keyArn, bucketKey] = keyOf(seal);
  return `${[
    hex(key),
    hex(version),
    isLatest ? 1 : 0,
    size,
    Number.isNaN(seconds) ? '' : seconds,
    seal === null ? '' : hex(seal.type === 'OTHER' ? `OTHER ${seal.header}` : seal.type),
    hex(keyArn),
    bucketKey === null ? '' : Number(bucketKey),
    hex(unreadable),
  ].join(',')}\n`;
}

function keyOf(seal: ServerSideEncryption | null): readonly [string | null, boolean | null] {
  if (seal?.type === 'SSE-KMS') return [seal.keyArn, seal.bucketKey];
  return [seal?.type === 'DSSE-KMS' ? seal.keyArn : null, null];
}
