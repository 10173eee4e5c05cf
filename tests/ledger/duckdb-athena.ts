import { DuckDBInstance } from '@duckdb/node-api';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AthenaPlace } from '../../lib/collectors/trails-athena.ts';

/** A record and the partition it was delivered to. */
export type Partitioned = {
  readonly account: string;
  readonly region: string;
  readonly day: string;
  readonly record: Record<string, unknown>;
};

/** Athena's functions that DuckDB spells in another way; everything else of the queries both speak. */
const DIALECT = `
  CREATE MACRO json_format(x) AS CAST(x AS VARCHAR);
  CREATE MACRO json_extract_scalar(x, path) AS json_extract_string(x, path);
  CREATE MACRO regexp_like(x, pattern) AS regexp_matches(x, pattern);
  CREATE MACRO main.element_at(x, i) AS list_extract(x, i);
`;

const COLUMNS = `{
  useridentity: 'STRUCT("type" VARCHAR, arn VARCHAR, accountid VARCHAR, invokedby VARCHAR, sessioncontext STRUCT(sessionissuer STRUCT(arn VARCHAR)))',
  eventtime: 'VARCHAR', eventsource: 'VARCHAR', eventname: 'VARCHAR', sourceipaddress: 'VARCHAR', errorcode: 'VARCHAR',
  requestparameters: 'VARCHAR', eventid: 'VARCHAR', sharedeventid: 'VARCHAR', resources: 'STRUCT(arn VARCHAR)[]',
  account: 'VARCHAR', region: 'VARCHAR', "day": 'VARCHAR'
}`;

/**
 * Athena's API over DuckDB: statements really run, on the records as Athena's SerDe gives them. Results come in pages
 * of `pageRows`, the first with the header that Athena puts there.
 */
export async function duckdbAthena(records: readonly Partitioned[], pageRows = 3) {
  const folder = await mkdtemp(join(tmpdir(), 'sealcheck-athena-'));
  const file = join(folder, 'records.json');
  await writeFile(file, records.map((one) => JSON.stringify(serdeRow(one))).join('\n'));
  const connection = await (await DuckDBInstance.create(':memory:')).connect();
  await connection.run(DIALECT);
  const statements: string[] = [];
  const results = new Map<string, { columns: string[]; rows: (string | null)[][] }>();
  const handlers: Record<string, (input: never) => unknown> = {
    StartQueryExecutionCommand: ({ QueryString: sql }: { QueryString: string }) => {
      statements.push(sql);
      return { QueryExecutionId: String(statements.length - 1) };
    },
    GetQueryExecutionCommand: async ({ QueryExecutionId: id }: { QueryExecutionId: string }) => {
      const sql = statements[Number(id)]!;
      if (sql.startsWith('CREATE EXTERNAL TABLE')) {
        const [, database, table] = /IF NOT EXISTS `(\w+)`\.`(\w+)`/.exec(sql)!;
        await connection.run(`CREATE SCHEMA IF NOT EXISTS "${database!}"`);
        await connection.run(
          `CREATE TABLE "${database!}"."${table!}" AS SELECT * FROM read_json('${file}', columns = ${COLUMNS}, format = 'newline_delimited')`,
        );
        results.set(id, { columns: [], rows: [] });
      } else {
        const answer = await connection.runAndReadAll(sql);
        const rows = answer
          .getRowsJson()
          .map((row) => row.map((cell) => (cell === null ? null : String(cell as unknown))));
        results.set(id, { columns: answer.columnNames(), rows: [answer.columnNames(), ...rows] });
      }
      return { QueryExecution: { Status: { State: 'SUCCEEDED' } } };
    },
    GetQueryResultsCommand: ({
      QueryExecutionId: id,
      NextToken,
    }: {
      QueryExecutionId: string;
      NextToken?: string;
    }) => {
      const { columns, rows } = results.get(id)!;
      const from = Number(NextToken ?? 0);
      return {
        ResultSet: {
          Rows: rows
            .slice(from, from + pageRows)
            .map((cells) => ({ Data: cells.map((cell) => (cell === null ? {} : { VarCharValue: cell })) })),
          ResultSetMetadata: { ColumnInfo: columns.map((Name) => ({ Name })) },
        },
        ...(from + pageRows < rows.length ? { NextToken: String(from + pageRows) } : {}),
      };
    },
  };
  const client = {
    send: async (command: { constructor: { name: string }; input: never }) => {
      await Promise.resolve();
      return handlers[command.constructor.name]!(command.input);
    },
  } as unknown as AthenaPlace['client'];
  const place: AthenaPlace = {
    client,
    database: 'audit',
    output: 's3://results/',
    workgroup: null,
    sleep: () => Promise.resolve(),
  };
  return {
    place,
    statements,
    close: async () => {
      connection.closeSync();
      await rm(folder, { recursive: true });
    },
  };
}

/** Lower-case names, and the free-form parts as text, as CloudTrailInputFormat hands them over. */
function serdeRow({ account, region, day, record }: Partitioned): Record<string, unknown> {
  const identity = record['userIdentity'] as Record<string, unknown> | null | undefined;
  const issuer = (identity?.['sessionContext'] as { sessionIssuer?: { arn?: string } } | undefined)
    ?.sessionIssuer;
  const resources = record['resources'] as { ARN?: string }[] | undefined;
  const parameters = record['requestParameters'];
  return {
    useridentity: identity
      ? {
          type: identity['type'],
          arn: identity['arn'],
          accountid: identity['accountId'],
          invokedby: identity['invokedBy'],
          sessioncontext: { sessionissuer: { arn: issuer?.arn } },
        }
      : null,
    eventtime: record['eventTime'],
    eventsource: record['eventSource'],
    eventname: record['eventName'],
    sourceipaddress: record['sourceIPAddress'],
    errorcode: record['errorCode'],
    requestparameters: parameters === null || parameters === undefined ? null : JSON.stringify(parameters),
    eventid: record['eventID'],
    sharedeventid: record['sharedEventID'],
    resources: resources?.map(({ ARN }) => ({ arn: ARN })) ?? null,
    account,
    region,
    day,
  };
}
