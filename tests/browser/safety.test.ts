import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import { assessment, largeAssessment } from '../reports/fixture.ts';
import { poisoned, useBrowser } from './report-page.ts';

const { open } = useBrowser();

/** What only markup made from evidence could have put into the page. */
const foreign = (page: Page): Promise<readonly string[]> =>
  page.evaluate<string[]>(`[...document.querySelectorAll('*')].flatMap((element) => [
    ...(['IMG', 'IFRAME', 'OBJECT', 'EMBED', 'BASE', 'I'].includes(element.tagName) ? [element.tagName] : []),
    ...element.getAttributeNames().filter((name) => name.startsWith('on') || name === 'style'),
    ...(element.hasAttribute('href') && !/^(#|\\.\\/)/.test(element.getAttribute('href')) ? [element.getAttribute('href')] : []),
  ])`);

const scripts = (page: Page): Promise<number> => page.locator('script').count();

describe('a report opened from disk', () => {
  test('asks for nothing else and reports no error, under its own policy', async () => {
    const { page, misdeeds } = await open(assessment);
    expect(await page.title()).toBe(`Not compliant – Sealcheck run ${assessment.run.runId}`);
    await page.getByRole('button', { name: 'Open all shown' }).click();
    expect(misdeeds).toEqual([]);
  });

  test('its policy lets no script run and no request out', async () => {
    const asked: string[] = [];
    const server = createServer((request, response) => {
      asked.push(request.url ?? '');
      response.end();
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const outside = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const { page, misdeeds } = await open(assessment);
    await page.evaluate(`(async () => {
      try {
        const script = document.createElement('script');
        script.textContent = 'globalThis.ran = true';
        document.body.append(script);
      } catch {}
      for (const tag of ['img', 'iframe']) {
        const element = document.createElement(tag);
        element.src = '${outside}/' + tag;
        document.body.append(element);
      }
      const link = document.createElement('link');
      link.rel = 'stylesheet';
      link.href = '${outside}/style';
      document.head.append(link);
      await fetch('${outside}/fetch').catch(() => {});
      navigator.sendBeacon('${outside}/beacon');
    })()`);
    expect(await page.evaluate('globalThis.ran')).toBeUndefined();
    expect(
      misdeeds.filter((misdeed) => misdeed.includes('Content Security Policy')).length,
    ).toBeGreaterThanOrEqual(4);
    server.close();
    expect(asked).toEqual([]);
  });

  test.each([
    ['under its policy', false],
    ['even without its policy', true],
  ])('hostile names stay text, %s', async (_, bypassCSP) => {
    const { page, misdeeds } = await open(assessment, { bypassCSP });
    await page.getByRole('button', { name: 'Open all shown' }).click();
    expect(await foreign(page)).toEqual([]);
    expect(await scripts(page)).toBe(2);
    expect(misdeeds).toEqual([]);
    await expect(page.getByText('<b>Bold</b> advice & more').first().isVisible()).resolves.toBe(true);
  });

  test.each([
    ['an image', '<img src=x onerror="alert(1)">'],
    ['the end of a script', '</script><script>alert(1)</script>'],
    ['the end of a style', '</style><img src=x onerror=alert(1)>'],
    ['the end of an attribute', `"'><svg onload=alert(1)> onfocus=alert(1) autofocus="`],
    ['a comment', '--><!--<script>alert(1)//'],
    ['a link', 'javascript:alert(1)'],
    ['line ends and an override', '\u2028\u2029\r\n\u202E\u0000alert(1)'],
  ])('%s in every text of the evidence stays text, without its policy', async (_, payload) => {
    const { page, misdeeds } = await open(poisoned(assessment, payload), { bypassCSP: true });
    await page.getByRole('button', { name: 'Open all shown' }).click();
    expect(await foreign(page)).toEqual([]);
    expect(await scripts(page)).toBe(2);
    expect(misdeeds).toEqual([]);
    expect(await page.locator('.finding').count()).toBe(assessment.findings.length);
  });

  test('what the script builds later is as inert as what is in the HTML', async () => {
    const hostile = poisoned(largeAssessment(60), `"'></script><img src=x onerror=alert(1)>`);
    const { page, misdeeds } = await open(hostile, { bypassCSP: true });
    const inPage = await page.locator('.finding').count();
    await page.locator('.group > .more button:visible').first().click();
    expect(await page.locator('.finding').count()).toBeGreaterThan(inPage);
    await page.getByRole('button', { name: 'Open all shown' }).click();
    expect(await foreign(page)).toEqual([]);
    expect(misdeeds).toEqual([]);
  });
});
