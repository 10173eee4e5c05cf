import type { Census, SealGroup, SealReuse, UnassessedGroup, UploadGroup } from '../model/census.ts';
import { addSpent } from '../model/spent.ts';
import { groupId, sortedById } from './tally.ts';

/**
 * Several censuses of disjoint parts of one bucket as one: the same, whichever way it was divided. The first
 * incomplete part, in the order given, tells why the whole is.
 */
export function mergeCensuses(parts: readonly Census[], bucket: string, source: Census['source']): Census {
  const sum = (count: (part: Census) => number): number => parts.reduce((n, part) => n + count(part), 0);
  const incomplete = parts.find((part) => !part.complete);
  const spent = parts.flatMap((part) => part.spent ?? []);
  const uploadsIncomplete = parts.find((part) => !part.uploadsComplete);
  return {
    bucket,
    source,
    complete: incomplete === undefined,
    incompleteReason: incomplete?.incompleteReason ?? null,
    population: sum((part) => part.population),
    populationBytes: sum((part) => part.populationBytes),
    assessed: sum((part) => part.assessed),
    excluded: mergeCounts(parts.map((part) => part.excluded)),
    deleteMarkers: sum((part) => part.deleteMarkers),
    groups: mergeGroups(
      parts.flatMap((part) => part.groups),
      (group) => groupId(group.dataClasses, group.encryption),
      addSeals,
    ),
    unassessed: mergeGroups(
      parts.flatMap((part) => part.unassessed),
      ({ dataClasses, reason }) => JSON.stringify([dataClasses, reason]),
      addUnassessed,
      // A part that asked some of what others left out takes them off again.
    ).filter(({ objects }) => objects !== 0),
    uploads: mergeGroups(
      parts.flatMap((part) => part.uploads),
      ({ dataClasses }) => JSON.stringify(dataClasses),
      addUploads,
    ),
    uploadsComplete: uploadsIncomplete === undefined,
    uploadsIncompleteReason: uploadsIncomplete?.uploadsIncompleteReason ?? null,
    ...(spent.length > 0 && { spent: addSpent(spent) }),
    ...mergeReuse(parts),
  };
}

function mergeReuse(parts: readonly Census[]): Pick<Census, 'reuse'> {
  const all = parts.flatMap(({ reuse }) => reuse ?? []);
  if (all.length === 0) return {};
  const because: SealReuse['because'] = mergeCounts(all.map((one) => one.because));
  const sum = (count: (one: SealReuse) => number): number => all.reduce((n, one) => n + count(one), 0);
  return { reuse: { asked: sum((one) => one.asked), takenOver: sum((one) => one.takenOver), because } };
}

const addSeals = (a: SealGroup, b: SealGroup): SealGroup => ({
  ...a,
  ...addDrawn(a, b),
  objects: a.objects + b.objects,
  bytes: a.bytes + b.bytes,
  noncurrent: a.noncurrent + b.noncurrent,
});

const addUnassessed = (a: UnassessedGroup, b: UnassessedGroup): UnassessedGroup => ({
  ...a,
  ...addDrawn(a, b),
  objects: a.objects + b.objects,
  bytes: a.bytes + b.bytes,
});

type Drawn = { readonly drawn?: number };
const addDrawn = (a: Drawn, b: Drawn): Drawn =>
  a.drawn === undefined && b.drawn === undefined ? {} : { drawn: (a.drawn ?? 0) + (b.drawn ?? 0) };

const addUploads = (a: UploadGroup, b: UploadGroup): UploadGroup => ({
  ...a,
  uploads: a.uploads + b.uploads,
  oldestInitiated: earliest(a.oldestInitiated, b.oldestInitiated),
});

const earliest = (a: string | null, b: string | null): string | null =>
  a === null ? b : b === null || a <= b ? a : b;

function mergeGroups<T>(groups: readonly T[], idOf: (group: T) => string, add: (a: T, b: T) => T): T[] {
  const byId = new Map<string, T>();
  for (const group of groups) {
    const id = idOf(group);
    const before = byId.get(id);
    byId.set(id, before === undefined ? group : add(before, group));
  }
  return sortedById(byId);
}

function mergeCounts(all: readonly Readonly<Record<string, number>>[]): Record<string, number> {
  const counts = new Map<string, number>();
  for (const [reason, count] of all.flatMap((one) => Object.entries(one)))
    counts.set(reason, (counts.get(reason) ?? 0) + count);
  return Object.fromEntries([...counts].sort(([a], [b]) => (a < b ? -1 : 1)));
}
