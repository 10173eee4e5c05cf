import { describe, expect, test } from '@jest/globals';
import { assessment, largeAssessment } from '../reports/fixture.ts';
import { useBrowser } from './report-page.ts';

const { open } = useBrowser();
const SCRIPTLESS = { javaScriptEnabled: false };

describe('without its script', () => {
  test('the verdict, the matrix and every finding can be read and opened', async () => {
    const { page, misdeeds } = await open(assessment, SCRIPTLESS);
    expect(await page.locator('.hero').innerText()).toContain('Not compliant');
    expect(await page.locator('.finding').count()).toBe(assessment.findings.length);
    const [finding] = await page.locator('.finding.fail').all();
    await finding!.locator('summary').first().click();
    expect(await finding!.locator('.remedy').isVisible()).toBe(true);
    expect(misdeeds).toEqual([]);
  });

  test('no control is shown that would do nothing', async () => {
    const { page } = await open(largeAssessment(100), SCRIPTLESS);
    expect(await page.locator('button:visible, input:visible, select:visible').count()).toBe(0);
  });

  test('a list that was cut says so, and where the rest is', async () => {
    const { page } = await open(largeAssessment(100), SCRIPTLESS);
    const notes = (await page.locator('.more:visible').allInnerTexts()).map((note) =>
      note.replace(/\s+/g, ' ').trim(),
    );
    expect(notes).toContainEqual('Showing 60 of 100 buckets, worst first. All of them are in findings.csv.');
    for (const note of notes) expect(note).toMatch(/^Showing [\d,]+ of [\d,]+ .+\. All of them are in .+\.$/);
  });
});
