import { runAthena } from '../collectors/athena.ts';
import type { AthenaPlace, AthenaRow } from '../collectors/athena.ts';
import type { ListedUpload, ListedVersion } from '../collectors/object-listing.ts';
import type { Census, CensusOrigin } from '../model/census.ts';
import { AuditError } from '../model/errors.ts';
import type { CensusPart, PartSink } from './census-part.ts';
import { WHOLE } from './key-order.ts';
import { mergeCensuses } from './merge.ts';
import { columnsOf, groupKey, instantOf, readGroup, textOf } from './metadata-groups.ts';
import type { MetadataGroup } from './metadata-groups.ts';
import { notesOn } from './metadata-notes.ts';
import { groupsQuery, rowsQuery } from './metadata-sql.ts';
import type { MetadataTable, TableQuestion } from './metadata-sql.ts';
import { createTally, toRecord } from './tally.ts';
import type { Tally } from './tally.ts';
import { countUploads } from './uploads.ts';
import { rememberWanted, withSpent } from './wanted.ts';
import type { ObjectHooks, RecordObject } from './wanted.ts';

/** What a census from S3 Metadata needs. */
export type MetadataCensusInput = ObjectHooks & {
  readonly bucket: string;
  readonly table: MetadataTable;
  /** False only where the bucket was never versioned: every row is then a current object. */
  readonly versioned: boolean;
  readonly place: AthenaPlace;
  /** Every key prefix that `classesOf` looks for. */
  readonly prefixes: readonly string[];
  readonly parts: PartSink;
  /** Parts that an earlier run finished: the table is then not asked again. */
  readonly done?: readonly CensusPart[];
  /** Unfinished uploads of the bucket, which no table holds. */
  readonly uploads: AsyncIterable<readonly ListedUpload[]>;
  readonly clock: () => Date;
  readonly onProgress?: (objects: number) => void;
  readonly signal?: AbortSignal;
};

/** What Athena did for a census: it bills by bytes. */
export type AthenaSpent = { readonly queries: number; readonly athenaBytes: number };

/** Rows of a bucket fall into a handful of groups; a table with more than this is not counted by groups. */
const MAX_GROUPS = 20_000;
/** Athena takes statements of 262,144 bytes; conditions on groups stop short of that. */
const MAX_STATEMENT = { bytes: 262_144, conditions: 100_000 } as const;

/**
 * Counts a bucket from its S3 Metadata table through Athena, without a request to any object: one statement counts,
 * others read the rows that must be recorded one by one. Throws AuditError: FAILED or ACCESS_DENIED when Athena does
 * not answer, INTERRUPTED on abort.
 */
export async function metadataCensus(
  input: MetadataCensusInput,
): Promise<{ readonly census: Census; readonly spent: AthenaSpent }> {
  const spent = { queries: 0, athenaBytes: 0 };
  const file = tableId(input.table);
  const saved = (input.done ?? []).find((part) => part.file === file);
  const part = saved ?? (await countTable(input, file, spent));
  const uploads = await countUploads(input.bucket, 'metadata', input.uploads, input.classesOf);
  const census = mergeCensuses([part.census, uploads], input.bucket, 'metadata');
  const { origin } = part.census;
  return { census: origin === undefined ? census : { ...census, origin }, spent };
}

/** The table as a person names it. */
export const tableId = ({ catalog, namespace, name }: MetadataTable): string =>
  `${catalog}/${namespace}/${name}`;

type Asked = { readonly question: TableQuestion; readonly groups: readonly MetadataGroup[] };

async function countTable(
  input: MetadataCensusInput,
  file: string,
  spent: { queries: number; athenaBytes: number },
): Promise<CensusPart> {
  const asOf = input.clock().toISOString();
  const writer = await input.parts.open();
  try {
    const ask = async (sql: string): Promise<AsyncIterable<readonly AthenaRow[]>> => {
      spent.queries += 1;
      const { pages, scannedBytes } = await runAthena(input.place, sized(sql));
      spent.athenaBytes += scannedBytes ?? 0;
      return pages;
    };
    const { question, groups } = await countGroups(input, ask);
    const tally = createTally(input.bucket, 'metadata');
    const wanted = await addGroups(input, groups, tally);
    input.onProgress?.(tally.population());
    const recorded = await recordRows(input, { question, groups: wanted }, ask, writer.record);
    const census = tally.finish({
      incompleteReason: input.table.version === 'V2' ? null : JOURNAL_ONLY,
      uploadsIncompleteReason: null,
    });
    const origin: CensusOrigin = {
      asOf,
      location: file,
      notes: notesOn(input.table, groups, { asOf, ...spent, wanted: sum(wanted, 'objects'), recorded }),
    };
    const part: CensusPart = { range: WHOLE, file, census: withSpent({ ...census, origin }, input.spent) };
    await writer.close(part);
    return part;
  } catch (error) {
    await writer.abandon();
    throw error;
  }
}

