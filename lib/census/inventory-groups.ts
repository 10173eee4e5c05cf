import type { ClientSideEncryption, ObjectEncryption } from '../model/object-encryption.ts';
import type { InventoryTable } from './inventory-sql.ts';
import type { ObjectHooks } from './wanted.ts';

type Amount = {
  readonly id: number;
  readonly objects: number;
  readonly bytes: number;
  readonly noncurrent: number;
};
/** Rows of an inventory file that agree in everything that decides how they are judged. */
export type Group = Amount &
  (
    | { readonly kind: 'marker' }
    | { readonly kind: 'trouble'; readonly dataClasses: readonly string[]; readonly reason: string }
    | {
        readonly kind: 'seal';
        readonly dataClasses: readonly string[];
        readonly encryption: ObjectEncryption;
        readonly ask?: boolean;
      }
  );

type Classifier = { readonly prefixes: readonly string[]; readonly classesOf: ObjectHooks['classesOf'] };

/** One row of `groupsQuery`. */
export function readGroup(row: readonly unknown[], count: Classifier, table: InventoryTable): Group {
  const [id, trouble, status, bucketKey, latest, marker, , objects, bytes, sample] = row;
  const amount = {
    id: Number(id),
    objects: Number(objects),
    bytes: Math.max(0, Number(bytes)),
    noncurrent: latest === true ? 0 : Number(objects),
  };
  if (marker === true) return { ...amount, kind: 'marker' };
  const troubled = (reason: string, dataClasses: readonly string[]): Group => ({
    ...amount,
    kind: 'trouble',
    dataClasses,
    reason,
  });
  // A key that cannot be read may belong to any class that goes by key.
  if (typeof trouble === 'string') return troubled(trouble, anyClass(count));
  const dataClasses = count.classesOf(typeof sample === 'string' ? sample : '');
  if (!table.columns.has('encryptionstatus')) return troubled('NO_ENCRYPTION_STATUS', dataClasses);
  const encryption = sealOf(status, typeof bucketKey === 'boolean' ? bucketKey : null);
  if (encryption === null) {
    return troubled(
      typeof status === 'string' ? `UNKNOWN_ENCRYPTION_STATUS(${printable(status)})` : 'NO_ENCRYPTION_STATUS',
      dataClasses,
    );
  }
  return { ...amount, kind: 'seal', dataClasses, encryption };
}

const printable = (text: string): string => text.slice(0, 40).replace(/\p{C}/gu, '\uFFFD');

const anyClass = ({ prefixes, classesOf }: Classifier): readonly string[] =>
  [...new Set(['', ...prefixes].flatMap((prefix) => classesOf(prefix)))].sort();

const UNTOLD: ClientSideEncryption = {
  kind: 'undetermined',
  detail: 'S3 Inventory does not report metadata',
};

/** The values of EncryptionStatus (FACTS §3); null for any other. */
function sealOf(status: unknown, bucketKey: boolean | null): ObjectEncryption | null {
  switch (status) {
    case 'SSE-S3':
      return { serverSide: { type: 'SSE-S3' }, clientSide: UNTOLD };
    case 'SSE-KMS':
      return { serverSide: { type: 'SSE-KMS', keyArn: null, bucketKey }, clientSide: UNTOLD };
    case 'DSSE-KMS':
      return { serverSide: { type: 'DSSE-KMS', keyArn: null }, clientSide: UNTOLD };
    case 'SSE-C':
      return { serverSide: { type: 'SSE-C' }, clientSide: UNTOLD };
    case 'NOT-SSE':
      return { serverSide: { type: 'NONE' }, clientSide: UNTOLD };
    default:
      return null;
  }
}
