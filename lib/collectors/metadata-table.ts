import {
  GetBucketMetadataConfigurationCommand,
  GetBucketMetadataTableConfigurationCommand,
} from '@aws-sdk/client-s3';
import type { ErrorDetails, S3Client } from '@aws-sdk/client-s3';
import type { MetadataTableConfiguration } from '../model/evidence.ts';
import type { Observed } from '../model/observed.ts';
import { observe } from './observe.ts';

const OPERATION = 's3:GetBucketMetadataTableConfiguration';
const MISSING = [
  'MetadataConfigurationNotFound',
  'MetadataTableConfigurationNotFound',
  'NoSuchMetadataConfiguration',
];

/** The current metadata configuration, else the one from before 2025-07-15 (FACTS §3). */
export async function readMetadataTable(
  s3: S3Client,
  at: { readonly Bucket: string; readonly ExpectedBucketOwner: string },
): Promise<Observed<MetadataTableConfiguration>> {
  const v2 = await observe(
    OPERATION,
    async () => {
      const answer = await s3.send(new GetBucketMetadataConfigurationCommand(at));
      const result = answer.GetBucketMetadataConfigurationResult?.MetadataConfigurationResult;
      const table = result?.InventoryTableConfigurationResult;
      if (!table) return null;
      return {
        version: 'V2' as const,
        tableArn: table.TableArn ?? null,
        tableBucketArn: result.DestinationResult?.TableBucketArn ?? null,
        namespace: result.DestinationResult?.TableNamespace ?? null,
        tableName: table.TableName ?? null,
        status: table.TableStatus ?? table.ConfigurationState ?? null,
        error: wordsOf(table.Error),
      };
    },
    MISSING,
  );
  if (v2.state !== 'absent') return v2;
  return observe(
    OPERATION,
    async () => {
      const answer = await s3.send(new GetBucketMetadataTableConfigurationCommand(at));
      const result = answer.GetBucketMetadataTableConfigurationResult;
      const table = result?.MetadataTableConfigurationResult?.S3TablesDestinationResult;
      if (!table) return null;
      return {
        version: 'V1' as const,
        tableArn: table.TableArn ?? null,
        tableBucketArn: table.TableBucketArn ?? null,
        namespace: table.TableNamespace ?? null,
        tableName: table.TableName ?? null,
        status: result.Status ?? null,
        error: wordsOf(result.Error),
      };
    },
    MISSING,
  );
}

const wordsOf = (error: ErrorDetails | undefined): string | null =>
  error === undefined
    ? null
    : [error.ErrorCode, error.ErrorMessage]
        .flatMap((text) => text ?? [])
        .join(': ')
        .slice(0, 300);
