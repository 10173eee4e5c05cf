import { literal } from './duckdb.ts';

/** Columns of a file of versions, in order; texts are hexadecimal. */
const COLUMNS = {
  key: 'VARCHAR',
  version: 'VARCHAR',
  latest: 'UTINYINT',
  size: 'UBIGINT',
  modified: 'BIGINT',
  type: 'VARCHAR',
  arn: 'VARCHAR',
  bucket_key: 'UTINYINT',
  unreadable: 'VARCHAR',
} as const;

/** Loads a file of versions; one that is listed twice is numbered, so that it is counted twice and joined once. */
export function loadInto(table: 'older' | 'newer', path: string): string {
  const columns = Object.entries(COLUMNS).map(([name, type]) => `'${name}': '${type}'`);
  return `CREATE TEMP TABLE ${table} AS SELECT * REPLACE (coalesce(version, '') AS version) FROM read_csv(${literal(path)}, header = false, auto_detect = false, delim = ',', quote = '', escape = '', columns = {${columns.join(', ')}})`;
}

const hexOf = (text: string): string => literal(Buffer.from(text).toString('hex'));

/**
 * Joins both into the table `verdicts`: one row for each version in either, with where it is and why it differs.
 * @param asOf of the older source, ISO 8601: what was modified later is new
 */
export function differencesInto(of: {
  readonly asOf: string;
  readonly olderCurrentOnly: boolean;
  readonly newerCurrentOnly: boolean;
}): string {
  const asOf = Math.floor(Date.parse(of.asOf) / 1000);
  // Where one lists current versions alone it tells no ids: current ones are then known by their keys.
  const byKey = of.olderCurrentOnly || of.newerCurrentOnly;
  const version = byKey ? `CASE WHEN latest = 1 THEN '' ELSE version END` : 'version';
  const side = (table: string): string =>
    `SELECT *, ${version} AS id, row_number() OVER (PARTITION BY key, ${version} ORDER BY version, modified, size, type, arn) AS nth FROM ${table}`;
  const updatable = `o.type IN (${hexOf('SSE-S3')}, ${hexOf('SSE-KMS')}) AND n.type = ${hexOf('SSE-KMS')}`;
  const differs = (column: string): string => `o.${column} <> n.${column}`;
  const finer = (column: string): string => `(o.${column} IS NULL) <> (n.${column} IS NULL)`;
  const what = `CASE
    WHEN o.key IS NULL THEN CASE WHEN ${of.olderCurrentOnly} AND n.latest = 0 THEN 'NOT_COVERED' WHEN n.modified >= ${asOf} THEN 'NEW' ELSE 'UNEXPLAINED' END
    WHEN n.key IS NULL THEN CASE WHEN ${of.newerCurrentOnly} AND o.latest = 0 THEN 'NOT_COVERED' ELSE 'DELETED' END
    WHEN o.modified <> n.modified OR o.size <> n.size THEN CASE WHEN n.modified >= ${asOf} THEN 'REWRITTEN' ELSE 'UNEXPLAINED' END
    WHEN o.type IS NULL OR n.type IS NULL THEN 'NOT_ASSESSABLE'
    WHEN o.type <> n.type THEN CASE WHEN ${updatable} THEN 'RESEALED' ELSE 'UNEXPLAINED' END
    WHEN ${differs('arn')} OR ${differs('bucket_key')} THEN CASE WHEN ${updatable} THEN 'RESEALED' ELSE 'UNEXPLAINED' END
    WHEN ${finer('arn')} OR ${finer('bucket_key')} THEN 'FINER'
    ELSE 'SAME' END`;
  const where = `CASE WHEN o.key IS NULL THEN 'newer' WHEN n.key IS NULL THEN 'older' ELSE 'both' END`;
  const told = (row: string): string =>
    `CASE WHEN ${row}.key IS NOT NULL THEN coalesce(${row}.type, ${row}.unreadable) || coalesce('20' || ${row}.arn, '') END`;
  return `CREATE TEMP TABLE verdicts AS SELECT ${where} AS place, ${what} AS what, coalesce(o.key, n.key) AS key, nullif(coalesce(n.version, o.version), '') AS version, ${told('o')} AS before, ${told('n')} AS after FROM (${side('older')}) o FULL OUTER JOIN (${side('newer')}) n ON o.key = n.key AND o.id = n.id AND o.nth = n.nth`;
}

export const tallyQuery = 'SELECT place, what, count(*) FROM verdicts GROUP BY ALL ORDER BY ALL';

/** Some of each kind in key order, those that nothing explains among them. */
export const exampleQuery = (most: number): string =>
  `SELECT what, key, version, before, after FROM verdicts WHERE what <> 'SAME' QUALIFY row_number() OVER (PARTITION BY what ORDER BY key, version) <= ${most} ORDER BY what, key, version`;
