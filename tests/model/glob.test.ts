import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { matchesArn, matchesGlob } from '../../lib/model/glob.ts';

describe('a glob', () => {
  test.each([
    ['*-phi-*', 'northwind-phi-records', true],
    ['*-phi-*', 'northwind-phi', false],
    ['b?cket', 'bucket', true],
    ['b?cket', 'bcket', false],
    ['a*b*c', 'a-b-b-c', true],
    ['', '', true],
    ['*', '', true],
    ['Phi', 'phi', false],
    ['a.c', 'abc', false],
  ])('%s on %s → %s', (pattern, text, expected) => {
    expect(matchesGlob(pattern, text)).toBe(expected);
  });

  test('agrees with the regular expression it stands for', () => {
    const letters = fc.string({ unit: fc.constantFrom('a', 'b', '*', '?'), maxLength: 8 });
    const texts = fc.string({ unit: fc.constantFrom('a', 'b'), maxLength: 10 });
    fc.assert(
      fc.property(letters, texts, (pattern, text) => {
        const source = pattern.replaceAll('*', '[^]*').replaceAll('?', '[^]');
        expect(matchesGlob(pattern, text)).toBe(new RegExp(`^(?:${source})$`).test(text));
      }),
    );
  });

  test('stays quick on a pattern that makes backtracking matchers explode', () => {
    expect(matchesGlob('*a'.repeat(40), 'a'.repeat(2_000) + 'b')).toBe(false);
  });
});

describe('an ARN pattern', () => {
  test.each([
    ['arn:aws:kms:*:111122223333:key/*', 'arn:aws:kms:eu-west-1:111122223333:key/abc', true],
    ['arn:aws:kms:*:111122223333:key/*', 'arn:aws:kms:eu-west-1:444455556666:key/abc', false],
    ['arn:aws:kms:*:key/abc', 'arn:aws:kms:eu-west-1:111122223333:key/abc', false],
    ['arn:*', 'arn:aws:kms:eu-west-1:111122223333:key/abc', false],
    ['arn:aws:s3:::b/*', 'arn:aws:s3:::b/a:c', true],
  ])('%s on %s → %s', (pattern, arn, expected) => {
    expect(matchesArn(pattern, arn)).toBe(expected);
  });
});