const JOURNAL_ONLY =
  'NOT_READ: a journal of S3 Metadata holds what changed since it was configured; objects from before are not in it';

type Ask = (sql: string) => Promise<AsyncIterable<readonly AthenaRow[]>>;

/** Instruction files are rare, and looking for them reads the table twice: only where there are any. */
async function countGroups(input: MetadataCensusInput, ask: Ask): Promise<Asked> {
  const { table, bucket, versioned, prefixes } = input;
  const once = async (siblings: boolean): Promise<Asked> => {
    const question: TableQuestion = { table, bucket, versioned, prefixes, siblings };
    const groups: MetadataGroup[] = [];
    for await (const rows of await ask(groupsQuery(question, MAX_GROUPS)))
      groups.push(...rows.map((row) => readGroup(row, input)));
    if (groups.length > MAX_GROUPS)
      throw new AuditError('FAILED', `The table has more than ${MAX_GROUPS} kinds of objects.`);
    return { question, groups };
  };
  const alone = await once(false);
  return sum(alone.groups, 'instructions') > 0 ? once(true) : alone;
}

/** Counts the groups; those whose objects must be recorded one by one. */
async function addGroups(
  input: MetadataCensusInput,
  groups: readonly MetadataGroup[],
  tally: Tally,
): Promise<readonly MetadataGroup[]> {
  const mustRecord = rememberWanted(input.mustRecord);
  const wanted: MetadataGroup[] = [];
  for (const group of groups) {
    if (group.kind === 'marker') tally.addDeleteMarkers(group.objects);
    else if (group.kind === 'trouble') {
      tally.addUnreadableObjects(group, group.dataClasses, group.reason);
      wanted.push(group);
    } else {
      tally.addObjects(group, group.dataClasses, group.encryption);
      if (await mustRecord(group.dataClasses, group.encryption)) wanted.push(group);
    }
  }
  return wanted;
}

/** Reads and records the rows of these groups; how many there were. */
async function recordRows(
  { bucket, versioned, signal }: MetadataCensusInput,
  { question, groups }: Asked,
  ask: Ask,
  record: RecordObject,
): Promise<number> {
  const byKey = new Map(groups.map((group) => [groupKey(group.columns), group]));
  let recorded = 0;
  for (const some of inStatements(groups)) {
    const pages = await ask(
      rowsQuery(
        question,
        some.map(({ columns }) => columns),
      ),
    );
    for await (const rows of pages) {
      if (signal?.aborted) throw new AuditError('INTERRUPTED', 'The census was interrupted.');
      for (const row of rows) {
        const group = byKey.get(groupKey(columnsOf(row)));
        if (!group || group.kind === 'marker') continue;
        const entry = entryOf(row, group.isLatest, versioned);
        const outcome =
          group.kind === 'trouble'
            ? { encryption: null, unreadable: group.reason }
            : { encryption: group.encryption, unreadable: null };
        await record(toRecord(bucket, entry, group.dataClasses, outcome));
        recorded += 1;
      }
    }
  }
  return recorded;
}

function entryOf(row: AthenaRow, isLatest: boolean, versioned: boolean): ListedVersion {
  const version = row['version_id'] ?? '';
  return {
    key: textOf(row['object_key'] ?? ''),
    // A version from before versioning has no id in the table, and is called null in a listing.
    versionId: version === '' || version === 'null' ? (versioned ? 'null' : null) : version,
    isLatest,
    size: Number(row['size'] ?? 0),
    lastModified: instantOf(row['modified'] ?? null),
    deleteMarker: false,
  };
}

/** Groups in portions whose conditions fit into one statement. */
function* inStatements(groups: readonly MetadataGroup[]): Generator<readonly MetadataGroup[]> {
  let some: MetadataGroup[] = [];
  let bytes = 0;
  for (const group of groups) {
    // A quote is doubled, and a control character takes about ten times its room.
    const more = Buffer.byteLength(groupKey(group.columns)) * 2 + 400;
    if (some.length > 0 && bytes + more > MAX_STATEMENT.conditions) {
      yield some;
      [some, bytes] = [[], 0];
    }
    some.push(group);
    bytes += more;
  }
  if (some.length > 0) yield some;
}

function sized(sql: string): string {
  const bytes = Buffer.byteLength(sql);
  if (bytes <= MAX_STATEMENT.bytes) return sql;
  throw new AuditError(
    'FAILED',
    `The key prefixes of the rule packs make a statement of ${bytes} bytes; Athena takes ${MAX_STATEMENT.bytes}.`,
  );
}

const sum = (groups: readonly MetadataGroup[], of: 'objects' | 'instructions'): number =>
  groups.reduce((total, group) => total + group[of], 0);
