import type { Census, ObjectRecord, SealGroup, UnassessedGroup, UploadGroup } from '../model/census.ts';
import type { ObjectEncryption } from '../model/object-encryption.ts';
import type { ListedUpload, ListedVersion } from '../collectors/object-listing.ts';

/** Counts by data classes and seal. Its size follows the number of different seals, not of objects. */
export type Tally = {
  readonly addObject: (
    entry: ListedVersion,
    dataClasses: readonly string[],
    encryption: ObjectEncryption,
  ) => void;
  /** Many objects at once, which something else has counted. */
  readonly addObjects: (
    amount: Amount & { readonly noncurrent: number },
    dataClasses: readonly string[],
    encryption: ObjectEncryption,
  ) => void;
  readonly addUnreadableObjects: (amount: Amount, dataClasses: readonly string[], reason: string) => void;
  readonly addUnreadable: (entry: ListedVersion, dataClasses: readonly string[], reason: string) => void;
  readonly addExcluded: (entry: ListedVersion, reason: string) => void;
  readonly addDeleteMarkers: (count: number) => void;
  readonly addUpload: (upload: ListedUpload, dataClasses: readonly string[]) => void;
  readonly excluded: (reason: string) => number;
  /** Objects counted so far, in whatever way. */
  readonly population: () => number;
  readonly finish: (ending: CensusEnding) => Census;
};

type Amount = { readonly objects: number; readonly bytes: number };

/** How the listings ended; a null reason means they were read to their end. */
export type CensusEnding = {
  readonly incompleteReason: string | null;
  readonly uploadsIncompleteReason: string | null;
};

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** An empty tally of one bucket. */
export function createTally(bucket: string, source: Census['source']): Tally {
  const groups = new Map<string, Mutable<SealGroup>>();
  const unassessed = new Map<string, Mutable<UnassessedGroup>>();
  const uploads = new Map<string, Mutable<UploadGroup>>();
  const excluded = new Map<string, number>();
  let population = 0;
  let populationBytes = 0;
  let assessed = 0;
  let deleteMarkers = 0;
  const counted = ({ objects, bytes }: Amount): void => {
    population += objects;
    populationBytes += bytes;
  };
  const addObjects: Tally['addObjects'] = (amount, dataClasses, encryption) => {
    counted(amount);
    assessed += amount.objects;
    const id = groupId(dataClasses, encryption);
    const group = groups.get(id) ?? { dataClasses, encryption, objects: 0, bytes: 0, noncurrent: 0 };
    group.objects += amount.objects;
    group.bytes += amount.bytes;
    group.noncurrent += amount.noncurrent;
    groups.set(id, group);
  };
  const addUnreadableObjects: Tally['addUnreadableObjects'] = (amount, dataClasses, reason) => {
    counted(amount);
    const id = JSON.stringify([dataClasses, reason]);
    const group = unassessed.get(id) ?? { dataClasses, reason, objects: 0, bytes: 0 };
    group.objects += amount.objects;
    group.bytes += amount.bytes;
    unassessed.set(id, group);
  };
  return {
    addObjects,
    addUnreadableObjects,
    addObject: ({ size, isLatest }, dataClasses, encryption) => {
      addObjects({ objects: 1, bytes: size, noncurrent: isLatest ? 0 : 1 }, dataClasses, encryption);
    },
    addUnreadable: ({ size }, dataClasses, reason) => {
      addUnreadableObjects({ objects: 1, bytes: size }, dataClasses, reason);
    },
    addExcluded: ({ size }, reason) => {
      counted({ objects: 1, bytes: size });
      excluded.set(reason, (excluded.get(reason) ?? 0) + 1);
    },
    addDeleteMarkers: (count) => {
      deleteMarkers += count;
    },
    addUpload: ({ initiated }, dataClasses) => {
      const id = JSON.stringify(dataClasses);
      const group = uploads.get(id) ?? { dataClasses, uploads: 0, oldestInitiated: null };
      group.uploads += 1;
      if (initiated !== null && (group.oldestInitiated === null || initiated < group.oldestInitiated)) {
        group.oldestInitiated = initiated;
      }
      uploads.set(id, group);
    },
    excluded: (reason) => excluded.get(reason) ?? 0,
    population: () => population,
    finish: ({ incompleteReason, uploadsIncompleteReason }) => ({
      bucket,
      source,
      complete: incompleteReason === null,
      incompleteReason,
      population,
      populationBytes,
      assessed,
      excluded: Object.fromEntries([...excluded].sort(byId)),
      deleteMarkers,
      groups: sortedById(groups),
      unassessed: sortedById(unassessed),
      uploads: sortedById(uploads),
      uploadsComplete: uploadsIncompleteReason === null,
      uploadsIncompleteReason,
    }),
  };
}

/** Two objects with the same id are the same to every requirement. */
export function groupId(
  dataClasses: readonly string[],
  { serverSide, clientSide }: ObjectEncryption,
): string {
  let id = `${dataClasses.join(' ')}|${serverSide.type}`;
  if (serverSide.type === 'SSE-KMS') id += `|${serverSide.keyArn ?? ''}|${serverSide.bucketKey}`;
  else if (serverSide.type === 'DSSE-KMS') id += `|${serverSide.keyArn ?? ''}`;
  else if (serverSide.type === 'OTHER') id += `|${serverSide.header}`;
  return clientSide.kind === 'none' ? id : `${id}|${JSON.stringify(clientSide)}`;
}

/** The line of `objects/*.csv.gz` for one object. */
export function toRecord(
  bucket: string,
  entry: ListedVersion,
  dataClasses: readonly string[],
  outcome: { readonly encryption: ObjectEncryption | null; readonly unreadable: string | null },
): ObjectRecord {
  const { key, versionId, isLatest, size, lastModified } = entry;
  return { bucket, key, versionId, isLatest, size, lastModified, dataClasses, ...outcome };
}

const byId = ([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number =>
  a < b ? -1 : a > b ? 1 : 0;

/** The groups in the order of their ids, so that the same counts give the same bytes. */
export const sortedById = <T>(groups: ReadonlyMap<string, T>): T[] =>
  [...groups].sort(byId).map(([, group]) => group);
