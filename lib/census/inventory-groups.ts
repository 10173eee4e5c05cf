import type { ClientSideEncryption, ObjectEncryption } from '../model/object-encryption.ts';
import { sealOfStatus, unknownStatus } from './encryption-status.ts';
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
  if (typeof trouble === 'string') return troubled(trouble, anyClass(count));
  const dataClasses = count.classesOf(typeof sample === 'string' ? sample : '');
  if (!table.columns.has('encryptionstatus')) return troubled('NO_ENCRYPTION_STATUS', dataClasses);
  const told = { keyArn: null, bucketKey: typeof bucketKey === 'boolean' ? bucketKey : null };
  const serverSide = sealOfStatus(status, told);
  if (serverSide === null) return troubled(unknownStatus(status), dataClasses);
  return { ...amount, kind: 'seal', dataClasses, encryption: { serverSide, clientSide: UNTOLD } };
}

/** A key that cannot be read may belong to any class that goes by key. */
export const anyClass = ({ prefixes, classesOf }: Classifier): readonly string[] =>
  [...new Set(['', ...prefixes].flatMap((prefix) => classesOf(prefix)))].sort();

const UNTOLD: ClientSideEncryption = {
  kind: 'undetermined',
  detail: 'S3 Inventory does not report metadata',
};
