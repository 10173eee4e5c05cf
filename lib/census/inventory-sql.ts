import { literal } from './duckdb.ts';
import { columnId } from './inventory-manifest.ts';
import type { InventoryManifest } from './inventory-manifest.ts';

/** The columns of an inventory that a census reads, by `columnId`. */
export type InventoryColumns = ReadonlyMap<string, string>;

/** One data file as a table expression, with the columns it has. */
export type InventoryTable = { readonly from: string; readonly columns: InventoryColumns };

const WANTED = [
  'bucket',
  'key',
  'versionid',
  'islatest',
  'isdeletemarker',
  'size',
  'lastmodifieddate',
  'encryptionstatus',
  'bucketkeystatus',
] as const;

/** A CSV file: columns by position, all text, as S3 writes them. */
export function csvTable(path: string, { columns }: Pick<InventoryManifest, 'columns'>): InventoryTable {
  const names = columns.map((_, i) => `c${i}`);
  const types = names.map((name) => `'${name}': 'VARCHAR'`).join(', ');
  return {
    from: `read_csv(${literal(path)}, header = false, auto_detect = false, delim = ',', quote = '"', escape = '"', compression = 'gzip', columns = {${types}})`,
    columns: new Map(columns.map((column, i) => [columnId(column), names[i] ?? ''])),
  };
}

/** A Parquet file, whose columns are known once it was described. */
export const parquetSource = (path: string): string => `read_parquet(${literal(path)})`;

export function parquetTable(path: string, described: readonly string[]): InventoryTable {
  return {
    from: parquetSource(path),
    columns: new Map(described.map((name) => [columnId(name), `"${name.replaceAll('"', '""')}"`])),
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

/**
 * Counts a file by everything that decides how an object is judged, into a temporary table `groups`. Which prefixes
 * a key begins with is one text of zeros and ones: keys that agree in it are in the same data classes.
 */
export function countInto(table: string, question: Question): string {
  return `CREATE OR REPLACE TEMP TABLE ${table} AS SELECT row_number() OVER () AS id, false AS wanted, * FROM (SELECT ${factsOf(question)}, count(*) AS objects, coalesce(sum(${sizeOf(question.table)}), 0) AS bytes, ${question.prefixes.length > 0 ? `any_value(${keyOf(question)})` : 'NULL'} AS sample FROM ${question.table.from} GROUP BY ALL ORDER BY ALL)`;
}

/** At most one more than `limit` rows: id, the group columns, objects, bytes, a key. */
export const groupsQuery = (table: string, limit: number): string =>
  `SELECT id, ${GROUP_COLUMNS.join(', ')}, objects, bytes, sample FROM ${table} ORDER BY id LIMIT ${limit + 1}`;

/** The rows of the groups that were marked as wanted: group id, key, version, whether latest, size, time. */
export function wantedRowsQuery(table: string, question: Question): string {
  const same = GROUP_COLUMNS.map((column) => `r.${column} IS NOT DISTINCT FROM g.${column}`).join(' AND ');
  const { columns } = question.table;
  const version = columns.get('versionid');
  const time = columns.get('lastmodifieddate');
  const stamp =
    time === undefined ? 'NULL' : `strftime(TRY_CAST(${time} AS TIMESTAMP), '%Y-%m-%dT%H:%M:%S.%gZ')`;
  return `SELECT g.id, r.key, r.version, r.latest, r.size, r.time FROM (SELECT ${factsOf(question)}, coalesce(${keyOf(question)}, ${rawKey(question.table)}) AS key, ${version === undefined ? 'NULL' : `nullif(CAST(${version} AS VARCHAR), '')`} AS version, ${sizeOf(question.table)} AS size, ${stamp} AS time FROM ${question.table.from}) r JOIN ${table} g ON g.wanted AND ${same}`;
}

function factsOf(question: Question): string {
  const { table, manifest, prefixes, proven } = question;
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
  const text = (id: string): string => {
    const column = table.columns.get(id);
    return column === undefined ? 'NULL' : `nullif(CAST(${column} AS VARCHAR), '')`;
  };
  const truth = (id: string, otherwise: string): string => {
    const column = table.columns.get(id);
    return column === undefined ? otherwise : `coalesce(TRY_CAST(${column} AS BOOLEAN), ${otherwise})`;
  };
  const classes = prefixes.map(
    (prefix) => `CASE WHEN starts_with(${keyOf(question)}, ${literal(prefix)}) THEN '1' ELSE '0' END`,
  );
  return [
    `${checks.length > 0 ? `CASE ${checks.join(' ')} END` : 'NULL'} AS trouble`,
    `left(${text('encryptionstatus')}, 64) AS status`,
    `CASE upper(${text('bucketkeystatus')}) WHEN 'ENABLED' THEN true WHEN 'DISABLED' THEN false END AS bucket_key`,
    `${truth('islatest', 'true')} AS latest`,
    `${truth('isdeletemarker', 'false')} AS marker`,
    `${classes.length > 0 ? classes.join(' || ') : "''"} AS classes`,
  ].join(', ');
}

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

/** The columns that a census wants and a file does not have. */
export const missingColumns = (columns: InventoryColumns): readonly string[] =>
  WANTED.filter((id) => !columns.has(id));
