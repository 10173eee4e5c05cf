import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, jest } from '@jest/globals';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import type { Assessment } from '../../lib/model/run.ts';
import { reportHtml } from '../../reports/html/page.ts';
import { openBrowser } from './chromium.ts';

/** A report opened from disk, and everything it did that a report must not do. */
export type OpenReport = {
  readonly page: Page;
  readonly url: string;
  /** Console errors, exceptions, dialogs and requests for anything but the report itself, in order. */
  readonly misdeeds: readonly string[];
};
export type OpenOptions = BrowserContextOptions & { readonly hash?: string };

/** One browser for the tests of a file, and reports opened in it; each in a context of its own. */
export function useBrowser(): {
  readonly open: (from: Assessment, options?: OpenOptions) => Promise<OpenReport>;
} {
  // A browser on a busy machine is slow, and Playwright says better than jest what it was waiting for.
  jest.setTimeout(60_000);
  let browser: Browser | undefined;
  let folder = '';
  const written = new Map<Assessment, string>();
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'sealcheck-report-'));
    browser = await openBrowser();
  });
  afterAll(async () => {
    await browser?.close();
    rmSync(folder, { recursive: true, force: true });
  });
  const urlOf = (from: Assessment): string => {
    const known = written.get(from);
    if (known !== undefined) return known;
    const file = join(folder, `report-${written.size}.html`);
    writeFileSync(file, reportHtml(from));
    const url = pathToFileURL(file).href;
    written.set(from, url);
    return url;
  };
  return {
    open: async (from, { hash = '', ...options } = {}) => {
      const url = urlOf(from);
      const context = await browser!.newContext({ viewport: { width: 1280, height: 900 }, ...options });
      context.setDefaultTimeout(20_000);
      const page = await context.newPage();
      const misdeeds: string[] = [];
      page.on('console', (message) => misdeeds.push(`console ${message.type()}: ${message.text()}`));
      page.on('pageerror', (error) => misdeeds.push(`exception: ${error.message}`));
      page.on('request', (request) => {
        if (request.url().split('#')[0] !== url) misdeeds.push(`request: ${request.url()}`);
      });
      page.on('dialog', (dialog) => {
        misdeeds.push(`dialog: ${dialog.message()}`);
        void dialog.dismiss();
      });
      await page.goto(url + hash);
      return { page, url, misdeeds };
    },
  };
}

/** The same assessment with `payload` at the end of every text that is not one of the model's own words. */
export function poisoned(assessment: Assessment, payload: string): Assessment {
  return poison(assessment, payload, '') as Assessment;
}

/** Members whose values come from a closed list: poisoned, they would be no assessment at all. */
const OWN_WORDS = new Set([
  'status',
  'check',
  'checks',
  'severity',
  'state',
  'type',
  'kind',
  'verdict',
  'source',
  'code',
  'manager',
  'format',
  'allow',
  'paths',
]);

function poison(value: unknown, payload: string, key: string): unknown {
  if (typeof value === 'string') return OWN_WORDS.has(key) ? value : value + payload;
  if (Array.isArray(value)) return value.map((item) => poison(item, payload, key));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [
      // Names of members are texts too where a record is keyed by what AWS or a pack says.
      ['context', 'headers', 'storedAs', 'controls', 'excluded', 'notAssessable'].includes(key)
        ? name + payload
        : name,
      poison(member, payload, name),
    ]),
  );
}
