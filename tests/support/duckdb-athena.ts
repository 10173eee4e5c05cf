import { DuckDBInstance } from '@duckdb/node-api';
import type { DuckDBConnection } from '@duckdb/node-api';
import type { AthenaPlace } from '../../lib/collectors/athena.ts';

/** Athena's functions that DuckDB spells in another way; everything else of our statements both speak. */
const DIALECT = `
  CREATE MACRO json_format(x) AS CAST(x AS VARCHAR);
  CREATE MACRO json_extract_scalar(x, path) AS json_extract_string(x, path);
  CREATE MACRO regexp_like(x, pattern) AS regexp_matches(x, pattern);
  CREATE MACRO main.element_at(x, i) AS x[i];
  CREATE MACRO to_utf8(x) AS encode(x);
`;

export type AthenaServerOptions = {
  /** Rows of a page of results; the first page has Athena's header row too. */
  readonly pageRows?: number;
  /** Runs a statement that is no query; false when it is one after all. */
  readonly define?: (sql: string, connection: DuckDBConnection) => Promise<boolean>;
  /** What GetWorkGroup says of the workgroup. */
  readonly workgroup?: Record<string, unknown>;
  /** The state that statements end in, instead of running; null runs them. */
  readonly ending?: (sql: string) => { readonly State: string; readonly StateChangeReason?: string } | null;
  /** The error that an operation is refused with. */
  readonly refuse?: (operation: string) => Error | null;
};

/** What every statement is said to have scanned: Athena bills ten megabytes at least. */
export const SCANNED = 10_485_760;

/**
 * Athena's API over DuckDB: statements really run, on whatever tables the connection was given. A statement is seen
 * RUNNING once before it ends.
 */
export async function duckdbAthenaServer({
  pageRows = 3,
  define,
  workgroup = {},
  ending,
  refuse,
}: AthenaServerOptions = {}) {
  const connection = await (await DuckDBInstance.create(':memory:')).connect();
  await connection.run(DIALECT);
  const started: Record<string, unknown>[] = [];
  const operations: string[] = [];
  const results = new Map<string, { columns: string[]; rows: (string | null)[][] } | null>();
  const run = async (sql: string) => {
    if (await define?.(sql, connection)) return { columns: [], rows: [] };
    const answer = await connection.runAndReadAll(sql);
    const rows = answer
      .getRowsJson()
      .map((row) => row.map((cell) => (cell === null ? null : String(cell as unknown))));
    return { columns: answer.columnNames(), rows: [answer.columnNames(), ...rows] };
  };
  const handlers: Record<string, (input: Record<string, string>) => unknown> = {
    StartQueryExecution: (input) => {
      started.push(input);
      return { QueryExecutionId: String(started.length - 1) };
    },
    GetQueryExecution: async ({ QueryExecutionId: id = '' }) => {
      const sql = String(started[Number(id)]!['QueryString']);
      const status = (Status: object) => ({
        QueryExecution: { Status, Statistics: { DataScannedInBytes: SCANNED } },
      });
      if (!results.has(id)) {
        results.set(id, null);
        return status({ State: 'RUNNING' });
      }
      const end = ending?.(sql);
      if (end) return status(end);
      try {
        results.set(id, await run(sql));
        return status({ State: 'SUCCEEDED' });
      } catch (error) {
        return status({ State: 'FAILED', StateChangeReason: (error as Error).message });
      }
    },
    GetQueryResults: ({ QueryExecutionId: id = '', NextToken }) => {
      const { columns, rows } = results.get(id)!;
      const from = Number(NextToken ?? 0);
      return {
        ResultSet: {
          Rows: rows
            .slice(from, from + pageRows)
            .map((cells) => ({ Data: cells.map((cell) => (cell === null ? {} : { VarCharValue: cell })) })),
          ResultSetMetadata: {
            ColumnInfo: columns.map((Name) => ({ Name, Type: 'varchar' })),
          },
        },
        ...(from + pageRows < rows.length ? { NextToken: String(from + pageRows) } : {}),
      };
    },
    StopQueryExecution: () => ({}),
    GetWorkGroup: ({ WorkGroup: Name }) => ({
      WorkGroup: { Name, State: 'ENABLED', Configuration: {}, ...workgroup },
    }),
  };
  const answer = async (operation: string, input: Record<string, string>): Promise<unknown> => {
    operations.push(`athena:${operation}`);
    const refused = refuse?.(operation);
    if (refused) throw refused;
    const result = await handlers[operation]!(input);
    return result;
  };
  const client = {
    send: async (command: { constructor: { name: string }; input: Record<string, string> }) =>
      answer(command.constructor.name.replace(/Command$/, ''), command.input),
  } as unknown as AthenaPlace['client'];
  return {
    client,
    connection,
    /** Every call, in IAM's spelling. */
    operations,
    /** Inputs of StartQueryExecution, in order. */
    started,
    statements: () => started.map((input) => String(input['QueryString'])),
    answer,
    close: () => connection.closeSync(),
  };
}

export type AthenaServer = Awaited<ReturnType<typeof duckdbAthenaServer>>;
