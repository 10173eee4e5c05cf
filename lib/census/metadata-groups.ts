import type { AthenaRow } from '../collectors/athena.ts';
import { AuditError } from '../model/errors.ts';
import type { ClientSideEncryption, ObjectEncryption } from '../model/object-encryption.ts';
import { classifyMarkers } from './classify.ts';
import { sealOfStatus, unknownStatus } from './encryption-status.ts';
import { SSE_C } from './head-outcome.ts';
import { mayHaveSibling, settleClaim } from './instruction-files.ts';
import type { Sibling } from './instruction-files.ts';
import { anyClass } from './inventory-groups.ts';
import { GROUP_COLUMNS, MARKER, markerOf, UNTOLD } from './metadata-sql.ts';
import type { GroupColumns } from './metadata-sql.ts';
import type { ObjectHooks } from './wanted.ts';

/** Rows of a metadata table that agree in everything that decides how they are judged. */
export type MetadataGroup = {
  readonly columns: GroupColumns;
  readonly objects: number;
  readonly bytes: number;
  readonly noncurrent: number;
  readonly isLatest: boolean;
  /** Keys whose current version by sequence number is not the newest by time. */
  readonly doubtful: number;
  /** Rows that may be instruction files of other objects. */
  readonly instructions: number;
  /** ISO 8601 UTC. */
  readonly newest: string | null;
} & (
  | { readonly kind: 'marker' }
  | { readonly kind: 'trouble'; readonly dataClasses: readonly string[]; readonly reason: string }
  | { readonly kind: 'seal'; readonly dataClasses: readonly string[]; readonly encryption: ObjectEncryption }
);

type Classifier = { readonly prefixes: readonly string[]; readonly classesOf: ObjectHooks['classesOf'] };

/** One row of `groupsQuery`. Throws AuditError FAILED when it is none. */
export function readGroup(row: AthenaRow, classifier: Classifier): MetadataGroup {
  const columns = columnsOf(row);
  const isLatest = columns.latest === 'true';
  const objects = whole(row, 'objects');
  const amount = {
    columns,
    objects,
    bytes: whole(row, 'bytes'),
    noncurrent: isLatest ? 0 : objects,
    isLatest,
    doubtful: whole(row, 'doubtful'),
    instructions: whole(row, 'instructions'),
    newest: instantOf(row['newest'] ?? null),
  };
  if (columns.trouble === MARKER) return { ...amount, kind: 'marker' };
  if (columns.trouble !== null)
    return { ...amount, kind: 'trouble', dataClasses: anyClass(classifier), reason: columns.trouble };
  const dataClasses = classifier.classesOf(textOf(row['sample'] ?? ''));
  const encryption = encryptionOf(columns, isLatest);
  if (typeof encryption === 'string') return { ...amount, kind: 'trouble', dataClasses, reason: encryption };
  return { ...amount, kind: 'seal', dataClasses, encryption };
}

/** The columns that both queries have: rows with the same are of the same group. */
export const columnsOf = (row: AthenaRow): GroupColumns =>
  Object.fromEntries(GROUP_COLUMNS.map((name) => [name, row[name] ?? null])) as GroupColumns;

export const groupKey = (columns: GroupColumns): string =>
  JSON.stringify(GROUP_COLUMNS.map((name) => columns[name]));

const SIBLINGS: readonly Sibling[] = ['none', 'marked-noncurrent', 'unreadable', 'marked'];

/** The seal of such a row, or the reason why nobody knows it. */
function encryptionOf(columns: GroupColumns, isLatest: boolean): ObjectEncryption | string {
  const { status, marks } = columns;
  // Empty means unencrypted; but an object that was gone before it was looked at has no metadata either, and then
  // an empty status says nothing (S3 user guide, live inventory tables schema).
  if (status === null && marks === UNTOLD) return unknownStatus(null);
  const serverSide = sealOfStatus(status ?? 'NOT-SSE', {
    keyArn: columns.key_arn,
    bucketKey: columns.bucket_key === null ? null : columns.bucket_key === 'true',
  });
  if (serverSide === null) return unknownStatus(status);
  const own = claimOf(marks ?? UNTOLD);
  if (serverSide.type === 'SSE-C' && own.kind === 'none') return SSE_C;
  const encryption: ObjectEncryption = { serverSide, clientSide: own };
  if (!mayHaveSibling(encryption)) return encryption;
  const sibling = SIBLINGS[Number(columns.sibling)] ?? 'unreadable';
  return { serverSide, clientSide: settleClaim(own, sibling, isLatest) };
}

const claimOf = (marks: string): ClientSideEncryption =>
  marks === UNTOLD
    ? { kind: 'undetermined', detail: 'S3 Metadata holds no user metadata of this version' }
    : classifyMarkers(markerOf(marks));

/** Hexadecimal UTF-8 as text. */
export const textOf = (hex: string): string => Buffer.from(hex, 'hex').toString('utf8');

/** A whole number of a row; throws AuditError FAILED when it is none. */
export function whole(row: AthenaRow, name: string): number {
  const value = row[name] ?? '';
  if (!/^\d+$/.test(value))
    throw new AuditError(
      'FAILED',
      `Athena answered with ${name} = ${value.slice(0, 40)}, which is no count.`,
    );
  return Number(value);
}

/** A timestamp as Athena spells it, which is in UTC, as ISO 8601; null when there is none. */
export function instantOf(text: string | null): string | null {
  const [, day, time, fraction = ''] =
    /^(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d)(?:\.(\d+))?$/.exec(text ?? '') ?? [];
  return day === undefined || time === undefined
    ? null
    : `${day}T${time}.${fraction.slice(0, 3).padEnd(3, '0')}Z`;
}
