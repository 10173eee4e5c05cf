import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AthenaOptions } from '../../lib/ledger/athena.ts';
import { duckdbAthenaServer } from '../support/duckdb-athena.ts';

/** A record and the partition it was delivered to. */
export type Partitioned = {
  readonly account: string;
  readonly region: string;
  readonly day: string;
  readonly record: Record<string, unknown>;
};

const COLUMNS = `{
  useridentity: 'STRUCT("type" VARCHAR, arn VARCHAR, accountid VARCHAR, invokedby VARCHAR, sessioncontext STRUCT(sessionissuer STRUCT(arn VARCHAR)))',
  eventtime: 'VARCHAR', eventsource: 'VARCHAR', eventname: 'VARCHAR', sourceipaddress: 'VARCHAR', errorcode: 'VARCHAR',
  requestparameters: 'VARCHAR', eventid: 'VARCHAR', sharedeventid: 'VARCHAR', resources: 'STRUCT(arn VARCHAR)[]',
  account: 'VARCHAR', region: 'VARCHAR', "day": 'VARCHAR'
}`;

/**
 * Athena over a trail: the table that the ledger makes holds the records as Athena's SerDe gives them. Results come in
 * pages of three rows.
 */
export async function duckdbAthena(records: readonly Partitioned[]) {
  const folder = await mkdtemp(join(tmpdir(), 'sealcheck-athena-'));
  const file = join(folder, 'records.json');
  await writeFile(file, records.map((one) => JSON.stringify(serdeRow(one))).join('\n'));
  const server = await duckdbAthenaServer({
    define: async (sql, connection) => {
      const [, database, table] = /^CREATE EXTERNAL TABLE IF NOT EXISTS `(\w+)`\.`(\w+)`/.exec(sql) ?? [];
      if (database === undefined || table === undefined) return false;
      await connection.run(`CREATE SCHEMA IF NOT EXISTS "${database}"`);
      await connection.run(
        `CREATE TABLE "${database}"."${table}" AS SELECT * FROM read_json('${file}', columns = ${COLUMNS}, format = 'newline_delimited')`,
      );
      return true;
    },
  });
  const place: AthenaOptions['place'] = {
    client: server.client,
    database: 'audit',
    output: 's3://results/',
    workgroup: null,
    sleep: () => Promise.resolve(),
  };
  return {
    place,
    close: async () => {
      server.close();
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
