import type { DuckDBConnection } from '@duckdb/node-api';
import { AuditError } from '../model/errors.ts';

/** One row of a result, in the order of the query's columns. */
type Row = readonly unknown[];

/** The embedded engine. Queries of one connection run one after another, those of several side by side. */
export type Engine = {
  readonly connect: () => Promise<Session>;
  readonly close: () => void;
};

export type Session = {
  readonly run: (sql: string) => Promise<void>;
  readonly rows: (sql: string) => Promise<readonly Row[]>;
  /** Rows a chunk at a time, so that a result of any size needs no memory. */
  readonly stream: (sql: string) => AsyncGenerator<readonly Row[]>;
  readonly close: () => void;
};

/**
 * DuckDB in this process, loaded when it is first needed. It never fetches extensions, and spills to `scratch` what
 * does not fit in memory. Errors of queries are thrown as DuckDB gives them.
 */
export async function openEngine(options: {
  readonly threads: number;
  readonly memoryMiB: number;
  readonly scratch: string;
}): Promise<Engine> {
  const { DuckDBInstance } = await import('@duckdb/node-api').catch((error: unknown) => {
    throw new AuditError('FAILED', 'DuckDB, which reads S3 Inventory, is not installed for this platform.', {
      cause: error,
    });
  });
  const instance = await DuckDBInstance.create(':memory:', {
    threads: String(options.threads),
    memory_limit: `${options.memoryMiB}MiB`,
    temp_directory: options.scratch,
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
  });
  return {
    connect: async () => sessionOf(await instance.connect()),
    close: () => instance.closeSync(),
  };
}

function sessionOf(connection: DuckDBConnection): Session {
  return {
    run: async (sql) => {
      await connection.run(sql);
    },
    rows: async (sql) => (await connection.runAndReadAll(sql)).getRows(),
    stream: async function* (sql) {
      const result = await connection.stream(sql);
      for (;;) {
        const chunk = await result.fetchChunk();
        if (!chunk || chunk.rowCount === 0) return;
        yield chunk.getRows();
      }
    },
    close: () => connection.closeSync(),
  };
}

/** Text as an SQL literal. */
export const literal = (text: string): string => `'${text.replaceAll("'", "''")}'`;
