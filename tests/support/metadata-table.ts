import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { keyIndex } from '../../lib/sandbox/objects.ts';
import type { Bucket, Seal } from '../../lib/sandbox/state-s3.ts';
import type { MetadataTable } from '../../lib/census/metadata-sql.ts';
import type { AthenaServer } from './duckdb-athena.ts';

/** One row of S3 Metadata; `record_type` is of the journal alone. */
export type TableRow = {
  readonly bucket: string | null;
  readonly key: string | null;
  readonly sequence_number: string;
  readonly record_type?: 'CREATE' | 'UPDATE_METADATA' | 'DELETE';
  readonly version_id?: string | null;
  readonly is_delete_marker?: boolean | null;
  readonly size?: number | null;
  readonly last_modified_date?: string | null;
  readonly encryption_status?: string | null;
  readonly is_bucket_key_enabled?: boolean | null;
  readonly kms_key_arn?: string | null;
  /** Null: S3 could not tell any more. */
  readonly user_metadata?: Readonly<Record<string, string>> | null;
};

/** The name of the live inventory table of a bucket, as S3 gives it. */
export const inventoryTableOf = (bucket: string): MetadataTable => ({
  version: 'V2',
  catalog: 's3tablescatalog/aws-s3',
  namespace: `b_${bucket.replaceAll('.', '_')}`,
  name: 'inventory',
});

/** A journal of a configuration from before July 2025. */
export const journalTable: MetadataTable = {
  version: 'V1',
  catalog: 's3tablescatalog/ours',
  namespace: 'aws_s3_metadata',
  name: 'journal',
};

const STATUS: Readonly<Record<string, string>> = {
  AES256: 'SSE-S3',
  'aws:kms': 'SSE-KMS',
  'aws:kms:dsse': 'DSSE-KMS',
};

const statusOf = ({ algorithm, customerKeyMd5 }: Seal): string | null =>
  algorithm === null ? (customerKeyMd5 === null ? null : 'SSE-C') : (STATUS[algorithm] ?? algorithm);

/** What the live inventory table of a sandbox bucket holds. */
export function rowsOf(bucket: Bucket): TableRow[] {
  const index = keyIndex(bucket);
  return Array.from({ length: index.count }, (_, i) =>
    index.versionsAt(i).map((version, age, versions): TableRow => {
      const marker = version.deleteMarker;
      return {
        bucket: bucket.name,
        key: index.keyAt(i),
        // Newest first in the sandbox; a larger sequence number is newer.
        sequence_number: String(versions.length - age).padStart(8, '0'),
        version_id: version.versionId,
        is_delete_marker: marker,
        size: version.size,
        last_modified_date: new Date(version.lastModified).toISOString().replace('T', ' ').replace('Z', ''),
        encryption_status: marker ? null : statusOf(version.seal),
        is_bucket_key_enabled: version.seal.bucketKey,
        kms_key_arn: marker ? null : version.seal.kmsKeyId,
        user_metadata: marker ? null : version.metadata,
      };
    }),
  ).flat();
}

const COLUMNS = {
  bucket: 'VARCHAR',
  key: 'VARCHAR',
  sequence_number: 'VARCHAR',
  record_type: 'VARCHAR',
  version_id: 'VARCHAR',
  is_delete_marker: 'BOOLEAN',
  size: 'BIGINT',
  last_modified_date: 'TIMESTAMP',
  encryption_status: 'VARCHAR',
  is_bucket_key_enabled: 'BOOLEAN',
  kms_key_arn: 'VARCHAR',
  user_metadata: 'MAP(VARCHAR, VARCHAR)',
} as const;

/** Puts a table with these rows where Athena finds it, in the place of an earlier one. */
export async function putTable(
  { connection }: Pick<AthenaServer, 'connection'>,
  { catalog, namespace, name }: MetadataTable,
  rows: readonly TableRow[],
): Promise<void> {
  const id = (text: string): string => `"${text.replaceAll('"', '""')}"`;
  const folder = await mkdtemp(join(tmpdir(), 'sealcheck-table-'));
  const file = join(folder, 'rows.json');
  try {
    await writeFile(file, rows.map((row) => JSON.stringify(row)).join('\n'));
    const types = Object.entries(COLUMNS).map(([column, type]) => `${column}: '${type}'`);
    await connection.run(`ATTACH IF NOT EXISTS ':memory:' AS ${id(catalog)}`);
    await connection.run(`CREATE SCHEMA IF NOT EXISTS ${id(catalog)}.${id(namespace)}`);
    await connection.run(
      `CREATE OR REPLACE TABLE ${[catalog, namespace, name].map(id).join('.')} AS SELECT * FROM read_json('${file}', columns = {${types.join(', ')}}, format = 'newline_delimited')`,
    );
  } finally {
    await rm(folder, { recursive: true });
  }
}
