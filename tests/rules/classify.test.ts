import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { bucketMembership, bucketMemberships, compileKeyClassifier } from '../../lib/rules/classify.ts';
import type { BucketMembership } from '../../lib/rules/classify.ts';
import { absent, known, unknown } from '../../lib/model/observed.ts';
import type { Observed } from '../../lib/model/observed.ts';
import type { DataClass, DataClassMatcher } from '../../lib/model/requirement.ts';

const TAG: DataClassMatcher = { kind: 'bucket-tag', key: 'data-class', values: ['phi', 'pii'] };
const NAME: DataClassMatcher = { kind: 'bucket-name', glob: '*-phi-*' };
const PREFIX: DataClassMatcher = { kind: 'key-prefix', prefix: 'phi/' };

const phi = known({ 'data-class': 'phi' });
const other = known({ 'data-class': 'public' });
const denied = unknown({ code: 'ACCESS_DENIED', operation: 's3:GetBucketTagging', message: 'no' });

const dataClass = (id: string, ...any: DataClassMatcher[]): DataClass => ({ id, title: id, any });

describe('membership of a bucket', () => {
  test.each<
    [
      behaviour: string,
      any: DataClassMatcher[],
      name: string,
      tags: Observed<Readonly<Record<string, string>>>,
      expected: BucketMembership,
    ]
  >([
    ['a tag that matches', [TAG], 'b', phi, 'yes'],
    ['any of the values', [TAG], 'b', known({ 'data-class': 'pii' }), 'yes'],
    ['another value', [TAG], 'b', other, 'no'],
    ['a value in another case', [TAG], 'b', known({ 'data-class': 'PHI' }), 'no'],
    ['a key in another case', [TAG], 'b', known({ 'Data-Class': 'phi' }), 'no'],
    ['no tags at all', [TAG], 'b', absent, 'no'],
    ['tags that nobody could read', [TAG], 'b', denied, 'unknown'],
    ['a tag named like a member of every object', [{ ...TAG, key: 'constructor' }], 'b', other, 'no'],
    ['a name that matches', [NAME], 'acme-phi-raw', other, 'yes'],
    ['a name that does not', [NAME], 'acme-logs', other, 'no'],
    ['a name that matches, whatever the unread tags say', [TAG, NAME], 'acme-phi-raw', denied, 'yes'],
    ['a name that does not, and unread tags', [TAG, NAME], 'acme-logs', denied, 'unknown'],
    ['unread tags that no matcher asks for', [NAME], 'acme-logs', denied, 'no'],
    ['prefixes alone', [PREFIX], 'b', other, 'by-key'],
    ['prefixes beside a tag that does not match', [TAG, PREFIX], 'b', other, 'by-key'],
    ['prefixes beside a tag that does', [PREFIX, TAG], 'b', phi, 'yes'],
    ['prefixes beside unread tags: the whole bucket may belong', [TAG, PREFIX], 'b', denied, 'unknown'],
    ['prefixes beside unread tags that no matcher asks for', [PREFIX], 'b', denied, 'by-key'],
  ])('%s', (_, any, name, tags, expected) => {
    expect(bucketMembership(dataClass('p/c', ...any), { name, tags })).toBe(expected);
  });
});

describe('classes of a key', () => {
  const classes = [
    dataClass('z/all', NAME),
    dataClass('p/phi', TAG, PREFIX),
    dataClass('q/deep', { kind: 'key-prefix', prefix: 'phi/lab/' }, { kind: 'key-prefix', prefix: 'lab/' }),
    dataClass('q/none', { kind: 'bucket-name', glob: 'never' }),
  ];
  const classify = compileKeyClassifier(
    classes,
    bucketMemberships(classes, { name: 'acme-phi-raw', tags: other }),
  );

  test.each([
    ['a', ['z/all']],
    ['phi', ['z/all']],
    ['phi/', ['p/phi', 'z/all']],
    ['phi/a', ['p/phi', 'z/all']],
    ['phi/lab/1', ['p/phi', 'q/deep', 'z/all']],
    ['phi/zzz', ['p/phi', 'z/all']],
    ['lab/1', ['q/deep', 'z/all']],
    ['PHI/a', ['z/all']],
    ['', ['z/all']],
    ['zzz', ['z/all']],
  ])('%j', (key, expected) => {
    expect(classify(key)).toEqual(expected);
  });

  test('equal sets are one array that nobody can change', () => {
    expect(classify('phi/1')).toBe(classify('phi/2'));
    expect(classify('a')).toBe(classify('b'));
    expect(Object.isFrozen(classify('a'))).toBe(true);
  });

  test('where tags are unread, only keys under a prefix belong for certain', () => {
    const unsure = compileKeyClassifier(classes, bucketMemberships(classes, { name: 'logs', tags: denied }));
    expect(unsure('phi/1')).toEqual(['p/phi']);
    expect(unsure('a')).toEqual([]);
  });

  test('a class without a membership is a mistake of the caller', () => {
    expect(() => compileKeyClassifier(classes, {})).toThrow(TypeError);
  });

  test('agrees with asking every prefix, for any prefixes and keys', () => {
    const text = fc.string({ unit: fc.constantFrom('a', 'b', '/', '\uffff', '😀'), maxLength: 6 });
    const prefixes = fc.array(
      fc.tuple(
        fc.constantFrom('p/a', 'p/b', 'p/c'),
        text.filter((one) => one !== ''),
      ),
      { maxLength: 12 },
    );
    fc.assert(
      fc.property(prefixes, fc.array(text, { minLength: 1, maxLength: 20 }), (pairs, keys) => {
        const some = ['p/a', 'p/b', 'p/c'].map((id) =>
          dataClass(
            id,
            ...pairs
              .filter(([of]) => of === id)
              .map(([, prefix]): DataClassMatcher => ({ kind: 'key-prefix', prefix })),
          ),
        );
        const fast = compileKeyClassifier(some, { 'p/a': 'by-key', 'p/b': 'by-key', 'p/c': 'unknown' });
        for (const key of keys) {
          const slow = new Set(pairs.filter(([, prefix]) => key.startsWith(prefix)).map(([id]) => id));
          expect(fast(key)).toEqual([...slow].sort());
        }
      }),
      { numRuns: 500 },
    );
  });
});
