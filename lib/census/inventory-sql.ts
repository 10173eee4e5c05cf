import { literal } from './duckdb.ts';
import { columnId } from './inventory-manifest.ts';
import type { InventoryManifest } from './inventory-manifest.ts';

/** The columns of an inventory that a census reads, by `columnId`. */
type InventoryColumns = ReadonlyMap<string, string>;

/** One data file as a table expression, with the columns it has. */
export type InventoryTable = {
  readonly from: string;
  readonly columns: InventoryColumns;
  /** Whether sizes need no conversion to be summed up. */
  readonly sizeIsNumber: boolean;
};

/** A CSV file: columns by position, all text, as S3 writes them. */
export function csvTable(path: string, { columns }: Pick<InventoryManifest, 'columns'>): InventoryTable {
  const names = columns.map((_, i) => `c${i}`);
  const types = names.map((name) => `'${name}': 'VARCHAR'`).join(', ');
  return {
    from: `read_csv(${literal(path)}, header = false, auto_detect = false, delim = ',', quote = '"', escape = '"', compression = 'gzip', columns = {${types}})`,
    columns: new Map(columns.map((column, i) => [columnId(column), names[i] ?? ''])),
    sizeIsNumber: false,
  };
}

/** A Parquet file, whose columns are known once it was described. */
export const parquetSource = (path: string): string => `read_parquet(${literal(path)})`;

/** @param described name and type of each column */
export function parquetTable(
  path: string,
  described: readonly (readonly [name: string, type: string])[],
): InventoryTable {
  return {
    from: parquetSource(path),
    columns: new Map(described.map(([name]) => [columnId(name), `"${name.replaceAll('"', '""')}"`])),
    sizeIsNumber: described.some(
      ([name, type]) => columnId(name) === 'size' && /^U?(BIG|INTEGER)/.test(type),
    ),
  };
}

/** What the statistics of a Parquet file prove, so that a column need not be read for every row. */
export type Proven = { readonly keysPresent: boolean; readonly oneBucket: boolean };

export const PROVEN_NOTHING: Proven = { keysPresent: false, oneBucket: false };

/** Statistics of the columns that rows are checked by: name, nulls, least, greatest; null where a file has none. */
export const statisticsQuery = (path: string): string =>
  `SELECT path_in_schema, count(*), count(stats_null_count), sum(stats_null_count), min(stats_min_value), max(stats_max_value), count(stats_min_value) FROM parquet_metadata(${literal(path)}) GROUP BY 1`;

/** What is asked of one data file. */
export type Question = {
  readonly table: InventoryTable;
  readonly manifest: Pick<InventoryManifest, 'sourceBucket' | 'format'>;
  /** Key prefixes that decide data classes. */
  readonly prefixes: readonly string[];
  readonly proven: Proven;
};

/** Names of group columns, in the order in which `groupsQuery` returns them after the id. */
const GROUP_COLUMNS = ['trouble', 'status', 'bucket_key', 'latest', 'marker', 'classes'] as const;

/** Column of the file, and the name under which its meaning is grouped. */
const RAW_COLUMNS = [
  ['encryptionstatus', 'status'],
  ['bucketkeystatus', 'bucket_key'],
  ['islatest', 'latest'],
  ['isdeletemarker', 'marker'],
] as const;

const MEANING: Readonly<Record<(typeof RAW_COLUMNS)[number][1], (column: string) => string>> = {
  status: (column) => `left(nullif(CAST(${column} AS VARCHAR), ''), 64)`,
  bucket_key: (column) =>
    `CASE upper(CAST(${column} AS VARCHAR)) WHEN 'ENABLED' THEN true WHEN 'DISABLED' THEN false END`,
  latest: (column) => `coalesce(TRY_CAST(${column} AS BOOLEAN), true)`,
  marker: (column) => `coalesce(TRY_CAST(${column} AS BOOLEAN), false)`,
};

/**
 * Counts a file by everything that decides how an object is judged, into a temporary table `groups`. Which prefixes
 * a key begins with is one text of zeros and ones: keys that agree in it are in the same data classes.
 */
export function countInto(table: string, question: Question): string {
  const { columns, sizeIsNumber } = question.table;
  const raw = RAW_COLUMNS.map(([id, name]) => `${columns.get(id) ?? 'NULL'} AS ${name}`);
  const bytes = sizeIsNumber ? (columns.get('size') ?? 'NULL') : sizeOf(question.table);
  const sample = question.prefixes.length > 0 ? `any_value(${keyOf(question)})` : 'NULL';
  // Grouped by the columns as they are first: what they mean is then worked out for a handful of rows.
  const asTheyAre = `SELECT ${troubleOf(question)} AS trouble, ${raw.join(', ')}, ${classesOf(question)} AS classes, count(*) AS objects, coalesce(sum(${bytes}), 0) AS bytes, ${sample} AS sample FROM ${question.table.from} GROUP BY ALL`;
  const meaning = `SELECT trouble, ${RAW_COLUMNS.map(([, name]) => `${MEANING[name](name)} AS ${name}`).join(', ')}, classes, sum(objects) AS objects, sum(bytes) AS bytes, any_value(sample) AS sample FROM (${asTheyAre}) GROUP BY ALL ORDER BY ALL`;
  return `CREATE OR REPLACE TEMP TABLE ${table} AS SELECT row_number() OVER () AS id, false AS wanted, * FROM (${meaning})`;
}

