import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { formatBytes, formatCount, formatInstant, formatPeriod, formatShare } from '../../reports/format.ts';
import { visible, visibleBlock } from '../../reports/visible.ts';

describe('numbers', () => {
  test.each([
    [0, '0'],
    [999, '999'],
    [1000, '1,000'],
    [1234567, '1,234,567'],
    [10_000_000_000, '10,000,000,000'],
  ])('%d objects → %s', (value, text) => expect(formatCount(value)).toBe(text));

  test.each([
    [0, '0 B'],
    [1023, '1023 B'],
    [1024, '1 KiB'],
    [1536, '1.5 KiB'],
    [1024 ** 2 - 1, '1 MiB'],
    [1024 ** 3, '1 GiB'],
    [5.25 * 1024 ** 5, '5.3 PiB'],
  ])('%d bytes → %s', (value, text) => expect(formatBytes(value)).toBe(text));

  test.each([
    [0, 10, '0%'],
    [10, 10, '100%'],
    [0, 0, '0%'],
    [1, 3, '33.3%'],
    [1, 1_000_000, '<0.1%'],
    [999_999, 1_000_000, '>99.9%'],
    [1, 2, '50%'],
  ])('%d of %d → %s', (part, whole, text) => expect(formatShare(part, whole)).toBe(text));

  test('a share reads 100% only when nothing is missing, 0% only when there is nothing', () => {
    fc.assert(
      fc.property(fc.nat(1e6), fc.integer({ min: 1, max: 1e6 }), (part, rest) => {
        expect(formatShare(part, part + rest)).not.toBe('100%');
        if (part > 0) expect(formatShare(part, part + rest)).not.toBe('0%');
      }),
    );
  });

  test.each([
    ['2026-11-24T14:15:02Z', '2026-11-24 14:15 UTC'],
    ['2026-11-24T14:15:02.123Z', '2026-11-24 14:15 UTC'],
    ['yesterday', 'yesterday'],
  ])('%s → %s', (iso, text) => expect(formatInstant(iso)).toBe(text));
});

describe('the period of a run', () => {
  test.each([
    ['2026-11-24T14:15:02Z', '2026-11-24T14:19:40Z', '2026-11-24 14:15 to 14:19 UTC'],
    ['2026-11-24T23:59:02Z', '2026-11-25T00:19:40Z', '2026-11-24 23:59 UTC to 2026-11-25 00:19 UTC'],
    ['2026-11-24T14:15:02Z', '2026-11-24T14:15:40Z', '2026-11-24 14:15 UTC'],
    ['some day', 'some other day', 'some day to some other day'],
    ['2026-11-24T14:15:02Z', 'some day', '2026-11-24 14:15 UTC to some day'],
  ])('%s to %s', (from, to, words) => expect(formatPeriod(from, to)).toBe(words));
});

describe('visible', () => {
  test.each([
    ['a right-to-left override', 'a\u202Eb', 'a\\u{202E}b'],
    ['a line feed', 'a\nb', 'a\\u{0A}b'],
    ['a zero-width space', 'a\u200Bb', 'a\\u{200B}b'],
    ['a soft hyphen', 'a\u00ADb', 'a\\u{AD}b'],
    ['a line separator', 'a\u2028b', 'a\\u{2028}b'],
    ['a no-break space', 'a\u00A0b', 'a\\u{A0}b'],
    ['an escape', '\u001B[31m', '\\u{1B}[31m'],
    ['a tag character', '\u{E0041}', '\\u{E0041}'],
    ['a lone surrogate', '\uD800', '\\u{D800}'],
    ['Hebrew, which is only text', 'שלום', 'שלום'],
    ['an emoji outside the basic plane', '🔒', '🔒'],
    ['a space', 'a b', 'a b'],
  ])('%s', (_, text, shown) => expect(visible(text)).toBe(shown));

  test('a block keeps its line feeds and tabs and nothing else', () => {
    expect(visibleBlock('a\n\tb\r\u202E')).toBe('a\n\tb\\u{0D}\\u{202E}');
  });
});
