import { describe, expect, test } from '@jest/globals';
import { PACK, edited, packOf, told } from './packs.ts';

describe('text that is not YAML is refused in words that say what to do', () => {
  test.each([
    ['a tab', 'a:\n\tb: 1', '2:1: a tab indents this line; YAML indents with spaces'],
    [
      'crooked keys',
      'a:\n  b: 1\n c: 2',
      '3:1: the indentation does not fit; keys of one map begin in the same column',
    ],
    [
      'a second colon',
      'title: PHI: all',
      '1:8: a "key: value" where none fits; quote text that holds ": ", or mend the indentation',
    ],
    ['a missing colon', 'pack: p\ntitle', '2:1: no ": " on this line; write it as "key: value"'],
    ['an open quote', 'pack: "p', '1:9: a quote before this is not closed; close it'],
    [
      'an open bracket',
      'a: [1\nb: 2',
      '2:1: a [ or { before this is not closed, or its lines are not indented; close it',
    ],
    ['an @ that begins text', 'pack: @p', '1:7: text cannot begin with "@" here; quote it'],
    ['a lone star', 'bucket-name: *', '1:14: text cannot begin with "*" here; quote it'],
    [
      'an escape of regular expressions',
      'pack: "\\d"',
      '1:8: not an escape that double quotes know; use single quotes for text with backslashes',
    ],
    [
      'a second document',
      'pack: p\n---\npack: q',
      '2:1: a second YAML document begins here; a file holds one rule pack',
    ],
    [
      'a tag',
      'pack: !!binary cA==',
      '1:7: YAML tags (!) have no meaning in a rule pack; remove it, or quote the text',
    ],
    [
      'a tag of the writer’s own',
      'pack: !env NAME',
      '1:7: YAML tags (!) have no meaning in a rule pack; remove it, or quote the text',
    ],
  ])('%s', (_, text, expected) => {
    expect(told(text)).toEqual([expected]);
  });
});

describe('text that only YAML tells apart', () => {
  test('a byte order mark shifts no column', () => {
    expect(told(`\ufeff${edited('pack: p', 'pack: P')}`)[0]).toMatch(/^1:7 pack: /);
  });

  test('Windows line ends change nothing', () => {
    const folded = edited('title: PHI is sealed', 'title: >\n      PHI\n      is sealed');
    expect(packOf(folded.replaceAll('\n', '\r\n'))).toEqual(packOf(folded));
    expect(packOf(folded).requirements[0]?.title).toBe('PHI is sealed');
  });

  test('yes and no are text, whatever version the file claims', () => {
    const [matcher] = packOf(`%YAML 1.1\n---\n${edited('[phi]', '[yes]')}`).dataClasses[0]!.any;
    expect(matcher).toEqual({ kind: 'bucket-tag', key: 'data-class', values: ['yes'] });
  });

  test('an alias repeats a value, and its problems are told where the value stands', () => {
    const twice = edited('allow: [SSE-KMS]', 'allow: &types [SSE-KMS, DSSE-KMS]').replace(
      'waivers:',
      '  - { id: other, title: Other, data-class: phi, severity: low, encryption: { allow: *types } }\nwaivers:',
    );
    expect(packOf(twice).requirements.map(({ encryption }) => encryption.allow)).toEqual([
      ['SSE-KMS', 'DSSE-KMS'],
      ['SSE-KMS', 'DSSE-KMS'],
    ]);
    const problem =
      '"DSSE-KSM" is not an encryption type; did you mean DSSE-KMS? Allowed: SSE-S3, SSE-KMS, DSSE-KMS, SSE-C';
    expect(told(twice.replace('DSSE-KMS]', 'DSSE-KSM]'))).toEqual([
      `12:31 requirements[0].encryption.allow[1]: ${problem}`,
      `12:31 requirements[1].encryption.allow[1]: ${problem}`,
    ]);
  });
});

describe('hostile text', () => {
  test('nine levels of aliases do not multiply', () => {
    const levels = Array.from(
      { length: 9 },
      (_, i) => `a${i + 1}: &a${i + 1} [${Array(9).fill(`*a${i}`).join(',')}]`,
    );
    expect(told(`a0: &a0 [x,x,x,x,x,x,x,x,x]\n${levels.join('\n')}`)).toEqual([
      '1:1: holds more than 100 aliases; split it',
    ]);
  });

  test('an alias inside its own anchor ends', () => {
    expect(told('waivers: &w [*w]').at(-1)).toMatch(
      /: is nested too deeply; a rule pack has at most 32 levels$/,
    );
  });

  test.each([
    ['flow lists', `a: ${'['.repeat(50_000)}`],
    ['flow maps', '{a: '.repeat(50_000)],
    ['block lists', '- '.repeat(100_000)],
    ['explicit keys', '? '.repeat(100_000)],
  ])('deep %s are refused, not followed', (_, text) => {
    expect(told(text)).toEqual(['1:1: is nested too deeply; a rule pack has at most 32 levels']);
  });

  test.each([
    [
      'text',
      '#'.repeat(1024 * 1024 + 1),
      '1:1: is 1048577 characters long; a rule pack has at most 1048576: split it',
    ],
    ['values', `requirements: [${'{},'.repeat(20_000)}]`, '1:1: holds more than 20000 values; split it'],
  ])('too much %s is refused', (_, text, expected) => {
    expect(told(text)).toEqual([expected]);
  });

  test('as many problems as fit are all told', () => {
    const keys = Array.from({ length: 5_000 }, (_, i) => `k${i}: 1\n`).join('');
    expect(told(PACK + keys)).toHaveLength(5_000);
    expect(told(PACK + keys).at(-1)).toMatch(/^5020:1 k4999: is not a key/);
  });

  test.each([
    ['an escape sequence', '"PHI \\e[31m is"', 'holds a control character: "PHI \\u{1b}[31m is"; remove it'],
    [
      'a mark that turns text around',
      'PHI \u202e si',
      'holds a control character: "PHI \\u{202e} si"; remove it',
    ],
    ['half a character', '"PHI \\ud800"', 'holds a control character: "PHI \\u{d800}"; remove it'],
  ])('%s in a title is refused and not printed', (_, title, expected) => {
    expect(told(edited('PHI is sealed', title))).toEqual([`8:12 requirements[0].title: ${expected}`]);
  });

  test('a control character in a key is refused and not printed', () => {
    const lines = told(edited('severity: high', 'severity: high\n    "\\e]0;x\\a": 1'));
    expect(lines[0]).toBe(
      '11:5 requirements[0]["\\u{1b}]0;x\\u{7}"]: is a key that holds a control character: "\\u{1b}]0;x\\u{7}"; remove it',
    );
  });

  test('scripts that need joiners keep them', () => {
    expect(packOf(edited('PHI is sealed', 'داده‌های سلامت')).requirements[0]?.title).toBe('داده‌های سلامت');
  });

  test('text beyond all reason is refused', () => {
    expect(told(edited('It moves in spring', 'x'.repeat(4001)))).toEqual([
      '16:13 waivers[0].reason: is 4001 characters long; at most 4000',
    ]);
    expect(told(edited('PHI is sealed', 'x'.repeat(201)))).toEqual([
      '8:12 requirements[0].title: is 201 characters long; at most 200',
    ]);
  });
});
