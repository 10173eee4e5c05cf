import type { ListedVersion } from '../collectors/object-listing.ts';
import { AuditError } from '../model/errors.ts';
import type { ClientSideEncryption, ObjectEncryption } from '../model/object-encryption.ts';
import { read } from './read-version.ts';
import type { Read } from './read-version.ts';
import type { HeadReader } from './head-outcome.ts';
import { mayHaveSibling, settle, SUFFIX } from './instruction-files.ts';
import type { Sibling } from './instruction-files.ts';
import type { Group } from './inventory-groups.ts';
import { toRecord } from './tally.ts';
import type { Tally } from './tally.ts';
import type { RecordObject, Wanted } from './wanted.ts';

/** How objects are asked for what an inventory does not tell: the key id and the marks of client-side encryption. */
export type HeadTopUp = {
  /** Whether some requirement on these classes cannot be judged from what the inventory told. */
  readonly needed: (dataClasses: readonly string[], encryption: ObjectEncryption) => boolean;
  readonly readHead: HeadReader;
  /** Whether some requirement on these classes asks for client-side encryption. */
  readonly siblingsMatter: (dataClasses: readonly string[]) => boolean;
  /** What there is of an instruction file; asked only of objects without marks of their own. */
  readonly lookUp: (instructionKey: string) => Promise<Sibling>;
  /** Objects asked ahead of the one that is settled. */
  readonly window: number;
  /** Asks only so many of them, drawn by this seed; null asks all. */
  readonly sample?: { readonly size: number; readonly seed: string } | null;
};

export type RowContext = {
  readonly bucket: string;
  readonly topUp: HeadTopUp | null;
  readonly topUps: { asked: number; changed: number };
  readonly mustRecord: Wanted;
};

const NOT_LOOKED_UP: ClientSideEncryption = {
  kind: 'undetermined',
  detail: 'it has no marks of its own, and no instruction file was looked for',
};

type WantedGroup = Exclude<Group, { readonly kind: 'marker' }>;
type RowSettler = {
  readonly add: (entry: ListedVersion, group: WantedGroup) => Promise<void>;
  readonly flush: () => Promise<void>;
};

/** Records rows as they are, or first asks the object itself, many at a time and in order. */
export function rowSettler(
  { bucket, topUp, topUps, mustRecord }: RowContext,
  tally: Tally,
  record: RecordObject,
): RowSettler {
  type Asked = { readonly read: Promise<Read | AuditError>; readonly group: WantedGroup & { kind: 'seal' } };
  const window: Asked[] = [];
  const settleOldest = async (ask: HeadTopUp): Promise<void> => {
    const oldest = window.shift();
    if (!oldest) return;
    const answer = await oldest.read;
    if (answer instanceof AuditError) throw answer;
    const { dataClasses, encryption: listed } = oldest.group;
    const { entry, outcome } = answer;
    topUps.asked += 1;
    if (outcome.kind === 'vanished') {
      tally.addExcluded(entry, 'VANISHED');
      return;
    }
    if (outcome.kind === 'unreadable') {
      tally.addUnreadable(entry, dataClasses, outcome.code);
      await record(toRecord(bucket, entry, dataClasses, { encryption: null, unreadable: outcome.code }));
      return;
    }
    let found = outcome.encryption;
    if (mayHaveSibling(found) && !ask.siblingsMatter(dataClasses)) {
      found = { serverSide: found.serverSide, clientSide: NOT_LOOKED_UP };
    } else if (mayHaveSibling(found)) {
      const settled = settle({ entry, encryption: found }, await ask.lookUp(`${entry.key}${SUFFIX}`));
      found = settled.encryption ?? found;
    }
    if (found.serverSide.type !== listed.serverSide.type) topUps.changed += 1;
    tally.addObject(entry, dataClasses, found);
    if (await mustRecord(dataClasses, found))
      await record(toRecord(bucket, entry, dataClasses, { encryption: found, unreadable: null }));
  };
  return {
    add: async (entry, group) => {
      if (group.kind === 'trouble') {
        await record(
          toRecord(bucket, entry, group.dataClasses, { encryption: null, unreadable: group.reason }),
        );
      } else if (group.ask && topUp) {
        window.push({ read: read(topUp.readHead, entry), group });
        if (window.length >= topUp.window) await settleOldest(topUp);
      } else {
        const { dataClasses, encryption } = group;
        await record(toRecord(bucket, entry, dataClasses, { encryption, unreadable: null }));
      }
    },
    flush: async () => {
      while (topUp && window.length > 0) await settleOldest(topUp);
    },
  };
}
