import { describe, expect, test } from '@jest/globals';
import axe from 'axe-core';
import type { AxeResults } from 'axe-core';
import { assessment } from '../reports/fixture.ts';
import { secondRun } from '../reports/fixture-history.ts';
import { useBrowser } from './report-page.ts';

const { open } = useBrowser();
const EMPTY = {
  ...assessment,
  packs: [],
  buckets: [],
  keys: [],
  censuses: [],
  findings: [],
  objectFiles: [],
};

describe('axe finds nothing', () => {
  test.each([
    ['in light', assessment, { colorScheme: 'light' }],
    ['in dark', assessment, { colorScheme: 'dark' }],
    ['on a telephone', assessment, { viewport: { width: 390, height: 844 } }],
    ['in what changed since the last run', secondRun, {}],
    ['in what changed since the last run, in dark', secondRun, { colorScheme: 'dark' }],
    ['in a report of nothing', EMPTY, {}],
  ] as const)('%s', async (_, from, options) => {
    const { page } = await open(from, options);
    const expand = page.getByRole('button', { name: 'Open all shown' });
    if ((await expand.count()) > 0) await expand.click();
    await page.evaluate(axe.source);
    const results = await page.evaluate<AxeResults>(
      `axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] })`,
    );
    expect(results.passes.length).toBeGreaterThan(20);
    expect(
      results.violations.flatMap(({ id, impact, nodes }) =>
        nodes.map((node) => `${impact ?? ''} ${id}: ${node.html.slice(0, 120)}`),
      ),
    ).toEqual([]);
  });

  test('headings go down one level at a time', async () => {
    const { page } = await open(assessment);
    const levels = await page.evaluate<number[]>(
      `[...document.querySelectorAll('h1,h2,h3,h4,h5,h6')].map((heading) => Number(heading.tagName[1]))`,
    );
    expect(levels[0]).toBe(1);
    expect(levels.filter((level, i) => level > (levels[i - 1] ?? 0) + 1)).toEqual([]);
  });
});
