import type { AwsClients } from '../../lib/collectors/clients.ts';
import type { Bucket, MetadataTable } from '../../lib/sandbox/state-s3.ts';
import { duckdbAthenaServer } from './duckdb-athena.ts';
import type { AthenaServer, AthenaServerOptions } from './duckdb-athena.ts';
import { inventoryTableOf, putTable, rowsOf } from './metadata-table.ts';

/** Switches S3 Metadata on for a sandbox bucket, with a live inventory table unless told otherwise. */
export function configureMetadata(bucket: Bucket, rest: Partial<MetadataTable> = {}): void {
  const tableBucketArn = `arn:aws:s3tables:${bucket.region}:${bucket.accountId}:bucket/aws-s3`;
  bucket.metadataTable = {
    version: 'V2',
    tableBucketArn,
    namespace: inventoryTableOf(bucket.name).namespace,
    tableName: 'journal',
    tableArn: `${tableBucketArn}/table/journal`,
    inventoryTable: { name: 'inventory', arn: `${tableBucketArn}/table/inventory` },
    status: 'ACTIVE',
    ...rest,
  };
}

/** Athena with the live inventory tables of these sandbox buckets, as the buckets are now. */
export async function athenaOver(
  buckets: readonly Bucket[],
  options: AthenaServerOptions = {},
): Promise<AthenaServer> {
  const server = await duckdbAthenaServer({ pageRows: 5, ...options });
  for (const bucket of buckets) await putTable(server, inventoryTableOf(bucket.name), rowsOf(bucket));
  return server;
}

/** Clients whose Athena is this one; without one, asking Athena is a failure of the test. */
export const withAthena = (aws: AwsClients, server: AthenaServer | null): AwsClients => ({
  ...aws,
  athena: () => {
    if (!server) throw new Error('Athena was asked');
    return server.client as ReturnType<AwsClients['athena']>;
  },
  metered: () => withAthena(aws.metered(), server),
  account: (accountId) => withAthena(aws.account(accountId), server),
});
