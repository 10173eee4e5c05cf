import { describe, expect, test } from '@jest/globals';
import { decryptsCsv } from '../../reports/decrypts-csv.ts';
import { assessment } from './fixture.ts';
import { HOSTILE } from './fixture-names.ts';
import { expectGolden } from './golden.ts';
import { parseCsv } from './parse-csv.ts';

const [header, ...rows] = parseCsv(decryptsCsv(assessment)) as [string[], ...string[][]];
const column = (name: string) => rows.map((row) => row[header.indexOf(name)]!);
const sum = (name: string) => column(name).reduce((total, cell) => total + Number(cell), 0);

describe('decrypts.csv', () => {
  test('is the golden file', () => expectGolden('decrypts.csv', decryptsCsv(assessment)));

  test('adds up to the events of the ledger, objects named by data events not counted twice', () => {
    expect(sum('decrypts') + sum('denied') + sum('failed')).toBe(assessment.ledger!.events);
    expect(rows.every((row) => row.length === header.length)).toBe(true);
  });

  test('objects behind a bucket key stand below the line that hides them', () => {
    const at = rows.findIndex((row) => row[header.indexOf('precision')] === 'bucket');
    const below = Object.fromEntries(rows[at + 1]!.map((cell, i) => [header[i]!, cell]));
    expect(below).toMatchObject({
      object: '',
      decrypts: '',
      reads: '7',
      reads_refused: '1',
      read_object: `studies/${HOSTILE}.dcm`,
    });
  });

  test('without a ledger there is the header', () => {
    expect(decryptsCsv({ ...assessment, ledger: null })).toBe(`${header.join(',')}\r\n`);
  });
});
