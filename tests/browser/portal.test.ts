import { generateKeyPairSync } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, afterEach, describe, expect, jest, test } from '@jest/globals';
import axe from 'axe-core';
import type { AxeResults } from 'axe-core';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { newBucket, newObject, sealSseS3 } from '../../lib/sandbox/objects.ts';
import { startLocalWorld } from '../../scripts/local/world.ts';
import type { LocalWorld } from '../../scripts/local/world.ts';
import { openBrowser } from './chromium.ts';
import { startIssuer } from './oidc.ts';
import type { Issuer } from './oidc.ts';

jest.setTimeout(120_000);
const TOKEN = 'token-of-ana';
const HOSTILE = '<img src=x onerror=alert(1)>';

let browser: Browser;
let world: LocalWorld;
let issuer: Issuer;
let page: Page;
let misdeeds: string[];
let now = Date.now() - 86_400_000;
const errors: unknown[] = [];
const before = { ...process.env };

/** Two audits a day apart, between which one bucket came. */
beforeAll(async () => {
  issuer = await startIssuer(TOKEN);
  const options = {
    port: 0,
    clock: () => new Date(now),
    random: () => 0.5,
    log: () => undefined,
    onError: (error: unknown) => void errors.push(error),
  };
  world = await startLocalWorld(options);
  await world.audit();
  now += 86_400_000;
  const { state } = world;
  const bucket = newBucket({
    name: 'new-phi-bucket',
    region: state.region,
    accountId: state.accountId,
    createdAt: now,
  });
  bucket.objects.set('phi/a', [newObject({ size: 1, lastModified: now, seal: sealSseS3 })]);
  state.buckets.set(bucket.name, bucket);
  await world.audit();
  browser = await openBrowser();
});
afterAll(async () => {
  await browser.close();
  await world.close();
  await issuer.close();
  process.env = before;
});

