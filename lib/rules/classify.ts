import { matchesGlob } from '../model/glob.ts';
import type { Observed } from '../model/observed.ts';
import type { DataClass, DataClassMatcher } from '../model/requirement.ts';

/**
 * Whether a bucket holds a data class. `yes`: all of its objects belong. `by-key`: those whose key begins with one
 * of the class's prefixes. `unknown`: its tags could not be read and might decide.
 */
export type BucketMembership = 'yes' | 'no' | 'unknown' | 'by-key';

/** What a bucket is recognised by. */
export type BucketIdentity = {
  readonly name: string;
  readonly tags: Observed<Readonly<Record<string, string>>>;
};

/** Membership of one bucket in one class. Unread tags decide nothing that another matcher has decided already. */
export function bucketMembership(dataClass: DataClass, bucket: BucketIdentity): BucketMembership {
  const answers = new Set(dataClass.any.map((matcher) => matcherAnswer(matcher, bucket)));
  for (const answer of ['yes', 'unknown', 'by-key'] as const) if (answers.has(answer)) return answer;
  return 'no';
}

/** Membership of one bucket in every class, by class id. */
export const bucketMemberships = (
  dataClasses: readonly DataClass[],
  bucket: BucketIdentity,
): Readonly<Record<string, BucketMembership>> =>
  Object.fromEntries(dataClasses.map((dataClass) => [dataClass.id, bucketMembership(dataClass, bucket)]));

function matcherAnswer(matcher: DataClassMatcher, { name, tags }: BucketIdentity): BucketMembership {
  switch (matcher.kind) {
    case 'bucket-name':
      return matchesGlob(matcher.glob, name) ? 'yes' : 'no';
    case 'key-prefix':
      return 'by-key';
    case 'bucket-tag': {
      if (tags.state === 'unknown') return 'unknown';
      if (tags.state === 'absent' || !Object.hasOwn(tags.value, matcher.key)) return 'no';
      return matcher.values.includes(tags.value[matcher.key] ?? '') ? 'yes' : 'no';
    }
  }
}

/**
 * Compiles the classes of one bucket into a function from object key to the ids of the classes it certainly belongs
 * to, sorted. Equal sets are the same array. In a bucket of `unknown` membership only keys under one of the class's
 * prefixes belong for certain. Throws a TypeError when a class has no membership.
 */
export function compileKeyClassifier(
  dataClasses: readonly DataClass[],
  memberships: Readonly<Record<string, BucketMembership>>,
): (key: string) => readonly string[] {
  const always: string[] = [];
  const byPrefix = new Map<string, string[]>();
  for (const { id, any } of dataClasses) {
    const membership = Object.hasOwn(memberships, id) ? memberships[id] : undefined;
    if (membership === undefined) throw new TypeError(`no membership of data class ${id}`);
    if (membership === 'yes') always.push(id);
    if (membership !== 'by-key' && membership !== 'unknown') continue;
    for (const matcher of any) {
      if (matcher.kind === 'key-prefix')
        byPrefix.set(matcher.prefix, [...(byPrefix.get(matcher.prefix) ?? []), id]);
    }
  }
  return compilePrefixes(always, byPrefix);
}

type PrefixNode = {
  readonly prefix: string;
  readonly parent: PrefixNode | null;
  readonly ids: readonly string[];
};

/**
 * All prefixes of a key that are in a sorted list lie on one chain: the greatest entry not after the key, and the
 * entries that are prefixes of it. So a key costs one binary search, however many prefixes there are.
 */
function compilePrefixes(
  always: readonly string[],
  byPrefix: ReadonlyMap<string, readonly string[]>,
): (key: string) => readonly string[] {
  const interned = new Map<string, readonly string[]>();
  const intern = (ids: readonly string[]): readonly string[] => {
    const sorted = [...new Set(ids)].sort();
    const name = JSON.stringify(sorted);
    const same = interned.get(name) ?? Object.freeze(sorted);
    interned.set(name, same);
    return same;
  };
  const base = intern(always);
  const nodes: PrefixNode[] = [];
  for (const prefix of [...byPrefix.keys()].sort()) {
    let parent = nodes.at(-1) ?? null;
    while (parent !== null && !prefix.startsWith(parent.prefix)) parent = parent.parent;
    nodes.push({ prefix, parent, ids: intern([...(parent?.ids ?? base), ...(byPrefix.get(prefix) ?? [])]) });
  }
  return (key) => {
    let low = 0;
    let high = nodes.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((nodes[middle]?.prefix ?? '') <= key) low = middle + 1;
      else high = middle;
    }
    let node = nodes[low - 1] ?? null;
    while (node !== null && !key.startsWith(node.prefix)) node = node.parent;
    return node?.ids ?? base;
  };
}
