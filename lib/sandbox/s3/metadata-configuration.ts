import { AwsFault } from '../operation.ts';
import type { Bucket, MetadataTable } from '../state-s3.ts';
import { child, childText } from '../xml-parse.ts';
import { bucketOperation } from './define.ts';
import { malformedXml } from './faults.ts';
import { parseBody } from './parse-body.ts';
import { noContent, ok, xmlResponse } from './respond.ts';

/** `GET /?metadataConfiguration`: S3 Metadata as configured since 2025-07-15, a journal and an inventory table. */
export const getBucketMetadataConfiguration = bucketOperation(
  {
    name: 'GetBucketMetadataConfiguration',
    action: 's3:GetBucketMetadataTableConfiguration',
    method: 'GET',
    query: ['metadataConfiguration'],
  },
  ({ bucket }) => {
    const table = configured(bucket, 'V2');
    return xmlResponse('GetBucketMetadataConfigurationResult', {
      MetadataConfigurationResult: {
        DestinationResult: {
          TableBucketType: 'aws',
          TableBucketArn: table.tableBucketArn,
          TableNamespace: table.namespace,
        },
        JournalTableConfigurationResult: {
          TableStatus: table.status,
          TableName: table.tableName,
          TableArn: table.tableArn,
          RecordExpiration: { Expiration: 'DISABLED' },
        },
        InventoryTableConfigurationResult: {
          ConfigurationState: table.inventoryTable ? 'ENABLED' : 'DISABLED',
          TableStatus: table.inventoryTable ? table.status : undefined,
          TableName: table.inventoryTable?.name,
          TableArn: table.inventoryTable?.arn,
        },
      },
    });
  },
);

/** `POST /?metadataConfiguration`: the tables are ACTIVE at once, which takes S3 minutes to hours. */
export const createBucketMetadataConfiguration = bucketOperation(
  {
    name: 'CreateBucketMetadataConfiguration',
    action: 's3:CreateBucketMetadataTableConfiguration',
    method: 'POST',
    query: ['metadataConfiguration'],
  },
  ({ state, bucket, request }) => {
    const body = parseBody(request, 'MetadataConfiguration');
    if (!child(body, 'JournalTableConfiguration')) throw malformedXml();
    requireNone(bucket);
    const live = childText(child(body, 'InventoryTableConfiguration'), 'ConfigurationState') === 'ENABLED';
    const tableBucketArn = `arn:${state.partition}:s3tables:${bucket.region}:${bucket.accountId}:bucket/aws-s3`;
    bucket.metadataTable = {
      version: 'V2',
      tableBucketArn,
      namespace: `b_${bucket.name.replaceAll('.', '_')}`,
      tableName: 'journal',
      tableArn: `${tableBucketArn}/table/journal-${bucket.name}`,
      inventoryTable: live
        ? { name: 'inventory', arn: `${tableBucketArn}/table/inventory-${bucket.name}` }
        : null,
      status: 'ACTIVE',
    };
    return ok();
  },
);

/** `DELETE /?metadataConfiguration`. */
export const deleteBucketMetadataConfiguration = bucketOperation(
  {
    name: 'DeleteBucketMetadataConfiguration',
    action: 's3:DeleteBucketMetadataTableConfiguration',
    method: 'DELETE',
    query: ['metadataConfiguration'],
  },
  ({ bucket }) => {
    bucket.metadataTable = null;
    return noContent();
  },
);

/** `GET /?metadataTable`: S3 Metadata as configured before 2025-07-15, one table in a table bucket of the customer's. */
export const getBucketMetadataTableConfiguration = bucketOperation(
  {
    name: 'GetBucketMetadataTableConfiguration',
    action: 's3:GetBucketMetadataTableConfiguration',
    method: 'GET',
    query: ['metadataTable'],
  },
  ({ bucket }) => {
    const table = configured(bucket, 'V1');
    return xmlResponse('GetBucketMetadataTableConfigurationResult', {
      MetadataTableConfigurationResult: {
        S3TablesDestinationResult: {
          TableBucketArn: table.tableBucketArn,
          TableName: table.tableName,
          TableArn: table.tableArn,
          TableNamespace: table.namespace,
        },
      },
      Status: table.status,
    });
  },
);

/** `POST /?metadataTable`. */
export const createBucketMetadataTableConfiguration = bucketOperation(
  {
    name: 'CreateBucketMetadataTableConfiguration',
    action: 's3:CreateBucketMetadataTableConfiguration',
    method: 'POST',
    query: ['metadataTable'],
  },
  ({ bucket, request }) => {
    const destination = child(parseBody(request, 'MetadataTableConfiguration'), 'S3TablesDestination');
    const tableBucketArn = childText(destination, 'TableBucketArn');
    const tableName = childText(destination, 'TableName');
    if (!tableBucketArn || !tableName) throw malformedXml();
    requireNone(bucket);
    bucket.metadataTable = {
      version: 'V1',
      tableBucketArn,
      namespace: 'aws_s3_metadata',
      tableName,
      tableArn: `${tableBucketArn}/table/${tableName}`,
      inventoryTable: null,
      status: 'ACTIVE',
    };
    return ok();
  },
);

function configured(bucket: Bucket, version: MetadataTable['version']): MetadataTable {
  const table = bucket.metadataTable;
  if (table?.version === version) return table;
  throw new AwsFault('MetadataConfigurationNotFound', 404, 'The metadata configuration was not found', {
    fields: { BucketName: bucket.name },
  });
}

function requireNone(bucket: Bucket): void {
  if (!bucket.metadataTable) return;
  throw new AwsFault('MetadataConfigurationAlreadyExists', 409, 'A metadata configuration already exists.');
}
