import { describe, expect, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import { requirementAnchor } from '../../reports/html/anchors.ts';
import { assessment } from '../reports/fixture.ts';
import { useBrowser } from './report-page.ts';

const { open } = useBrowser();
const find = (bucket: string, check: string) =>
  assessment.findings.find((finding) => finding.bucket === bucket && finding.check === check)!;
const FAILING = find('claims-intake', 'stored');
/** Inside two closed boxes: what passed, of a requirement that passes. */
const PASSING = find('public-website', 'enforced');

const focused = (page: Page): Promise<string> =>
  page.evaluate<string>(
    `document.activeElement.closest('.finding')?.id ?? document.activeElement.textContent`,
  );

/** Presses Tab until the element is focused, as somebody without a mouse would; fails when it never is. */
async function tabTo(page: Page, selector: string): Promise<void> {
  for (let presses = 0; presses < 400; presses += 1) {
    await page.keyboard.press('Tab');
    if (await page.evaluate<boolean>(`document.activeElement.matches(${JSON.stringify(selector)})`)) return;
  }
  throw new Error(`Tab never reaches ${selector}`);
}

describe('the contents', () => {
  const long =
    'a reason that goes on over several lines, as those of AWS do when it names who may not do what '.repeat(
      4,
    );
  const failing = assessment.findings.filter(({ status }) => status === 'INSUFFICIENT_DATA');
  const tall = {
    ...assessment,
    findings: Array.from({ length: 12 }, (_, i) =>
      failing.map((finding) => ({
        ...finding,
        id: `${finding.id}-${i}`,
        reasons: [long, ...finding.reasons],
      })),
    ).flat(),
  };

  test('lead to a section that was never near the screen, however tall what is above it turns out to be', async () => {
    const { page } = await open(tall);
    const after = await page.locator('nav li:has(a[href="#findings"]) + li a').getAttribute('href');
    await page.locator(`nav a[href="${after ?? ''}"]`).click();
    const top = `document.querySelector(${JSON.stringify(after)}).getBoundingClientRect().top`;
    // Some frames pass until everything above has its height.
    await page.waitForTimeout(500);
    expect(Math.abs(await page.evaluate<number>(top))).toBeLessThan(100);
  });
});

describe('by keyboard alone', () => {
  test('the first stop skips to the verdict', async () => {
    const { page } = await open(assessment);
    await page.keyboard.press('Tab');
    expect(await focused(page)).toBe('Skip to the verdict');
    expect(await page.locator('.skip').boundingBox()).toMatchObject({ x: expect.any(Number) });
    await page.keyboard.press('Enter');
    await page.waitForURL(/#verdict$/);
  });

  test('a search, a filter and a finding work, and what is focused can be seen', async () => {
    const { page } = await open(assessment);
    await tabTo(page, 'input[type=search]');
    await page.keyboard.type('SSE-C');
    await tabTo(page, '.pill input');
    expect(
      await page.evaluate(`getComputedStyle(document.activeElement.nextElementSibling).outlineStyle`),
    ).toBe('solid');
    await page.keyboard.press('Space');
    await tabTo(page, `#finding-${FAILING.id} > summary`);
    expect(await page.evaluate(`getComputedStyle(document.activeElement).outlineStyle`)).toBe('solid');
    await page.keyboard.press('Enter');
    expect(await page.locator(`#finding-${FAILING.id} .remedy`).isVisible()).toBe(true);
    await page.keyboard.press('Enter');
    expect(await page.locator(`#finding-${FAILING.id} .remedy`).isVisible()).toBe(false);
  });

  test('every box that scrolls sideways can be reached', async () => {
    const { page } = await open(assessment, { viewport: { width: 500, height: 800 } });
    expect(
      await page.evaluate(`[...document.querySelectorAll('body *')].filter((element) =>
        element.scrollWidth > element.clientWidth + 1 &&
        ['auto', 'scroll'].includes(getComputedStyle(element).overflowX) &&
        element.checkVisibility() && element.tabIndex < 0).length`),
    ).toBe(0);
    expect(await page.locator('.scroll[tabindex="0"]').count()).toBeGreaterThan(3);
  });
});

describe('a link into the report', () => {
  test.each([
    ['a failing finding', FAILING],
    ['a finding inside closed boxes', PASSING],
  ])('to %s opens it and focuses it', async (_, finding) => {
    const { page } = await open(assessment, { hash: `#finding-${finding.id}` });
    const target = page.locator(`#finding-${finding.id}`);
    expect(await target.locator('.body').isVisible()).toBe(true);
    expect(await focused(page)).toBe(`finding-${finding.id}`);
    const box = await target.locator('summary').first().boundingBox();
    expect(box!.y).toBeGreaterThanOrEqual(0);
    expect(box!.y).toBeLessThan(900);
    // Under the filters that stay at the top, it could not be read.
    const filters = await page.locator('#filters').boundingBox();
    expect(box!.y).toBeGreaterThanOrEqual(filters!.y + filters!.height);
  });

  test('that leads to a finding the filters hide clears them', async () => {
    const { page } = await open(assessment);
    await page.getByRole('searchbox', { name: 'Search' }).fill('no such thing');
    await page.locator('.empty:has-text("No finding matches")').waitFor();
    await page.evaluate(`location.hash = '#finding-${PASSING.id}'`);
    await page.locator(`#finding-${PASSING.id} .body`).waitFor();
    expect(await page.getByRole('searchbox', { name: 'Search' }).inputValue()).toBe('');
  });

  test('from the matrix leads to the finding, from a requirement to its findings', async () => {
    const { page } = await open(assessment);
    const row = page.locator('.matrix tr', { hasText: 'claims-intake' });
    await row.locator('.chip').first().click();
    await page.waitForURL((url) => url.hash === `#finding-${FAILING.id}`);
    await page.locator(`#finding-${FAILING.id} .body`).waitFor();
    await page.locator('.requirements a').first().click();
    await page.waitForURL((url) => url.hash === `#${requirementAnchor('hipaa/phi-sse-kms')}`);
  });

  test('to a place that is not there, or is no text at all, leaves the report as it is', async () => {
    for (const hash of ['#finding-0000', '#%E0%A4%A', '#']) {
      const { page, misdeeds } = await open(assessment, { hash });
      expect(await page.locator('.hero').isVisible()).toBe(true);
      expect(misdeeds).toEqual([]);
    }
  });

  test('every fragment that a link names exists', async () => {
    const { page } = await open(assessment);
    expect(
      await page.evaluate(`[...document.querySelectorAll('a[href^="#"], use[href^="#"]')]
        .map((link) => link.getAttribute('href').slice(1))
        .filter((id) => document.getElementById(id) === null)`),
    ).toEqual([]);
  });
});
