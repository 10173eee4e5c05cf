import { basename } from 'node:path';
import { rm } from 'node:fs/promises';
import type { InventoryLocation } from '../collectors/inventory-files.ts';
import type { ListedVersion } from '../collectors/object-listing.ts';
import { NOT_SAMPLED } from '../model/census.ts';
import { AuditError } from '../model/errors.ts';
import { describeReason } from '../model/observed.ts';
import type { Candidate, CensusPart, PartSink } from './census-part.ts';
import type { Session } from './duckdb.ts';
import { readGroup } from './inventory-groups.ts';
import type { Group } from './inventory-groups.ts';
import type { InventoryFile, InventoryManifest } from './inventory-manifest.ts';
import {
  countInto,
  csvTable,
  groupsQuery,
  parquetSource,
  parquetTable,
  PROVEN_NOTHING,
  statisticsQuery,
  wantedRowsQuery,
} from './inventory-sql.ts';
import type { Proven, Question } from './inventory-sql.ts';
import { rowSettler } from './inventory-rows.ts';
import type { HeadTopUp } from './inventory-rows.ts';
import { WHOLE } from './key-order.ts';
import { createSampler } from './sample.ts';
import { createTally } from './tally.ts';
import type { Tally } from './tally.ts';
import { withSpent } from './wanted.ts';
import type { ObjectHooks, RecordObject, Wanted } from './wanted.ts';

/** What every file of one inventory shares. */
export type FileCount = {
  readonly bucket: string;
  readonly manifest: InventoryManifest;
  readonly location: InventoryLocation;
  readonly session: Session;
  readonly prefixes: readonly string[];
  readonly classesOf: ObjectHooks['classesOf'];
  readonly mustRecord: Wanted;
  readonly spent?: ObjectHooks['spent'];
  readonly topUp: HeadTopUp | null;
  /** Counted up: objects asked, and those whose seal was no longer as listed. */
  readonly topUps: { asked: number; changed: number };
  readonly parts: PartSink;
  readonly signal?: AbortSignal;
};

/** Rows of a file fall into a handful of groups; a file with more than this is no inventory. */
const MAX_GROUPS = 20_000;

/** The same in a later run only when the file is the same, byte for byte. */
export const fileId = ({ key, md5 }: InventoryFile): string => `${md5} ${key}`;

/** Counts one data file. Whatever is wrong with the file is in the part; only AuditErrors about the run are thrown. */
export async function countInventoryFile(
  file: InventoryFile,
  path: string,
  count: FileCount,
): Promise<CensusPart> {
  const tally = createTally(count.bucket, 'inventory');
  const writer = await count.parts.open();
  const sample = count.topUp?.sample ?? null;
  const sampler = sample && createSampler<Candidate>(sample.size, sample.seed);
  try {
    let problem = await obtain(file, path, count);
    if (problem === null) {
      try {
        await countRows(path, count, tally, { record: writer.record, offer: sampler?.offer ?? null });
      } catch (error) {
        if (error instanceof AuditError) throw error;
        problem = `MALFORMED: the inventory file ${file.key} cannot be read as ${count.manifest.format}`;
      }
    }
    // What was counted before a file broke is not kept: its rows cannot be told from the missing ones.
    const counted = (problem === null ? tally : createTally(count.bucket, 'inventory')).finish({
      incompleteReason: problem,
      uploadsIncompleteReason: null,
    });
    const census = withSpent(counted, count.spent);
    const part: CensusPart = {
      range: WHOLE,
      file: fileId(file),
      ...(sampler && problem === null && { candidates: sampler.drawn() }),
      census,
    };
    if (problem === null) await writer.close(part);
    else await writer.abandon();
    return part;
  } catch (error) {
    await writer.abandon();
    throw error;
  } finally {
    await rm(path, { force: true });
  }
}

/** Fetches and checks a file; the reason when it cannot be used. */
export async function obtain(
  file: InventoryFile,
  path: string,
  { location }: Pick<FileCount, 'location'>,
): Promise<string | null> {
  const fetched = await location.fetch(file.key, path);
  if (fetched.state === 'absent') return `NOT_FOUND: the inventory file ${file.key} is missing`;
  if (fetched.state === 'unknown') return `${describeReason(fetched.reason)} (inventory file ${file.key})`;
  const found = fetched.value;
  if (found.bytes !== file.bytes)
    return `MALFORMED: the inventory file ${file.key} has ${found.bytes} bytes where the manifest says ${file.bytes}`;
  if (found.md5 !== file.md5)
    return `MALFORMED: the inventory file ${file.key} does not have the MD5 of the manifest`;
  return null;
}

