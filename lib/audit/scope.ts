import type { BucketEvidence } from '../model/evidence.ts';
import type { RulePack } from '../model/requirement.ts';
import { bucketMemberships, compileKeyClassifier } from '../rules/classify.ts';
import type { BucketMembership } from '../rules/classify.ts';

/** Which data classes one bucket holds, and which of its keys hold them. */
export type BucketScope = {
  readonly memberships: Readonly<Record<string, BucketMembership>>;
  readonly classesOf: (key: string) => readonly string[];
  /** False when no requirement can be about this bucket: its objects need not be listed. */
  readonly concerned: boolean;
};

/** The scope of one bucket under these packs. Pure: the same packs and evidence give the same scope. */
export function scopeOf(packs: readonly RulePack[], bucket: BucketEvidence): BucketScope {
  const dataClasses = packs.flatMap((pack) => pack.dataClasses);
  const memberships = bucketMemberships(dataClasses, bucket);
  const required = new Set(
    packs.flatMap((pack) => pack.requirements.map((requirement) => requirement.dataClass)),
  );
  return {
    memberships,
    classesOf: compileKeyClassifier(dataClasses, memberships),
    concerned: Object.entries(memberships).some(
      ([id, membership]) => required.has(id) && membership !== 'no',
    ),
  };
}

/** Every beginning of an object key that some data class goes by, sorted. */
export const allKeyPrefixes = (packs: readonly RulePack[]): readonly string[] =>
  prefixesIn(packs.flatMap((pack) => pack.dataClasses));

/** The beginnings of object keys that put an object in a data class, sorted. */
export const keyPrefixesOf = (packs: readonly RulePack[], dataClass: string): readonly string[] =>
  prefixesIn(packs.flatMap((pack) => pack.dataClasses).filter(({ id }) => id === dataClass));

function prefixesIn(dataClasses: RulePack['dataClasses']): readonly string[] {
  const matchers = dataClasses.flatMap(({ any }) => any);
  return [...new Set(matchers.flatMap((one) => (one.kind === 'key-prefix' ? [one.prefix] : [])))].sort();
}
