import { describe, expect, test } from '@jest/globals';
import { REPORT_FORMATS } from '../../reports/index.ts';
import { summaryText } from '../../reports/summary-text.ts';
import { assessment } from './fixture.ts';
import { reordered, reversedKeys } from './shuffle.ts';

const formats = [
  ...REPORT_FORMATS.map(({ id, render }) => [id, render] as const),
  ['summary', (from: typeof assessment) => summaryText(from, { color: false, width: 80 })] as const,
];

describe('report formats', () => {
  test('no two write the same file or carry the same id', () => {
    for (const property of ['id', 'file'] as const) {
      expect(new Set(REPORT_FORMATS.map((format) => format[property])).size).toBe(REPORT_FORMATS.length);
    }
  });

  test.each(formats)('%s: the same evidence in another order gives the same bytes', (_, render) => {
    expect(render(reversedKeys(reordered(assessment)))).toBe(render(assessment));
  });

  test.each(formats)('%s: an assessment without findings, buckets or packs still renders', (id, render) => {
    const empty = {
      ...assessment,
      packs: [],
      buckets: [],
      keys: [],
      censuses: [],
      findings: [],
      objectFiles: [],
    };
    // A file of lines has none then.
    expect(render(empty).length > 0).toBe(id !== 'ocsf');
  });
});
