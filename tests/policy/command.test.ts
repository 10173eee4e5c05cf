import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, test } from '@jest/globals';
import { quote } from '../../lib/policy/prove/command.ts';

const echo = (words: readonly string[]): readonly string[] =>
  execFileSync('bash', ['-c', `printf '%s\\0' ${words.map(quote).join(' ')}`], {
    encoding: 'utf8',
    env: { LC_ALL: 'C.UTF-8' },
  })
    .split('\0')
    .slice(0, -1);

describe('a word on the command line', () => {
  test.each([
    ['plain', 'arn:aws:s3:::b/x', 'arn:aws:s3:::b/x'],
    ['with a space', 'a b', "'a b'"],
    ['with a quote', "it's", "'it'\\''s'"],
    ['that would run something', '$(rm -rf ~)`x`', "'$(rm -rf ~)`x`'"],
    ['with a line break', 'a\nb', "$'a\\x0ab'"],
    ['with an escape sequence', '\u001B[31m', "$'\\x1b[31m'"],
    ['with a text turned round', '\u202Eabc', "$'\\xe2\\x80\\xaeabc'"],
    ['of nothing', '', "''"],
  ])('%s', (_, word, quoted) => {
    expect(quote(word)).toBe(quoted);
    expect(echo([word])).toEqual([word]);
  });

  test('is read back as it is by a shell, and never breaks the line', () => {
    const words = fc.array(
      fc
        .string({ unit: 'binary', maxLength: 12 })
        .filter((word) => !word.includes('\0') && word.isWellFormed()),
      { minLength: 40, maxLength: 40 },
    );
    fc.assert(
      fc.property(words, (all) => {
        expect(all.map(quote).join('')).not.toMatch(/[\p{Cc}\p{Zl}\p{Zp}]/u);
        expect(echo(all)).toEqual(all);
      }),
      { numRuns: 15 },
    );
  });
});
