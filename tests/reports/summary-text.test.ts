import { stripVTControlCharacters } from 'node:util';
import { describe, expect, test } from '@jest/globals';
import { summaryText } from '../../reports/summary-text.ts';
import { columns, wrap } from '../../reports/terminal.ts';
import { assessment, largeAssessment } from './fixture.ts';
import { expectGolden } from './golden.ts';

const plain = summaryText(assessment, { color: false, width: 80 });

describe('summary', () => {
  test('is the golden file', () => expectGolden('summary.txt', plain));
  test('is the golden file in colour', () =>
    expectGolden('summary-color.txt', summaryText(assessment, { color: true, width: 80 })));

  test('colour adds only escape sequences, and no colour has none', () => {
    const colored = summaryText(assessment, { color: true, width: 80 });
    expect(colored).not.toBe(plain);
    expect(stripVTControlCharacters(colored)).toBe(plain);
  });

  test('holds no control character but line feeds, whatever names say', () => {
    expect(plain.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}]/u);
    const title = '\u001B]8;;http://evil.example\u0007click\u001B]8;;\u0007\r\u202E';
    const findings = assessment.findings.map((finding) => ({
      ...finding,
      title,
      reasons: [title],
      resource: title,
    }));
    const colored = summaryText({ ...assessment, packs: [], findings }, { color: true, width: 80 });
    expect(stripVTControlCharacters(colored).replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}]/u);
  });

  test.each([60, 80, 120])('no line is wider than %d columns', (width) => {
    for (const from of [assessment, largeAssessment(1000)]) {
      const lines = summaryText(from, { color: false, width }).split('\n');
      expect(lines.filter((line) => columns(line) > width)).toEqual([]);
    }
  });

  test('every number of the check table ends in its column', () => {
    const lines = plain.split('\n');
    const head = lines.find((line) => line.startsWith('REQUIREMENT'))!;
    const ends = [...head.matchAll(/STORED|DEFAULT|ENFORCED|KEYS|OPENED/g)].map(
      (match) => match.index + match[0].length,
    );
    const rows = lines.filter((line) => /^[✗✓?~–] \w+\/[\w-]+ {2,}/.test(line));
    expect(rows.length).toBeGreaterThanOrEqual(4);
    for (const row of rows) {
      for (const end of ends) expect(row.slice(end - 1, end + 1)).toMatch(/^[\d–] ?$/);
    }
  });

  test('says how many failing findings it does not list', () => {
    const failing = assessment.findings.filter(
      (finding) => finding.status === 'NON_COMPLIANT' && finding.waiver?.state !== 'active',
    );
    expect(plain.match(/^✗ (critical|high|medium|low)/gm)).toHaveLength(10);
    expect(plain).toContain(`and ${failing.length - 10} more failing finding`);
  });

  test('shouts an expired waiver', () => {
    expect(plain).toContain('EXPIRED waiver');
    expect(plain).toContain('Its waiver EXPIRED on 2026-03-31.');
  });

  test('shows the coverage sum of buckets and objects with its reasons', () => {
    expect(plain).toMatch(/buckets +9 \+ +1 \+ +1 = +11\n/);
    expect(plain).toContain('objects not assessable: ACCESS_DENIED 41, THROTTLED 2');
  });
});

describe('wrap', () => {
  test.each([
    ['breaks at spaces', 'one two three', 9, ['one two', 'three']],
    ['breaks a word longer than a line', 'abcdefghijklmnop', 10, ['abcdefghij', 'klmnop']],
    ['counts wide characters twice', '漢字漢字 漢字', 10, ['漢字漢字', '漢字']],
    ['keeps an empty text as one line', '', 10, ['']],
  ])('%s', (_, text, width, lines) => expect(wrap(text, width)).toEqual(lines));
});
