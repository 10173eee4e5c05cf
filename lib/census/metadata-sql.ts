import { anyText, isText, quotedName } from '../collectors/athena-text.ts';
import { MARKERS } from './classify.ts';
import { SUFFIX } from './instruction-files.ts';

/** A table of S3 Metadata as Athena names it. */
export type MetadataTable = {
  /** V2: every object version as it is now. V1: a journal of changes since it was configured. */
  readonly version: 'V1' | 'V2';
  /** `s3tablescatalog/<table bucket>`. */
  readonly catalog: string;
  readonly namespace: string;
  readonly name: string;
};

/** What is asked of one table. */
export type TableQuestion = {
  readonly table: MetadataTable;
  readonly bucket: string;
  /** Whether a key may have several versions, so that the current one has to be found out. */
  readonly versioned: boolean;
  /** Key prefixes that decide data classes. */
  readonly prefixes: readonly string[];
  /** Whether the instruction files beside objects are looked for, which reads the table once more. */
  readonly siblings: boolean;
};

/** What rows are grouped by, in the order of both queries. */
export const GROUP_COLUMNS = [
  'trouble',
  'status',
  'bucket_key',
  'key_arn',
  'marks',
  'sibling',
  'latest',
  'classes',
] as const;
export type GroupColumns = Readonly<Record<(typeof GROUP_COLUMNS)[number], string | null>>;

/** Stands for an empty status: results of Athena do not tell an empty text from none everywhere. */
const EMPTY = '(empty)';

/** A value of `trouble`: no trouble, but counted apart. */
export const MARKER = 'DELETE_MARKER';
/** `marks` of a row whose user metadata the table does not hold. */
export const UNTOLD = '?';

/**
 * Counts the table by everything that decides how an object is judged: one scan, two when instruction files are
 * looked for. Keys come as hexadecimal, since a result is a CSV file on its way to us. At most one row more than
 * `limit`.
 */
export function groupsQuery(question: TableQuestion, limit: number): string {
  const columns = GROUP_COLUMNS.join(', ');
  return `${factsOf(question)}
SELECT ${columns}, count(*) AS objects, coalesce(sum(size), 0) AS bytes, ${hex('min(key)')} AS sample,
  CAST(max(last_modified_date) AS VARCHAR) AS newest, count_if(latest AND overtaken) AS doubtful,
  count_if(instruction > 0) AS instructions
FROM facts
GROUP BY ${columns}
ORDER BY ${columns}
LIMIT ${limit + 1}`;
}

/** The rows of some groups, in the order in which S3 lists them. */
export const rowsQuery = (question: TableQuestion, groups: readonly GroupColumns[]): string =>
  `${factsOf(question)}
SELECT ${GROUP_COLUMNS.join(', ')}, ${hex('key')} AS object_key, version_id, size,
  CAST(last_modified_date AS VARCHAR) AS modified
FROM facts
WHERE ${groups.map(sameGroup).join('\n  OR ')}
ORDER BY key, sequence_number DESC`;

const sameGroup = (group: GroupColumns): string =>
  `(${GROUP_COLUMNS.map((name) => is(name, group[name])).join(' AND ')})`;

function is(name: keyof GroupColumns, value: string | null): string {
  if (value === null) return `${name} IS NULL`;
  if (name === 'sibling') return `${name} = ${Number(value)}`;
  if (name === 'latest' || name === 'bucket_key') return `${name} = ${value === 'true' ? 'true' : 'false'}`;
  return `${name} = ${anyText(value)}`;
}

const hex = (text: string): string => `to_hex(to_utf8(${text}))`;