/** At most one more than `limit` rows: id, the group columns, objects, bytes, a key. */
export const groupsQuery = (table: string, limit: number): string =>
  `SELECT id, ${GROUP_COLUMNS.join(', ')}, objects, bytes, sample FROM ${table} ORDER BY id LIMIT ${limit + 1}`;

/** The rows of the groups that were marked as wanted: group id, key, version, whether latest, size, time. */
export function wantedRowsQuery(table: string, question: Question): string {
  const same = GROUP_COLUMNS.map((column) => `r.${column} IS NOT DISTINCT FROM g.${column}`).join(' AND ');
  return `SELECT g.id, r.key, r.version, r.latest, r.size, r.time FROM (${allRowsQuery(question)}) r JOIN ${table} g ON g.wanted AND ${same}`;
}

/** Every row: the group columns, then key, version, size, time. */
export function allRowsQuery(question: Question): string {
  const { columns } = question.table;
  const version = columns.get('versionid');
  const time = columns.get('lastmodifieddate');
  const stamp =
    time === undefined ? 'NULL' : `strftime(TRY_CAST(${time} AS TIMESTAMP), '%Y-%m-%dT%H:%M:%S.%gZ')`;
  return `SELECT ${factsOf(question)}, coalesce(${keyOf(question)}, ${rawKey(question.table)}) AS key, ${version === undefined ? 'NULL' : `nullif(CAST(${version} AS VARCHAR), '')`} AS version, ${sizeOf(question.table)} AS size, ${stamp} AS time FROM ${question.table.from}`;
}

const factsOf = (question: Question): string =>
  [
    `${troubleOf(question)} AS trouble`,
    ...RAW_COLUMNS.map(
      ([id, name]) => `${MEANING[name](question.table.columns.get(id) ?? 'NULL')} AS ${name}`,
    ),
    `${classesOf(question)} AS classes`,
  ].join(', ');

/** What keeps a row from being understood, null when nothing does. */
function troubleOf({ table, manifest, proven }: Question): string {
  const key = rawKey(table);
  const bucket = table.columns.get('bucket');
  const checks = [
    ...(bucket !== undefined && !proven.oneBucket
      ? [
          `WHEN CAST(${bucket} AS VARCHAR) IS DISTINCT FROM ${literal(manifest.sourceBucket)} THEN 'OTHER_BUCKET'`,
        ]
      : []),
    ...(proven.keysPresent ? [] : [`WHEN ${key} IS NULL OR ${key} = '' THEN 'NO_KEY'`]),
    ...(manifest.format === 'CSV'
      ? [
          `WHEN contains(${key}, '%') AND (regexp_matches(${key}, '%([^0-9A-Fa-f]|.[^0-9A-Fa-f]|.?$)') OR TRY(url_decode(${key})) IS NULL) THEN 'MALFORMED_KEY'`,
        ]
      : []),
  ];
  return checks.length > 0 ? `CASE ${checks.join(' ')} END` : 'CAST(NULL AS VARCHAR)';
}

/** One digit for each prefix: whether the key begins with it. */
const classesOf = (question: Question): string =>
  question.prefixes.length === 0
    ? "''"
    : question.prefixes
        .map(
          (prefix) => `CASE WHEN starts_with(${keyOf(question)}, ${literal(prefix)}) THEN '1' ELSE '0' END`,
        )
        .join(' || ');

const rawKey = (table: InventoryTable): string => `CAST(${table.columns.get('key') ?? 'NULL'} AS VARCHAR)`;

/** CSV keys are URL-encoded; those of Parquet are not. Null where the encoding is broken. */
function keyOf({ table, manifest }: Question): string {
  const key = rawKey(table);
  if (manifest.format === 'Parquet') return key;
  return `CASE WHEN contains(${key}, '%') THEN TRY(url_decode(replace(${key}, '+', '%20'))) WHEN contains(${key}, '+') THEN replace(${key}, '+', ' ') ELSE ${key} END`;
}

const sizeOf = (table: InventoryTable): string => {
  const size = table.columns.get('size');
  return size === undefined ? 'CAST(NULL AS UBIGINT)' : `TRY_CAST(${size} AS UBIGINT)`;
};
