import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { csvRow } from '../../reports/csv.ts';
import { parseCsv } from './parse-csv.ts';

/** What csvRow documents: one apostrophe is taken from a cell of apostrophes followed by a formula's first character. */
const original = (cell: string) =>
  /^'+[=+\-@\uFF1D\uFF0B\uFF0D\uFF20\t\r\n]/.test(cell) ? cell.slice(1) : cell;

describe('csvRow', () => {
  test.each([
    ['plain text', 'a', 'a'],
    ['a comma', 'a,b', '"a,b"'],
    ['quotes', 'say "hi"', '"say ""hi"""'],
    ['a line feed inside', 'a\nb', '"a\nb"'],
    ['a carriage return inside', 'a\rb', '"a\rb"'],
    ['a formula', '=1+1', "'=1+1"],
    ['a formula that needs quotes', '=HYPERLINK("x","y")', '"\'=HYPERLINK(""x"",""y"")"'],
    ['a plus sign', '+41 79', "'+41 79"],
    ['a minus sign', '-1', "'-1"],
    ['an at sign', '@SUM(A1)', "'@SUM(A1)"],
    ['a tab', '\t=1', "'\t=1"],
    ['a carriage return first', '\r=1', '"\'\r=1"'],
    ['a full-width equals sign', '\uFF1D1', "'\uFF1D1"],
    ['an apostrophe before a formula', "'=1", "''=1"],
    ['an apostrophe before text', "'tis", "'tis"],
    ['a formula character further on', 'a=b', 'a=b'],
    ['nothing', null, ''],
    ['a negative number, which is no text', -5, '-5'],
    ['a truth value', true, 'true'],
  ])('%s', (_, cell, expected) => {
    expect(csvRow([cell])).toBe(`${expected}\r\n`);
  });

  test('gives back every text to an independent reader that undoes the documented apostrophe', () => {
    const cell = fc.oneof(
      fc.string(),
      fc.string({ unit: fc.constantFrom("'", '"', '=', '-', '@', ',', '\r', '\n', '\t', 'a') }),
    );
    fc.assert(
      fc.property(fc.array(fc.array(cell, { minLength: 1, maxLength: 5 }), { maxLength: 5 }), (rows) => {
        const read = parseCsv(rows.map(csvRow).join(''));
        expect(read.map((row) => row.map(original))).toEqual(rows);
      }),
    );
  });

  test('no text cell reaches a spreadsheet as a formula', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(parseCsv(csvRow([text]))[0]![0]!).not.toMatch(/^[=+\-@\t\r\n]/);
      }),
    );
  });
});
