import { keyArnOf, principalArn } from './place.ts';
import type { Naming } from './place.ts';
import type { Estate } from './schema.ts';

const PLACEHOLDER = /\{\{([^{}]*)\}\}/g;

/** Statements of IAM's policy language, as the estate writes them. */
export type Statements = readonly Readonly<Record<string, unknown>>[];

/** What each placeholder stands for, by its first word; null when that is nothing here. */
const KINDS: Readonly<
  Record<string, (naming: Naming, name: string, bucket: string | null) => string | null>
> = {
  bucket: ({ state }, _name, bucket) => (bucket === null ? null : `arn:${state.partition}:s3:::${bucket}`),
  'default-key': (naming, _name, bucket) => {
    const key = defaultKey(naming.estate, bucket);
    return key === null ? null : keyArnOf(naming, key);
  },
  account: ({ estate }) => estate.account,
  organization: ({ estate }) => estate.organization?.id ?? null,
  key: (naming, name) => (Object.hasOwn(naming.estate.keys, name) ? keyArnOf(naming, name) : null),
  principal: (naming, name) => {
    const { principals } = naming.estate;
    const principal = Object.hasOwn(principals, name) ? principals[name] : undefined;
    return principal === undefined ? null : principalArn(naming, principal);
  },
};

/** A policy document of these statements, every placeholder filled in. `bucket`: whose policy it is, if a bucket's. */
export function policyDocument(naming: Naming, statements: Statements, bucket: string | null = null): string {
  const document = JSON.stringify({ Version: '2012-10-17', Statement: statements }, null, 2);
  return document.replaceAll(PLACEHOLDER, (all, words: string) => {
    const value = valueOf(naming, words, bucket);
    if (value === null) throw new RangeError(`${all} stands for nothing here`);
    return value;
  });
}

/** The placeholders in these statements that stand for nothing, in a sentence each. */
export function placeholderProblems(naming: Naming, statements: Statements, bucket: string | null): string[] {
  const found = [...JSON.stringify(statements).matchAll(PLACEHOLDER)].filter(
    ([, words = '']) => valueOf(naming, words, bucket) === null,
  );
  const where = bucket === null ? 'here' : `in the policy of ${bucket}`;
  return [...new Set(found.map(([all]) => `${all} stands for nothing ${where}`))];
}

function valueOf(naming: Naming, words: string, bucket: string | null): string | null {
  const [kind = '', name = '', ...more] = words.split(' ');
  const named = kind === 'key' || kind === 'principal';
  if (more.length > 0 || named !== (name !== '') || !Object.hasOwn(KINDS, kind)) return null;
  return KINDS[kind]?.(naming, name, bucket) ?? null;
}

/** Name of the estate's key that a bucket's default encryption ends up with, directly or by its alias. */
function defaultKey(estate: Estate, bucket: string | null): string | null {
  if (bucket === null || !Object.hasOwn(estate.buckets, bucket)) return null;
  const home = estate.buckets[bucket];
  const given = home?.default.key ?? '';
  if (Object.hasOwn(estate.keys, given)) return given;
  const found = Object.entries(estate.keys).find(
    ([, { alias, region }]) =>
      alias !== undefined &&
      `alias/${alias}` === given &&
      (region ?? estate.region) === (home?.region ?? estate.region),
  );
  return found?.[0] ?? null;
}
