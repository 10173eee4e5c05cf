import { createHash } from 'node:crypto';
import { z } from 'zod';
import { AuditError } from '../model/errors.ts';

/** One delivery of S3 Inventory, as its manifest.json describes it (FACTS §3). */
export type InventoryManifest = {
  readonly sourceBucket: string;
  /** ISO 8601 UTC: the listing is of about this time. */
  readonly createdAt: string;
  readonly format: 'CSV' | 'Parquet';
  /** Column names of a CSV file, in order; a Parquet file carries its own. */
  readonly columns: readonly string[];
  readonly files: readonly InventoryFile[];
};

export type InventoryFile = {
  /** Key in the destination bucket. */
  readonly key: string;
  readonly bytes: number;
  /** Lower-case hex. */
  readonly md5: string;
};

/** The largest manifest that is read: about 200,000 files. */
export const MAX_MANIFEST_BYTES = 64 * 1024 * 1024;
const MAX_COLUMNS = 64;

const manifestSchema = z.object({
  sourceBucket: z.string().min(1).max(255),
  creationTimestamp: z.string().regex(/^\d{1,15}$/, 'is not a time in milliseconds'),
  fileFormat: z.string().max(32),
  fileSchema: z.string().max(16_384),
  files: z
    .array(
      z.object({
        key: z.string().min(1).max(1024),
        size: z.number().int().nonnegative(),
        MD5checksum: z.string().regex(/^[0-9a-fA-F]{32}$/, 'is not an MD5 in hexadecimal'),
      }),
    )
    .max(200_000),
});

/**
 * Reads a manifest. Throws AuditError INPUT_INVALID, one sentence that names the file, for anything that is not one.
 * @param name how the manifest is called in messages
 * @param checksum the text of manifest.checksum, the MD5 of manifest.json; null when there is none
 */
export function parseManifest(name: string, bytes: Uint8Array, checksum: string | null): InventoryManifest {
  const refuse = (why: string, cause?: unknown): AuditError =>
    new AuditError('INPUT_INVALID', `The inventory manifest ${name} ${why}.`, { cause });
  if (bytes.byteLength > MAX_MANIFEST_BYTES) throw refuse('is larger than 64 MiB');
  if (checksum !== null && checksum.trim().toLowerCase() !== createHash('md5').update(bytes).digest('hex')) {
    throw refuse('does not have the MD5 that its manifest.checksum states');
  }
  let json: unknown;
  try {
    json = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (error) {
    throw refuse('is not JSON', error);
  }
  const parsed = manifestSchema.safeParse(json);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw refuse(
      `is not valid: ${['it', ...(issue?.path ?? [])].slice(-2).join('.')}: ${issue?.message ?? ''}`,
    );
  }
  const { sourceBucket, creationTimestamp, fileFormat, fileSchema, files } = parsed.data;
  for (const { key } of files) {
    if (!isPlainPath(key)) throw refuse(`names a data file outside its own folders: ${JSON.stringify(key)}`);
  }
  if (new Set(files.map(({ key }) => key)).size !== files.length) throw refuse('names a data file twice');
  const createdAt = new Date(Number(creationTimestamp));
  if (Number.isNaN(createdAt.getTime())) throw refuse('has a creationTimestamp that is no time');
  return {
    sourceBucket,
    createdAt: createdAt.toISOString(),
    ...readFormat(fileFormat, fileSchema, refuse),
    files: files.map(({ key, size, MD5checksum }) => ({ key, bytes: size, md5: MD5checksum.toLowerCase() })),
  };
}

function readFormat(
  format: string,
  schema: string,
  refuse: (why: string) => AuditError,
): Pick<InventoryManifest, 'format' | 'columns'> {
  switch (format.toUpperCase()) {
    case 'PARQUET':
      return { format: 'Parquet', columns: [] };
    case 'CSV': {
      const columns = schema.split(',').map((column) => column.trim());
      const plain = new Set(columns.map(columnId));
      if (columns.length > MAX_COLUMNS || plain.size !== columns.length || plain.has(''))
        throw refuse('has a fileSchema that is not a list of different columns');
      if (!plain.has('key')) throw refuse('has a fileSchema without the column Key');
      return { format: 'CSV', columns };
    }
    case 'ORC':
      throw refuse(
        'describes ORC files, which are not read here: query them through Athena as docs/census.md shows, or have the inventory delivered as Parquet or CSV',
      );
    default:
      throw refuse(`describes files of the unknown format ${JSON.stringify(format)}`);
  }
}

/** `EncryptionStatus` of a CSV schema and `encryption_status` of a Parquet file are one column. */
export const columnId = (name: string): string => name.toLowerCase().replaceAll('_', '');

/** Whether a key can stand for a path below a folder and nowhere else. */
function isPlainPath(key: string): boolean {
  if (key.includes('\\') || /\p{Cc}/u.test(key)) return false;
  return key.split('/').every((segment) => segment !== '' && segment !== '.' && segment !== '..');
}
