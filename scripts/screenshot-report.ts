/** The README's picture: `node scripts/screenshot-report.ts RUNDIR/report.html docs/images/report.png`. */
import { mkdirSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { openBrowser } from '../tests/browser/chromium.ts';

/** A README is read on slow lines as well. */
const MOST_BYTES = 300 * 1024;
/** The head of the page as a laptop shows it, sharp on a dense screen. */
const WINDOW = { width: 1200, height: 1000 };
const SCALE = 1.5;

const [report, picture] = process.argv.slice(2);
if (report === undefined || picture === undefined)
  throw new Error('name a report.html and the picture to make');

const browser = await openBrowser();
try {
  const page = await browser.newPage({ viewport: WINDOW, deviceScaleFactor: SCALE, colorScheme: 'light' });
  await page.goto(pathToFileURL(resolve(report)).href);
  if ((await page.locator('#verdict').count()) !== 1)
    throw new Error(`${report} is not a report of Sealcheck`);
  mkdirSync(dirname(picture), { recursive: true });
  await page.screenshot({ path: picture });
} finally {
  await browser.close();
}
const bytes = statSync(picture).size;
if (bytes > MOST_BYTES) throw new Error(`${picture} has ${bytes} bytes, more than ${MOST_BYTES}`);
console.log(`${picture}: ${bytes} bytes`);
