import {
  GetQueryExecutionCommand,
  GetQueryResultsCommand,
  StartQueryExecutionCommand,
  StopQueryExecutionCommand,
} from '@aws-sdk/client-athena';
import type { AthenaClient } from '@aws-sdk/client-athena';
import { AuditError } from '../model/errors.ts';
import { reasonOf } from './observe.ts';

/** Where queries run and leave their results. */
export type AthenaPlace = {
  readonly client: Pick<AthenaClient, 'send'>;
  /** Where names without a database are looked for; null when every name has one. */
  readonly database: string | null;
  /** `s3://bucket/prefix/` for results; null leaves it to the workgroup. */
  readonly output: string | null;
  readonly workgroup: string | null;
  readonly sleep: (ms: number) => Promise<void>;
  /** Told of the bytes that each statement scanned, 0 where Athena does not say. */
  readonly scanned?: (bytes: number) => void;
  readonly signal?: AbortSignal;
};

/** A row by column name; null where SQL says NULL. */
export type AthenaRow = Readonly<Record<string, string | null>>;

/** What a statement answered, a page at a time, and what it cost. */
export type AthenaAnswer = {
  readonly pages: AsyncIterable<readonly AthenaRow[]>;
  /** What Athena bills by; null when it did not say. */
  readonly scannedBytes: number | null;
};

/** Patience grows from a quarter of a second to five. */
const WAIT_MS = { first: 250, most: 5_000 } as const;

/**
 * Runs one statement to its end. An abort stops the query, which costs money while it runs. Throws AuditError FAILED
 * with Athena's own words, ACCESS_DENIED or INTERRUPTED; so does reading the pages.
 */
export async function runAthena(place: AthenaPlace, sql: string): Promise<AthenaAnswer> {
  const id = await start(place, sql);
  const scannedBytes = await finished(place, id);
  place.scanned?.(scannedBytes ?? 0);
  return { pages: pagesOf(place, id), scannedBytes };
}

async function* pagesOf({ client, signal }: AthenaPlace, id: string): AsyncGenerator<readonly AthenaRow[]> {
  let token: string | undefined;
  let columns: readonly string[] | null = null;
  do {
    if (signal?.aborted) throw new AuditError('INTERRUPTED', 'Reading what Athena answered was interrupted.');
    const page = await asking('athena:GetQueryResults', async () =>
      client.send(
        new GetQueryResultsCommand({
          QueryExecutionId: id,
          MaxResults: 1000,
          ...(token === undefined ? {} : { NextToken: token }),
        }),
      ),
    );
    const rows = (page.ResultSet?.Rows ?? []).map(({ Data }) =>
      (Data ?? []).map(({ VarCharValue }) => VarCharValue ?? null),
    );
    const info = page.ResultSet?.ResultSetMetadata?.ColumnInfo ?? [];
    // The first row of a SELECT is its header.
    const header: readonly string[] = (columns ??= info.map(({ Name }) => Name ?? ''));
    const isFirst = token === undefined;
    const data = isFirst && rows[0]?.every((cell, i) => cell === header[i]) ? rows.slice(1) : rows;
    yield data.map((cells) => Object.fromEntries(header.map((name, i) => [name, cells[i] ?? null])));
    token = page.NextToken;
  } while (token !== undefined);
}

async function start({ client, database, output, workgroup }: AthenaPlace, sql: string): Promise<string> {
  const { QueryExecutionId: id } = await asking('athena:StartQueryExecution', async () =>
    client.send(
      new StartQueryExecutionCommand({
        QueryString: sql,
        ...(database === null ? {} : { QueryExecutionContext: { Database: database } }),
        ...(output === null ? {} : { ResultConfiguration: { OutputLocation: output } }),
        ...(workgroup === null ? {} : { WorkGroup: workgroup }),
      }),
    ),
  );
  if (id === undefined) throw new AuditError('FAILED', 'Athena started a query without an id.');
  return id;
}

/** Waits for the end; the bytes that were scanned. */
async function finished({ client, sleep, signal }: AthenaPlace, id: string): Promise<number | null> {
  for (let wait: number = WAIT_MS.first; ; wait = Math.min(WAIT_MS.most, wait * 1.5)) {
    if (signal?.aborted) {
      await client.send(new StopQueryExecutionCommand({ QueryExecutionId: id }));
      throw new AuditError('INTERRUPTED', 'The query in Athena was stopped.');
    }
    const { QueryExecution: execution } = await asking('athena:GetQueryExecution', async () =>
      client.send(new GetQueryExecutionCommand({ QueryExecutionId: id })),
    );
    const { State: state, StateChangeReason: reason } = execution?.Status ?? {};
    if (state === 'SUCCEEDED') return execution?.Statistics?.DataScannedInBytes ?? null;
    if (state === 'FAILED' || state === 'CANCELLED') {
      throw new AuditError(
        'FAILED',
        `The query in Athena ${state === 'FAILED' ? 'failed' : 'was cancelled'}: ${reason ?? 'no reason given'}`,
      );
    }
    await sleep(wait);
  }
}

async function asking<T>(operation: string, ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    const { code, message } = reasonOf(operation, error);
    throw new AuditError(
      code === 'ACCESS_DENIED' ? 'ACCESS_DENIED' : 'FAILED',
      `${operation} was refused: ${message}`,
      { cause: error },
    );
  }
}