/** What becomes of single rows: recorded, or offered to the sample, when not all are asked. */
type RowSinks = { readonly record: RecordObject; readonly offer: ((row: Candidate) => void) | null };

async function countRows(
  path: string,
  count: FileCount,
  tally: Tally,
  { record, offer }: RowSinks,
): Promise<void> {
  const { session } = count;
  const question = await questionFor(path, count);
  const table = `groups_${basename(path).replace(/\D/g, '')}`;
  await session.run(countInto(table, question));
  const rows = await session.rows(groupsQuery(table, MAX_GROUPS));
  if (rows.length > MAX_GROUPS) throw new Error('too many groups');
  const groups = new Map<number, Group>();
  for (const row of rows) {
    const group = readGroup(row, count, question.table);
    if (group.kind === 'marker') tally.addDeleteMarkers(group.objects);
    else if (group.kind === 'trouble') {
      tally.addUnreadableObjects(group, group.dataClasses, group.reason);
      groups.set(group.id, group);
    } else if (count.topUp?.needed(group.dataClasses, group.encryption)) {
      groups.set(group.id, { ...group, ask: true });
      if (offer) tally.addUnreadableObjects(group, group.dataClasses, NOT_SAMPLED);
    } else {
      tally.addObjects(group, group.dataClasses, group.encryption);
      if (await count.mustRecord(group.dataClasses, group.encryption)) groups.set(group.id, group);
    }
  }
  if (groups.size === 0) return;
  await session.run(`UPDATE ${table} SET wanted = true WHERE id IN (${[...groups.keys()].join(', ')})`);
  const settleRow = rowSettler(count, tally, record);
  for await (const chunk of session.stream(wantedRowsQuery(table, question))) {
    if (count.signal?.aborted) throw new AuditError('INTERRUPTED', 'The census was interrupted.');
    for (const [id, key, version, latest, size, time] of chunk) {
      const group = groups.get(Number(id));
      if (!group || group.kind === 'marker') continue;
      const entry: ListedVersion = {
        key: typeof key === 'string' ? key : '',
        versionId: typeof version === 'string' ? version : null,
        isLatest: latest === true,
        size: Number(size ?? 0),
        lastModified: typeof time === 'string' ? time : null,
        deleteMarker: false,
      };
      if (offer && group.kind === 'seal' && group.ask)
        offer({ ...entry, dataClasses: group.dataClasses, listed: group.encryption });
      else await settleRow.add(entry, group);
    }
  }
  await settleRow.flush();
  await session.run(`DROP TABLE ${table}`);
}

/** How a file that was fetched is asked: by its own columns and what its statistics prove. */
export async function questionFor(
  path: string,
  { session, manifest, prefixes }: Pick<FileCount, 'session' | 'manifest' | 'prefixes'>,
): Promise<Question> {
  if (manifest.format === 'CSV')
    return { table: csvTable(path, manifest), manifest, prefixes, proven: PROVEN_NOTHING };
  const described = await session.rows(`DESCRIBE SELECT * FROM ${parquetSource(path)}`);
  const table = parquetTable(
    path,
    described.map(([name, type]) => [String(name), String(type)]),
  );
  if (!table.columns.has('key')) throw new Error('no column key');
  return { table, manifest, prefixes, proven: await provenBy(path, session, manifest.sourceBucket) };
}

/** The statistics that a Parquet file carries spare reading the two columns that would prove nothing else. */
async function provenBy(path: string, session: Session, bucket: string): Promise<Proven> {
  const statistics = new Map(
    (await session.rows(statisticsQuery(path))).map(([name, ...rest]) => [String(name), rest]),
  );
  const without = (name: string): boolean => {
    const [chunks, counted, nulls] = statistics.get(name) ?? [];
    return chunks !== undefined && chunks === counted && Number(nulls) === 0;
  };
  const [chunks, , , least, greatest, bounded] = statistics.get('bucket') ?? [];
  return {
    keysPresent: without('key') && statistics.get('key')?.[3] !== '',
    oneBucket: without('bucket') && chunks === bounded && least === bucket && greatest === bucket,
  };
}