/** Each object version with its meaning instead of its metadata: what metadata holds stays where it is. */
function factsOf({ table, bucket, versioned, prefixes, siblings }: TableQuestion): string {
  const trouble = `CASE WHEN coalesce(is_delete_marker, false) THEN '${MARKER}'
      WHEN bucket IS DISTINCT FROM ${anyText(bucket)} THEN 'OTHER_BUCKET'
      WHEN key IS NULL OR key = '' THEN 'NO_KEY' END`;
  const entries = `entries AS (
  SELECT key, sequence_number, version_id, size, last_modified_date, encryption_status, is_bucket_key_enabled,
    kms_key_arn, ${marksOf()} AS marks, ${trouble} AS trouble,
    ${versioned ? `sequence_number = ${newest('sequence_number')}` : 'true'} AS latest,
    ${versioned ? `last_modified_date < ${newest('last_modified_date')}` : 'false'} AS overtaken
  FROM ${sourceOf(table)}
)`;
  const instruction = `CASE WHEN trouble IS NOT NULL OR NOT ${isInstruction} THEN 0
    WHEN substr(marks, 1, 1) = '1' THEN CASE WHEN latest THEN 3 ELSE 1 END
    WHEN marks = '${UNTOLD}' OR encryption_status = 'SSE-C' THEN 2 ELSE 0 END`;
  const instructions = `instructions AS (
  SELECT substr(key, 1, length(key) - ${SUFFIX.length}) AS base, max(${instruction}) AS state
  FROM entries WHERE ${isInstruction} GROUP BY 1
)`;
  return `WITH ${siblings ? `${entries}, ${instructions}` : entries}, facts AS (
  SELECT entries.key AS key, sequence_number, version_id, size, last_modified_date, overtaken,
    trouble, CASE WHEN encryption_status = '' THEN '${EMPTY}' ELSE substr(encryption_status, 1, 64) END AS status,
    is_bucket_key_enabled AS bucket_key, substr(nullif(kms_key_arn, ''), 1, 2048) AS key_arn, marks,
    ${siblings ? 'coalesce(state, 0)' : '0'} AS sibling, latest,
    ${classesOf(prefixes)} AS classes, ${instruction} AS instruction
  FROM entries${siblings ? ' LEFT JOIN instructions ON instructions.base = entries.key' : ''}
)`;
}

const isInstruction = `substr(key, -${SUFFIX.length}) = '${SUFFIX}'`;

/** Without an order, so that nothing has to be sorted: keys of a bucket may be more than fit in memory. */
const newest = (column: string): string => `max(${column}) OVER (PARTITION BY key)`;

/**
 * The journal is folded to the last record of each version. A version that was deleted for good has a DELETE record
 * that does not say whether it was a delete marker (S3 user guide, journal tables schema).
 */
function sourceOf({ version, catalog, namespace, name }: MetadataTable): string {
  const table = [catalog, namespace, name].map(quotedName).join('.');
  if (version === 'V2') return table;
  return `(
    SELECT * FROM (
      SELECT *, row_number() OVER (PARTITION BY key, version_id ORDER BY sequence_number DESC) AS age FROM ${table}
    ) AS journal WHERE age = 1 AND (record_type <> 'DELETE' OR coalesce(is_delete_marker, false))
  ) AS journal`;
}

/**
 * One character for each marker: 0 where there is none, 1 where its value does not matter, a letter for a value that
 * is known, ! for any other. Tools put the names with and without the prefix they have as headers.
 */
function marksOf(): string {
  const marks = MARKERS.map(([name, values]) => {
    const value = `coalesce(element_at(user_metadata, '${name}'), element_at(user_metadata, 'x-amz-meta-${name}'))`;
    if (values.length === 0) return `CASE WHEN ${value} IS NULL THEN '0' ELSE '1' END`;
    const known = values.map((one, i) => `WHEN '${one}' THEN '${letter(i)}'`).join(' ');
    return `CASE WHEN ${value} IS NULL THEN '0' ELSE CASE ${value} ${known} ELSE '!' END END`;
  });
  return `CASE WHEN user_metadata IS NULL THEN '${UNTOLD}'
      WHEN cardinality(user_metadata) = 0 THEN '${'0'.repeat(MARKERS.length)}'
      ELSE ${marks.join('\n        || ')} END`;
}

const letter = (index: number): string => String.fromCharCode('a'.charCodeAt(0) + index);

/** Reads `marks` back: the value under a name of MARKERS, undefined where there was none. */
export function markerOf(marks: string): (name: string) => string | undefined {
  const found = new Map(
    MARKERS.flatMap(([name, values], i) => {
      const mark = marks[i] ?? '0';
      if (mark === '0') return [];
      return [[name, values[mark.charCodeAt(0) - 'a'.charCodeAt(0)] ?? '']];
    }),
  );
  return (name) => found.get(name);
}

/** One digit for each prefix, after a letter: whether the key begins with it. */
const classesOf = (prefixes: readonly string[]): string =>
  [
    "'c'",
    ...prefixes
      .filter(isText)
      .map((prefix) => `CASE WHEN starts_with(entries.key, ${anyText(prefix)}) THEN '1' ELSE '0' END`),
  ].join(' || ');
