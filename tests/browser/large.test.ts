import { describe, expect, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import { outcomeOf } from '../../reports/outcome.ts';
import { largeAssessment } from '../reports/fixture.ts';
import { useBrowser } from './report-page.ts';

const { open } = useBrowser();
const LARGE = largeAssessment(1000);
/** More elements than this, and a browser is slow to lay out, to search and to print. */
const MOST_ELEMENTS = 35_000;

const elements = (page: Page): Promise<number> =>
  page.evaluate<number>(`document.querySelectorAll('*').length`);
const counted = async (page: Page): Promise<string> => {
  await page.evaluate('new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))');
  return (await page.locator('#match-count').textContent()) ?? '';
};

describe('10,000 findings in 1,000 buckets', () => {
  test('are counted whole while the page holds a bounded part of them', async () => {
    const { page, misdeeds } = await open(LARGE);
    expect(LARGE.findings).toHaveLength(10_000);
    expect(await counted(page)).toBe('10,000 findings');
    expect(await elements(page)).toBeLessThan(MOST_ELEMENTS);
    expect(misdeeds).toEqual([]);
  });

  test('are all searched, and the page grows by no more than it shows', async () => {
    const { page } = await open(LARGE);
    const before = await elements(page);
    await page.getByRole('searchbox').fill('estate-0999-phi');
    expect(await counted(page)).toBe('10 of 10,000 findings');
    expect(await page.locator('.finding summary:visible').count()).toBe(10);
    await page.getByRole('searchbox').fill('estate');
    expect(await counted(page)).toBe('10,000 of 10,000 findings');
    expect(await elements(page)).toBeLessThan(before * 1.5);
  });

  test('filter by any of their buckets', async () => {
    const { page } = await open(LARGE);
    await page.getByRole('combobox', { name: 'Bucket' }).selectOption('estate-0500-phi');
    expect(await counted(page)).toBe('10 of 10,000 findings');
    const shown = await page.evaluate<string[]>(
      `[...document.querySelectorAll('.finding')].filter((one) => one.checkVisibility()).map((one) => one.id).sort()`,
    );
    expect(shown).toEqual(
      LARGE.findings
        .filter(({ bucket }) => bucket === 'estate-0500-phi')
        .map(({ id }) => `finding-${id}`)
        .sort(),
    );
  });

  test('come on demand, a step at a time, until none is missing', async () => {
    const smaller = largeAssessment(100);
    const { page } = await open(smaller);
    const inGroup = smaller.findings
      .filter(({ requirement }) => requirement === 'cardholder-dsse')
      .map(outcomeOf);
    const failing = inGroup.filter(
      (outcome) => outcome !== 'COMPLIANT' && outcome !== 'NOT_APPLICABLE',
    ).length;
    const group = page.locator('.group', { hasText: 'cardholder-dsse' });
    const list = group.locator(':scope > .findings > li:visible');
    const more = group.locator(':scope > .more button');
    const counts = [await list.count()];
    while (await more.isVisible()) {
      await more.click();
      counts.push(await list.count());
    }
    expect(counts.slice(0, -1).map((count) => Math.min(count + 200, failing))).toEqual(counts.slice(1));
    expect(counts.at(-1)).toBe(failing);
    expect(counts.length).toBeGreaterThan(1);
  });

  test('a link to one that is only data so far builds and opens it', async () => {
    const last = LARGE.findings.findLast((finding) => outcomeOf(finding) === 'COMPLIANT')!;
    const { page, misdeeds } = await open(LARGE, { hash: `#finding-${last.id}` });
    expect(await page.locator(`#finding-${last.id} .body`).isVisible()).toBe(true);
    expect(misdeeds).toEqual([]);
  });
});
