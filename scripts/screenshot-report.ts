/** The README's picture: `node scripts/screenshot-report.ts RUNDIR/report.html docs/images/report.png`. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser } from 'playwright-core';
import { openBrowser } from '../tests/browser/chromium.ts';

/** A README is read on slow lines as well. */
const MOST_BYTES = 300 * 1024;
/** The head of the page as a laptop shows it. */
const WINDOW = { width: 1200, height: 1000 };
/** As sharp as it may be for its size. */
const SCALES = [2, 1.5, 1.25, 1];

const [report, picture] = process.argv.slice(2);
if (report === undefined || picture === undefined)
  throw new Error('name a report.html and the picture to make');
const url = pathToFileURL(resolve(report)).href;

const browser = await openBrowser();
try {
  const shots = [];
  for (const scale of SCALES) shots.push(await shoot(browser, scale));
  const shot = shots.find((each) => each.length <= MOST_BYTES);
  if (shot === undefined) throw new Error(`no picture of ${report} is smaller than ${MOST_BYTES} bytes`);
  mkdirSync(dirname(picture), { recursive: true });
  writeFileSync(picture, shot);
  console.log(`${picture}: ${shot.length} bytes`);
} finally {
  await browser.close();
}

async function shoot(from: Browser, scale: number): Promise<Buffer> {
  const page = await from.newPage({ viewport: WINDOW, deviceScaleFactor: scale, colorScheme: 'light' });
  await page.goto(url);
  if ((await page.locator('#verdict').count()) !== 1) throw new Error(`${url} is not a report of Sealcheck`);
  const shot = await page.screenshot();
  await page.close();
  return shot;
}
