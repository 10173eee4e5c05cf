import { describe, expect, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import type { Finding } from '../../lib/model/finding.ts';
import { outcomeOf } from '../../reports/outcome.ts';
import { assessment } from '../reports/fixture.ts';
import { useBrowser } from './report-page.ts';

const { open } = useBrowser();
/** A4 less the margins of the page's own `@page`, in CSS pixels. */
const SHEET = { width: Math.floor(((210 - 24) / 25.4) * 96), height: 1000 };

/** Texts of a sheet: what can be read without a click, folded or not on the screen. */
const readable = (page: Page, selector: string): Promise<boolean> =>
  page.evaluate<boolean>(
    `document.querySelector(${JSON.stringify(selector)}).checkVisibility({ contentVisibilityAuto: true, opacityProperty: true, visibilityProperty: true })`,
  );
const settledByPassing = (finding: Finding): boolean =>
  ['COMPLIANT', 'NOT_APPLICABLE'].includes(outcomeOf(finding));

describe.each([
  ['with its script', true],
  ['without its script', false],
])('on paper, %s', (_, javaScriptEnabled) => {
  const onPaper = async (): Promise<Page> => {
    const { page } = await open(assessment, { javaScriptEnabled, viewport: SHEET, colorScheme: 'dark' });
    await page.emulateMedia({ media: 'print' });
    // A picture makes the browser lay the page out anew before anything is asked.
    await page.screenshot();
    return page;
  };

  test('every finding has its line, and every one that did not pass its whole story', async () => {
    const page = await onPaper();
    const missing: string[] = [];
    for (const finding of assessment.findings) {
      const id = `#finding-${finding.id}`;
      if (!(await readable(page, `${id} .why`))) missing.push(`${id} line`);
      if (!settledByPassing(finding) && !(await readable(page, `${id} .body .facts`)))
        missing.push(`${id} story`);
    }
    expect(missing).toEqual([]);
  });

  test('no column is cut off', async () => {
    const page = await onPaper();
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(SHEET.width);
    expect(
      await page.evaluate(`[...document.querySelectorAll('main *')]
        .filter((element) => element.checkVisibility() && !element.closest('svg, .spoken'))
        .filter((element) => element.getBoundingClientRect().right > ${SHEET.width} + 1)
        .map((element) => element.outerHTML.slice(0, 100))`),
    ).toEqual([]);
  });

  test('what only works on a screen is gone, and the sign-off is there', async () => {
    const page = await onPaper();
    for (const selector of ['nav', '.skip', '#filters'])
      expect(await page.locator(selector).isVisible()).toBe(false);
    expect(await page.locator('button:visible').count()).toBe(0);
    expect(await page.locator('.sign-off').innerText()).toContain(assessment.run.runId);
  });

  test('it is black on white, whatever the screen is', async () => {
    const page = await onPaper();
    expect(await page.evaluate('getComputedStyle(document.body).backgroundColor')).toBe('rgb(255, 255, 255)');
    expect(await page.evaluate('getComputedStyle(document.body).color')).toBe('rgb(28, 32, 36)');
  });
});

test('a PDF is made of A4 sheets, a few findings on each, and closes again what it opened', async () => {
  const { page, misdeeds } = await open(assessment);
  const openBefore = await page.locator('details[open]').count();
  const pdf = (await page.pdf({ preferCSSPageSize: true })).toString('latin1');
  expect(pdf.startsWith('%PDF-')).toBe(true);
  const sheets = pdf.match(/\/Type \/Page\b/g) ?? [];
  expect(sheets.length).toBeGreaterThan(5);
  expect(sheets.length).toBeLessThan(assessment.findings.length / 2);
  expect(new Set(pdf.match(/\/MediaBox \[[^\]]*\]/g))).toEqual(
    new Set(['/MediaBox [0 0 594.95996 841.91998]']),
  );
  expect(await page.locator('details[open]').count()).toBe(openBefore);
  expect(misdeeds).toEqual([]);
});

test('a finding that passed is printed in full when its reader has opened it', async () => {
  const { page } = await open(assessment, { viewport: SHEET });
  const passing = assessment.findings.find((finding) => outcomeOf(finding) === 'COMPLIANT')!;
  await page.emulateMedia({ media: 'print' });
  await page.screenshot();
  expect(await readable(page, `#finding-${passing.id} .body .facts`)).toBe(false);
  await page.evaluate(`document.querySelector('#finding-${passing.id}').open = true`);
  await page.screenshot();
  expect(await readable(page, `#finding-${passing.id} .body .facts`)).toBe(true);
});
