import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { InventoryLocation } from '../collectors/inventory-files.ts';
import { AuditError } from '../model/errors.ts';
import { obtain, questionFor } from './count-inventory-file.ts';
import type { Session } from './duckdb.ts';
import { sealOfStatus } from './encryption-status.ts';
import type { InventoryManifest } from './inventory-manifest.ts';
import { allRowsQuery } from './inventory-sql.ts';
import type { SealedVersion, VersionSource } from './versions.ts';

/** One delivery of S3 Inventory, a file at a time; what a file lacks or cannot tell makes it incomplete. */
export function inventoryVersions(input: {
  readonly location: InventoryLocation;
  readonly manifest: InventoryManifest;
  readonly session: Session;
  /** An empty folder for data files. */
  readonly scratch: string;
  readonly onProgress: (versions: number) => void;
  readonly signal?: AbortSignal;
}): VersionSource {
  const { location, manifest, session, scratch, onProgress, signal } = input;
  let versioned = true;
  return {
    name: 'inventory',
    location: location.name,
    asOf: manifest.createdAt,
    currentOnly: () => !versioned,
    read: async (take) => {
      let told = 0;
      let incomplete: string | null = null;
      for (const file of manifest.files) {
        if (signal?.aborted) throw new AuditError('INTERRUPTED', 'The census was interrupted.');
        const path = join(scratch, `file${manifest.format === 'CSV' ? '.csv.gz' : '.parquet'}`);
        try {
          const problem = await obtain(file, path, { location });
          if (problem !== null) {
            incomplete ??= problem;
            continue;
          }
          const question = await questionFor(path, { session, manifest, prefixes: [] });
          versioned = question.table.columns.has('versionid');
          for await (const chunk of session.stream(allRowsQuery(question))) {
            const versions = chunk.flatMap(versionOf);
            await take(versions);
            told += versions.length;
            onProgress(told);
          }
        } catch (error) {
          if (error instanceof AuditError) throw error;
          incomplete ??= `MALFORMED: the inventory file ${file.key} cannot be read as ${manifest.format}`;
        } finally {
          await rm(path, { force: true });
        }
      }
      return incomplete;
    },
  };
}

function versionOf(row: readonly unknown[]): SealedVersion[] {
  const [trouble, status, bucketKey, latest, marker, , key, version, size, time] = row;
  if (marker === true) return [];
  const told = { keyArn: null, bucketKey: typeof bucketKey === 'boolean' ? bucketKey : null };
  const seal = trouble === null ? sealOfStatus(status, told) : null;
  const unreadable =
    typeof trouble === 'string'
      ? trouble
      : status === null
        ? 'NO_ENCRYPTION_STATUS'
        : 'UNKNOWN_ENCRYPTION_STATUS';
  return [
    {
      key: typeof key === 'string' ? key : '',
      versionId: typeof version === 'string' ? version : null,
      isLatest: latest === true,
      size: Number(size ?? 0),
      lastModified: typeof time === 'string' ? time : null,
      seal,
      unreadable: seal === null ? unreadable : null,
    },
  ];
}
