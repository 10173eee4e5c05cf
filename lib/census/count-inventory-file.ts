import { basename } from 'node:path';
import { rm } from 'node:fs/promises';
import type { InventoryLocation } from '../collectors/inventory-files.ts';
import type { ListedVersion } from '../collectors/object-listing.ts';
import { AuditError } from '../model/errors.ts';
import type { ClientSideEncryption, ObjectEncryption } from '../model/object-encryption.ts';
import { describeReason } from '../model/observed.ts';
import { read } from './count-shard.ts';
import type { CensusPart, PartSink, Read } from './count-shard.ts';
import type { Session } from './duckdb.ts';
import type { HeadReader } from './head-outcome.ts';
import { mayHaveSibling, settle, SUFFIX } from './instruction-files.ts';
import type { Sibling } from './instruction-files.ts';
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
import type { InventoryTable, Proven, Question } from './inventory-sql.ts';
import { WHOLE } from './key-order.ts';
import { createTally, toRecord } from './tally.ts';
import type { Tally } from './tally.ts';
import type { ObjectHooks, Wanted } from './wanted.ts';

/** How objects are asked for what an inventory does not tell: the key id and the marks of client-side encryption. */
export type HeadTopUp = {
  /** Whether some requirement on these classes cannot be judged from what the inventory told. */
  readonly needed: (dataClasses: readonly string[], encryption: ObjectEncryption) => boolean;
  readonly readHead: HeadReader;
  /** Whether some requirement on these classes asks for client-side encryption. */
  readonly siblingsMatter: (dataClasses: readonly string[]) => boolean;
  /** What there is of an instruction file; asked only of objects without marks of their own. */
  readonly lookUp: (instructionKey: string) => Promise<Sibling>;
  /** Objects asked ahead of the one that is settled. */
  readonly window: number;
};

