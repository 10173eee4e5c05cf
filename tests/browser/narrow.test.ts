import { describe, expect, test } from '@jest/globals';
import type { Assessment } from '../../lib/model/run.ts';
import { assessment } from '../reports/fixture.ts';
import { poisoned, useBrowser } from './report-page.ts';

const { open } = useBrowser();
/** One word of every text, longer than any screen is wide. */
const ENDLESS = poisoned(assessment, 'x'.repeat(400));

describe.each<[string, Assessment]>([
  ['the fixture', assessment],
  ['names without end', ENDLESS],
])('%s, all opened', (_, from) => {
  test.each([320, 390, 768, 1024, 1280, 2560])('does not scroll sideways at %d px', async (width) => {
    const { page } = await open(from, { viewport: { width, height: 800 } });
    await page.getByRole('button', { name: 'Open all shown' }).click();
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(width);
  });
});
