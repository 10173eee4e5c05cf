import fc from 'fast-check';
import { describe, expect, test } from '@jest/globals';
import {
  instant,
  instants,
  isBefore,
  keyFromPattern,
  parseInstant,
  parseSize,
  sizes,
  timeOf,
} from '../../../lib/sandbox/estate/notation.ts';
import { NOW } from './small.ts';

const DAY = 86_400_000;

describe('a date is', () => {
  test.each([
    ['a day', '2024-05-01', { at: Date.UTC(2024, 4, 1) }],
    ['the extra day of a leap year', '2024-02-29', { at: Date.UTC(2024, 1, 29) }],
    ['a second', '2024-05-01T10:20:30Z', { at: Date.UTC(2024, 4, 1, 10, 20, 30) }],
    ['days ago', '-30d', { offset: -30 * DAY }],
    ['days ahead', '+9d', { offset: 9 * DAY }],
    ['hours ago', '-4h', { offset: -4 * 3_600_000 }],
    ['minutes ago', '-15m', { offset: -15 * 60_000 }],
    ['no day that no calendar has', '2024-02-31', null],
    ['no leap day in other years', '2023-02-29', null],
    ['no 13th month', '2024-13-01', null],
    ['no 24th hour', '2024-05-01T24:00:00Z', null],
    ['no local time', '2024-05-01T10:20:30', null],
    ['no other zone', '2024-05-01T10:20:30+02:00', null],
    ['no number without a sign', '30d', null],
    ['no unit but d, h and m', '-3w', null],
    ['no fraction', '-1.5d', null],
    ['no span of millennia', '-100000d', null],
    ['not empty', '', null],
    ['not padded', ' 2024-05-01', null],
  ] as const)('%s', (_name, text, expected) => {
    expect(parseInstant(text)).toEqual(expected);
    expect(instant.safeParse(text).success).toBe(expected !== null);
  });

  test('relative to the clock only when it says so', () => {
    expect(timeOf({ at: 5 }, NOW)).toBe(5);
    expect(timeOf({ offset: -5 }, NOW)).toBe(NOW - 5);
  });

  test('before another, or cannot be compared with it', () => {
    expect(isBefore({ at: 1 }, { at: 2 })).toBe(true);
    expect(isBefore({ at: 2 }, { at: 2 })).toBe(false);
    expect(isBefore({ offset: -2 }, { offset: -1 })).toBe(true);
    expect(isBefore({ at: 1 }, { offset: -1 })).toBeNull();
  });
});

describe('a size is', () => {
  test.each([
    ['bytes', '17 B', 17],
    ['thousands', '12 kB', 12_000],
    ['a fraction', '1.5 MB', 1_500_000],
    ['without a space', '3GB', 3e9],
    ['nothing', '0 B', 0],
    ['the largest object', '50 TB', 50e12],
    ['no larger one', '51 TB', null],
    ['no number past all bounds', `${'9'.repeat(400)} B`, null],
    ['not negative', '-1 B', null],
    ['no bare number', '12', null],
    ['no other unit', '1 KiB', null],
  ] as const)('%s', (_name, text, expected) => {
    expect(parseSize(text)).toBe(expected);
  });
});

describe('a span is', () => {
  test.each([
    ['one value, from it to it', '2024-05-01', true],
    ['two with .. between', '2024-05-01 .. 2024-06-01', true],
    ['two without spaces', '-9d..-1d', true],
    ['one that ends on the clock and began on a date', '2024-05-01 .. -1d', true],
    ['not three', '-9d .. -5d .. -1d', false],
    ['not open', '-9d ..', false],
    ['not backwards', '2024-06-01 .. 2024-05-01', false],
    ['not backwards by the clock', '-1d .. -9d', false],
  ] as const)('%s', (_name, text, accepted) => {
    expect(instants.safeParse(text).success).toBe(accepted);
  });

  test('of sizes, from small to large', () => {
    expect(sizes.parse('1 kB .. 2 MB')).toEqual({ from: 1000, to: 2_000_000 });
    expect(sizes.safeParse('2 MB .. 1 kB').success).toBe(false);
  });
});

describe('a key pattern', () => {
  const hex = (digits: number): string => 'f'.repeat(digits);
  test.each([
    ['counts', 'a/{n}', 'a/7'],
    ['pads', 'a/{n:4}', 'a/0007'],
    ['draws eight hexadecimal digits', '{hex}', 'ffffffff'],
    ['draws as many as asked', '{hex:2}/{hex:3}', 'ff/fff'],
    ['repeats the number', '{n}/{n:2}', '7/07'],
    ['leaves other braces alone', '{x}{}{n:}{n:100}{{n', '{x}{}{n:}{n:100}{{n'],
  ])('%s', (_name, pattern, expected) => {
    expect(keyFromPattern(pattern, 7, hex)).toBe(expected);
  });

  test('without placeholders is the key itself', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary' }).filter((text) => !text.includes('{')),
        (text) => keyFromPattern(text, 3, hex) === text,
      ),
    );
  });
});