/** What every file of one inventory shares. */
export type FileCount = {
  readonly bucket: string;
  readonly manifest: InventoryManifest;
  readonly location: InventoryLocation;
  readonly session: Session;
  readonly prefixes: readonly string[];
  readonly classesOf: ObjectHooks['classesOf'];
  readonly mustRecord: Wanted;
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
  try {
    let problem = await obtain(file, path, count);
    if (problem === null) {
      try {
        await countRows(path, count, tally, writer.record);
      } catch (error) {
        if (error instanceof AuditError) throw error;
        problem = `MALFORMED: the inventory file ${file.key} cannot be read as ${count.manifest.format}`;
      }
    }
    // What was counted before a file broke is not kept: its rows cannot be told from the missing ones.
    const census = (problem === null ? tally : createTally(count.bucket, 'inventory')).finish({
      incompleteReason: problem,
      uploadsIncompleteReason: null,
    });
    const part: CensusPart = { range: WHOLE, file: fileId(file), census };
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
async function obtain(file: InventoryFile, path: string, { location }: FileCount): Promise<string | null> {
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

async function countRows(
  path: string,
  count: FileCount,
  tally: Tally,
  record: (record: ReturnType<typeof toRecord>) => Promise<void>,
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
      await settleRow.add(entry, group);
    }
  }
  await settleRow.flush();
  await session.run(`DROP TABLE ${table}`);
}

async function questionFor(path: string, { session, manifest, prefixes }: FileCount): Promise<Question> {
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

type Amount = {
  readonly id: number;
  readonly objects: number;
  readonly bytes: number;
  readonly noncurrent: number;
};
type Group = Amount &
  (
    | { readonly kind: 'marker' }
    | { readonly kind: 'trouble'; readonly dataClasses: readonly string[]; readonly reason: string }
    | {
        readonly kind: 'seal';
        readonly dataClasses: readonly string[];
        readonly encryption: ObjectEncryption;
        readonly ask?: boolean;
      }
  );

function readGroup(row: readonly unknown[], count: FileCount, table: InventoryTable): Group {
  const [id, trouble, status, bucketKey, latest, marker, , objects, bytes, sample] = row;
  const amount = {
    id: Number(id),
    objects: Number(objects),
    bytes: Math.max(0, Number(bytes)),
    noncurrent: latest === true ? 0 : Number(objects),
  };
  if (marker === true) return { ...amount, kind: 'marker' };
  const troubled = (reason: string, dataClasses: readonly string[]): Group => ({
    ...amount,
    kind: 'trouble',
    dataClasses,
    reason,
  });
  // A key that cannot be read may belong to any class that goes by key.
  if (typeof trouble === 'string') return troubled(trouble, anyClass(count));
  const dataClasses = count.classesOf(typeof sample === 'string' ? sample : '');
  if (!table.columns.has('encryptionstatus')) return troubled('NO_ENCRYPTION_STATUS', dataClasses);
  const encryption = sealOf(status, typeof bucketKey === 'boolean' ? bucketKey : null);
  if (encryption === null) {
    return troubled(
      typeof status === 'string' ? `UNKNOWN_ENCRYPTION_STATUS(${printable(status)})` : 'NO_ENCRYPTION_STATUS',
      dataClasses,
    );
  }
  return { ...amount, kind: 'seal', dataClasses, encryption };
}

const printable = (text: string): string => text.slice(0, 40).replace(/\p{C}/gu, '\uFFFD');

const anyClass = ({ prefixes, classesOf }: FileCount): readonly string[] =>
  [...new Set(['', ...prefixes].flatMap((prefix) => classesOf(prefix)))].sort();

const UNTOLD: ClientSideEncryption = {
  kind: 'undetermined',
  detail: 'S3 Inventory does not report metadata',
};

const NOT_LOOKED_UP: ClientSideEncryption = {
  kind: 'undetermined',
  detail: 'it has no marks of its own, and no instruction file was looked for',
};

/** The values of EncryptionStatus (FACTS §3); null for any other. */
function sealOf(status: unknown, bucketKey: boolean | null): ObjectEncryption | null {
  switch (status) {
    case 'SSE-S3':
      return { serverSide: { type: 'SSE-S3' }, clientSide: UNTOLD };
    case 'SSE-KMS':
      return { serverSide: { type: 'SSE-KMS', keyArn: null, bucketKey }, clientSide: UNTOLD };
    case 'DSSE-KMS':
      return { serverSide: { type: 'DSSE-KMS', keyArn: null }, clientSide: UNTOLD };
    case 'SSE-C':
      return { serverSide: { type: 'SSE-C' }, clientSide: UNTOLD };
    case 'NOT-SSE':
      return { serverSide: { type: 'NONE' }, clientSide: UNTOLD };
    default:
      return null;
  }
}

type WantedGroup = Exclude<Group, { readonly kind: 'marker' }>;
type RowSettler = {
  readonly add: (entry: ListedVersion, group: WantedGroup) => Promise<void>;
  readonly flush: () => Promise<void>;
};

/** Records rows as they are, or first asks the object itself, many at a time and in order. */
function rowSettler(
  { bucket, topUp, topUps, mustRecord }: FileCount,
  tally: Tally,
  record: (record: ReturnType<typeof toRecord>) => Promise<void>,
): RowSettler {
  type Asked = { readonly read: Promise<Read | AuditError>; readonly group: WantedGroup & { kind: 'seal' } };
  const window: Asked[] = [];
  const settleOldest = async (ask: HeadTopUp): Promise<void> => {
    const oldest = window.shift();
    if (!oldest) return;
    const answer = await oldest.read;
    if (answer instanceof AuditError) throw answer;
    const { dataClasses, encryption: listed } = oldest.group;
    const { entry, outcome } = answer;
    topUps.asked += 1;
    if (outcome.kind === 'vanished') {
      tally.addExcluded(entry, 'VANISHED');
      return;
    }
    if (outcome.kind === 'unreadable') {
      tally.addUnreadable(entry, dataClasses, outcome.code);
      await record(toRecord(bucket, entry, dataClasses, { encryption: null, unreadable: outcome.code }));
      return;
    }
    let found = outcome.encryption;
    if (mayHaveSibling(found) && !ask.siblingsMatter(dataClasses)) {
      found = { serverSide: found.serverSide, clientSide: NOT_LOOKED_UP };
    } else if (mayHaveSibling(found)) {
      const settled = settle({ entry, encryption: found }, await ask.lookUp(`${entry.key}${SUFFIX}`));
      found = settled.encryption ?? found;
    }
    if (found.serverSide.type !== listed.serverSide.type) topUps.changed += 1;
    tally.addObject(entry, dataClasses, found);
    if (await mustRecord(dataClasses, found))
      await record(toRecord(bucket, entry, dataClasses, { encryption: found, unreadable: null }));
  };
  return {
    add: async (entry, group) => {
      if (group.kind === 'trouble') {
        await record(
          toRecord(bucket, entry, group.dataClasses, { encryption: null, unreadable: group.reason }),
        );
      } else if (group.ask && topUp) {
        window.push({ read: read(topUp.readHead, entry), group });
        if (window.length >= topUp.window) await settleOldest(topUp);
      } else {
        const { dataClasses, encryption } = group;
        await record(toRecord(bucket, entry, dataClasses, { encryption, unreadable: null }));
      }
    },
    flush: async () => {
      while (topUp && window.length > 0) await settleOldest(topUp);
    },
  };
}