async function open(url: string, options: BrowserContextOptions = {}): Promise<void> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
  context.setDefaultTimeout(30_000);
  page = await context.newPage();
  misdeeds = [];
  page.on('console', (message) => misdeeds.push(`console ${message.type()}: ${message.text()}`));
  page.on('pageerror', (error) => misdeeds.push(`exception: ${error.message}`));
  page.on('dialog', (dialog) => {
    misdeeds.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  await page.goto(url);
}
beforeEach(() => {
  errors.length = 0;
});
afterEach(async () => {
  await page.context().close();
});

const rows = () => page.locator('tbody tr');
const detail = () => page.locator('#detail');

async function axeFinds(): Promise<readonly string[]> {
  await page.evaluate(axe.source);
  const results = await page.evaluate<AxeResults>(
    `axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] })`,
  );
  expect(results.passes.length).toBeGreaterThan(15);
  return results.violations.flatMap(({ id, nodes }) =>
    nodes.map((node) => `${id}: ${node.html.slice(0, 120)}`),
  );
}

describe('the portal', () => {
  test('lists the audits with their verdicts, newest first, and breaks no rule of its own policy', async () => {
    await open(world.url);
    await rows().first().waitFor();
    expect(await rows().count()).toBe(2);
    expect(await rows().first().locator('.chip').textContent()).toBe('Not compliant');
    expect(misdeeds).toEqual([]);
    expect(errors).toEqual([]);
  });

  test('compares two audits by finding', async () => {
    await open(world.url);
    await rows().first().waitFor();
    const button = page.getByRole('button', { name: 'Compare' });
    expect(await button.isDisabled()).toBe(true);
    for (const box of await page.getByRole('checkbox').all()) await box.check();
    await button.click();
    await detail().getByText('Asked for the first time').waitFor();
    expect(await detail().textContent()).toContain('new-phi-bucket: hipaa/');
    expect(misdeeds).toEqual([]);
  });

  test('lists the files of an audit and downloads one', async () => {
    await open(world.url);
    await page
      .getByRole('button', { name: /^Files/ })
      .first()
      .click();
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'Download findings.csv' }).click(),
    ]);
    expect(download.suggestedFilename()).toMatch(/^\d{8}T\d{6}Z-\w{6}-findings\.csv$/);
  });

  test('opens the report itself, in a page that cannot reach back', async () => {
    await open(world.url);
    const [report] = await Promise.all([
      page.context().waitForEvent('page'),
      page
        .getByRole('button', { name: /^Report/ })
        .first()
        .click(),
    ]);
    await report.waitForLoadState();
    expect(await report.locator('h1').first().textContent()).toBeTruthy();
    expect(await report.evaluate('window.opener')).toBeNull();
  });

  test('verifies an audit in the browser, and finds the one file that was changed', async () => {
    await open(world.url);
    await page
      .getByRole('button', { name: /^Verify/ })
      .first()
      .click();
    await detail().getByText('Whole', { exact: true }).waitFor();
    expect(await detail().textContent()).toMatch(/All \d+ files are byte for byte/);

    const { objects } = world.state.buckets.get('sealcheck-reports')!;
    const [key, good] = [...objects].filter(([name]) => name.endsWith('/findings.csv')).at(-1)!;
    objects.set(key, objects.get(key.replace('findings.csv', 'summary.json'))!);
    try {
      await page
        .getByRole('button', { name: /^Verify/ })
        .first()
        .click();
      await detail().getByText('Not whole', { exact: true }).waitFor();
      expect(await detail().textContent()).toMatch(
        /1 of \d+ files are not.*findings\.csv: \d+ bytes instead of/,
      );
    } finally {
      objects.set(key, good);
    }
  });

  describe('checks who signed an audit', () => {
    const verify = async () =>
      page
        .getByRole('button', { name: /^Verify/ })
        .first()
        .click();
    const objects = () => world.state.buckets.get('sealcheck-reports')!.objects;
    const newest = (file: string) =>
      [...objects().keys()].filter((name) => name.endsWith(`/${file}`)).at(-1)!;
    /** Puts other bytes in the place of a file of the newest run while something is done. */
    async function instead(file: string, change: (text: string) => string, work: () => Promise<void>) {
      const key = newest(file);
      const good = objects().get(key)!;
      const text = Buffer.from(good[0]?.body ?? []).toString();
      const body = Buffer.from(change(text));
      expect(body.toString()).not.toBe(text);
      // Written anew, as whoever may write would do it: with the checksum of what was written.
      const anew = newObject({ size: body.length, lastModified: now, seal: good[0]!.seal });
      objects().set(key, [{ ...anew, body }]);
      try {
        await work();
      } finally {
        objects().set(key, good);
      }
    }

    test('by the key of the deployment, and says how little that proves', async () => {
      await open(world.url);
      await verify();
      await detail().getByText('Signed', { exact: true }).waitFor();
      const answer = await fetch(`${world.url}/signing-key`);
      const { fingerprint } = (await answer.json()) as { fingerprint: string };
      expect(await detail().textContent()).toContain(`Key of this deployment: ${fingerprint}`);
      expect(await detail().textContent()).toContain('comes from the same place as the audit');
      expect(misdeeds).toEqual([]);
      expect(await axeFinds()).toEqual([]);
    });

    test('and sees that a manifest was changed, files and all', async () => {
      await open(world.url);
      await instead(
        'manifest.json',
        (text) => text.replace(/("caller":\s*")[^"]*/, '$1somebody else'),
        async () => {
          await verify();
          await detail().getByText('The manifest is not the one that was signed.').waitFor();
          // Every file is as that manifest has it: without the signature nothing would be seen.
          await detail().getByText('Whole', { exact: true }).waitFor();
        },
      );
    });

    test.each<[string, (text: string) => string, string]>([
      [
        'a signature that was changed',
        (text) => text.replace(/"sig":"(.{20})./, (_, head: string) => `"sig":"${head}_`).replace('_', 'A'),
        'The signature does not hold',
      ],
      ['a file that is no signature', () => '{}', 'it is no bundle with one signature'],
    ])('and refuses %s', async (_, change, says) => {
      await open(world.url);
      await instead('manifest.sigstore.json', change, async () => {
        await verify();
        await detail().getByText(says).waitFor();
        expect(await detail().getByText('Signed', { exact: true }).count()).toBe(0);
      });
    });

    test('by a key that the person knows: a foreign one, none at all, and the right one', async () => {
      const answer = await fetch(`${world.url}/signing-key`);
      const { pem } = (await answer.json()) as { pem: string };
      await open(world.url);
      // Whoever changes the audit may hand out another key as well.
      const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
      const foreign = publicKey.export({ type: 'spki', format: 'pem' }) as string;
      await page.route('**/signing-key', async (route) =>
        route.fulfill({ json: { scheme: 'ECDSA-P256-SHA256', fingerprint: 'x', pem: foreign } }),
      );
      await verify();
      await detail().getByText('The manifest is signed by another key').waitFor();
      const against = async (text: string) => {
        await page.getByLabel('Public key that you know').fill(text);
        await page.getByRole('button', { name: 'Check against this key' }).click();
      };
      await against('no key');
      await page.getByText('This is no public key in PEM form').waitFor();
      await against(pem);
      await detail().getByText('Signed', { exact: true }).waitFor();
      expect(await detail().textContent()).toContain('Key that you gave');
      await page.getByRole('button', { name: 'Check against the key of this deployment' }).click();
      await detail().getByText('Not signed by this key').waitFor();
    });
  });

  test('shows names out of a report as text, never as markup', async () => {
    await open(world.url);
    await rows().first().waitFor();
    await page.route('**/runs/*', async (route) => {
      const response = await route.fetch();
      const run = (await response.json()) as { files: { path: string }[] };
      run.files[0]!.path = HOSTILE;
      await route.fulfill({ response, json: { ...run, reason: HOSTILE } });
    });
    await page
      .getByRole('button', { name: /^Files/ })
      .first()
      .click();
    await detail().getByText(HOSTILE).first().waitFor();
    expect(await detail().locator('img').count()).toBe(0);
    expect(misdeeds).toEqual([]);
  });

  test('tells in words what went wrong', async () => {
    await open(world.url);
    await rows().first().waitFor();
    await page.route('**/runs', async (route) =>
      route.fulfill({ status: 409, json: { detail: 'Run x is under way; one runs at a time.' } }),
    );
    await page.getByRole('button', { name: 'Start an audit' }).click();
    await page.getByText('Run x is under way').waitFor();
  });

  test.each([
    ['in light', { colorScheme: 'light' }],
    ['in dark', { colorScheme: 'dark' }],
    ['on a telephone', { viewport: { width: 390, height: 844 } }],
  ] as const)('axe finds nothing %s', async (_, options) => {
    await open(world.url, options);
    await page
      .getByRole('button', { name: /^Files/ })
      .first()
      .click();
    await detail().getByText('Report files').waitFor();
    expect(await axeFinds()).toEqual([]);
    const overflow = 'document.documentElement.scrollWidth - document.documentElement.clientWidth';
    expect(await page.evaluate(overflow)).toBe(0);
  });
});

describe('the portal behind a login', () => {
  let guarded: LocalWorld;
  beforeAll(async () => {
    guarded = await startLocalWorld({
      port: 0,
      clock: () => new Date(now),
      random: () => 0.5,
      log: () => undefined,
      onError: (error) => void errors.push(error),
      login: { issuer: issuer.issuer, clientId: 'portal', scopes: 'openid sealcheck/read' },
      callerOf: ({ authorization }) =>
        authorization === `Bearer ${TOKEN}` ? { id: 'ana', scopes: ['sealcheck/read'] } : null,
    });
  });
  afterAll(async () => guarded.close());

  test('asks for one, and comes back with a token by PKCE', async () => {
    await open(guarded.url);
    await page.getByText('Log in to see the audits.').waitFor();
    await page.getByRole('button', { name: 'Log in' }).click();
    await page.getByText('There are no audits yet.').waitFor();
    expect(issuer.exchanges.at(-1)).toEqual({ verified: true });
    expect(page.url()).toBe(`${guarded.url}/`);
    await page.getByRole('button', { name: 'Start an audit' }).click();
    await page.getByText('The token lacks the scope sealcheck/start.').waitFor();
    await page.getByRole('button', { name: 'Log out' }).click();
    await page.getByText('Log in to see the audits.').waitFor();
  });

  test('refuses a code that somebody else began', async () => {
    const exchanges = issuer.exchanges.length;
    await open(`${guarded.url}/?code=stolen&state=other`);
    await page.getByText('The login was not begun here').waitFor();
    expect(issuer.exchanges).toHaveLength(exchanges);
  });
});
