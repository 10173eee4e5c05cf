import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { openEngine } from '../../lib/census/duckdb.ts';

/** One row as S3 lists it; what is left out is as for a plain current object. */
export type InventoryRow = {
  readonly key: string;
  readonly bucket?: string;
  readonly versionId?: string;
  readonly isLatest?: boolean;
  readonly deleteMarker?: boolean;
  readonly size?: number;
  readonly status?: string;
  readonly bucketKey?: string;
};

export const ALL_COLUMNS = [
  'Bucket',
  'Key',
  'VersionId',
  'IsLatest',
  'IsDeleteMarker',
  'Size',
  'LastModifiedDate',
  'EncryptionStatus',
  'BucketKeyStatus',
] as const;

export type DeliveryOptions = {
  readonly format?: 'CSV' | 'Parquet' | 'ORC';
  readonly columns?: readonly string[];
  /** Rows are dealt out to this many files in turn. */
  readonly files?: number;
  readonly createdAt?: string;
  readonly change?: (manifest: Record<string, unknown>) => void;
  readonly checksum?: 'right' | 'wrong' | 'none';
};

/** A delivery on disk, laid out as in its destination bucket. */
export type Delivery = {
  readonly manifest: string;
  readonly root: string;
  readonly dataFiles: readonly string[];
  readonly remove: () => Promise<void>;
};

/** Writes an inventory of the bucket `src` to a new temporary folder. */
export async function deliver(
  rows: readonly InventoryRow[],
  options: DeliveryOptions = {},
): Promise<Delivery> {
  const root = await mkdtemp(join(tmpdir(), 'sealcheck-delivery-'));
  const format = options.format ?? 'CSV';
  const columns = options.columns ?? ALL_COLUMNS;
  const count = options.files ?? 1;
  await mkdir(join(root, 'inv/src/daily/data'), { recursive: true });
  const files: { key: string; size: number; MD5checksum: string }[] = [];
  const dataFiles: string[] = [];
  for (let i = 0; i < count; i += 1) {
    const mine = rows.filter((_, at) => at % count === i);
    const key = `inv/src/daily/data/part-${i}${format === 'Parquet' ? '.parquet' : '.csv.gz'}`;
    const path = join(root, key);
    if (format === 'Parquet') await writeParquet(path, mine, columns);
    else await writeFile(path, gzipSync(csvOf(mine, columns)));
    const bytes = await readFile(path);
    files.push({ key, size: bytes.byteLength, MD5checksum: md5(bytes) });
    dataFiles.push(path);
  }
  const manifest: Record<string, unknown> = {
    sourceBucket: 'src',
    destinationBucket: 'arn:aws:s3:::dst',
    version: '2016-11-30',
    creationTimestamp: String(Date.parse(options.createdAt ?? '2026-11-24T00:00:00Z')),
    fileFormat: format,
    fileSchema: format === 'Parquet' ? 'message s3.inventory { … }' : columns.join(', '),
    files,
  };
  options.change?.(manifest);
  const folder = join(root, 'inv/src/daily/2026-11-24T00-00Z');
  await mkdir(folder, { recursive: true });
  const text = JSON.stringify(manifest);
  await writeFile(join(folder, 'manifest.json'), text);
  const checksum = options.checksum ?? 'right';
  if (checksum !== 'none')
    await writeFile(
      join(folder, 'manifest.checksum'),
      checksum === 'right' ? `${md5(text)}\n` : '0'.repeat(32),
    );
  return {
    manifest: join(folder, 'manifest.json'),
    root,
    dataFiles,
    remove: async () => rm(root, { recursive: true, force: true }),
  };
}

const md5 = (data: string | Uint8Array): string => createHash('md5').update(data).digest('hex');

function valuesOf(row: InventoryRow): Readonly<Record<string, string>> {
  const marker = row.deleteMarker ?? false;
  return {
    Bucket: row.bucket ?? 'src',
    Key: row.key,
    VersionId: row.versionId ?? '',
    IsLatest: String(row.isLatest ?? true),
    IsDeleteMarker: String(marker),
    Size: marker ? '' : String(row.size ?? 10),
    LastModifiedDate: '2026-01-01T00:00:00.000Z',
    EncryptionStatus: marker ? '' : (row.status ?? 'SSE-S3'),
    BucketKeyStatus: row.bucketKey ?? '',
    ETag: 'd41d8cd98f00b204e9800998ecf8427e',
    StorageClass: 'STANDARD',
  };
}

/** As S3 writes it: every field quoted, keys URL-encoded with a plus for a space, no header. */
const csvOf = (rows: readonly InventoryRow[], columns: readonly string[]): string =>
  rows
    .map((row) => {
      const values = valuesOf({ ...row, key: encodeKey(row.key) });
      return `${columns.map((column) => `"${values[column] ?? ''}"`).join(',')}\n`;
    })
    .join('');

/** A key that begins with `raw:` goes into the file as it is. */
const encodeKey = (key: string): string =>
  key.startsWith('raw:')
    ? key.slice(4)
    : encodeURIComponent(key).replaceAll('%20', '+').replaceAll('%2F', '/');

const PARQUET_TYPES: Readonly<Record<string, string>> = {
  IsLatest: 'BOOLEAN',
  IsDeleteMarker: 'BOOLEAN',
  Size: 'BIGINT',
  LastModifiedDate: 'TIMESTAMP',
};

async function writeParquet(
  path: string,
  rows: readonly InventoryRow[],
  columns: readonly string[],
): Promise<void> {
  const engine = await openEngine({ threads: 1, memoryMiB: 256, scratch: tmpdir() });
  const session = await engine.connect();
  const quote = (text: string): string => `'${text.replaceAll("'", "''")}'`;
  const snake = (name: string): string => name.replace(/(?<=[a-z])(?=[A-Z])/g, '_').toLowerCase();
  const select = columns
    .map((name, i) => `CAST(nullif(v${i}, '') AS ${PARQUET_TYPES[name] ?? 'VARCHAR'}) AS ${snake(name)}`)
    .join(', ');
  const names = columns.map((_, i) => `v${i}`).join(', ');
  const values = rows.map(
    (row) => `(${columns.map((column) => quote(valuesOf(row)[column] ?? '')).join(', ')})`,
  );
  await session.run(
    `COPY (SELECT ${select} FROM (VALUES ${[...values, `(${columns.map(() => "''").join(', ')})`].join(', ')}) t(${names}) LIMIT ${rows.length}) TO ${quote(path)} (FORMAT parquet, COMPRESSION snappy)`,
  );
  session.close();
  engine.close();
}
