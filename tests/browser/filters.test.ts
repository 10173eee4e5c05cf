import { describe, expect, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import { outcomeOf } from '../../reports/outcome.ts';
import { assessment } from '../reports/fixture.ts';
import { CARD_KEY, HOSTILE, KEYS_ACCOUNT } from '../reports/fixture-names.ts';
import { useBrowser } from './report-page.ts';

const { open } = useBrowser();
const { findings } = assessment;

/** Ids of the findings that a reader can see a line of. */
const shown = (page: Page): Promise<string[]> =>
  page.evaluate<string[]>(`[...document.querySelectorAll('.finding')]
    .filter((finding) => finding.querySelector('summary').checkVisibility())
    .map((finding) => finding.id.replace('finding-', ''))
    .sort()`);
const idsOf = (wanted: (finding: (typeof findings)[number]) => boolean): string[] =>
  findings
    .filter(wanted)
    .map((finding) => finding.id)
    .sort();
const settled = (page: Page): Promise<unknown> =>
  page.evaluate('new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))');

type Step = (page: Page) => Promise<unknown>;
const search =
  (text: string): Step =>
  (page) =>
    page.getByRole('searchbox', { name: 'Search' }).fill(text);
const choose =
  (label: string, value: string): Step =>
  (page) =>
    page.getByRole('combobox', { name: label, exact: true }).selectOption(value);
const tick =
  (status: string): Step =>
  (page) =>
    page.getByRole('checkbox', { name: status, exact: true }).check();

describe('the findings', () => {
  test.each<[string, Step[], string[]]>([
    ['a check', [choose('Check', 'keys')], idsOf(({ check }) => check === 'keys')],
    ['a requirement', [choose('Requirement', 'pci/cardholder-dsse')], idsOf(({ pack }) => pack === 'pci')],
    ['a bucket', [choose('Bucket', 'claims-intake')], idsOf(({ bucket }) => bucket === 'claims-intake')],
    ['an account', [choose('Account', KEYS_ACCOUNT)], idsOf(({ accountId }) => accountId === KEYS_ACCOUNT)],
    ['a framework', [choose('Framework', 'hipaa')], idsOf(({ controls }) => 'hipaa' in controls)],
    ['a status', [tick('Waived')], idsOf((finding) => outcomeOf(finding) === 'WAIVED')],
    [
      'two statuses, either of which will do',
      [tick('Waived'), tick('Insufficient data')],
      idsOf((finding) => ['WAIVED', 'INSUFFICIENT_DATA'].includes(outcomeOf(finding))),
    ],
    [
      'a status and a check, which must both hold',
      [tick('Non-compliant'), choose('Check', 'stored')],
      idsOf((finding) => outcomeOf(finding) === 'NON_COMPLIANT' && finding.check === 'stored'),
    ],
    [
      'a word in a reason',
      [search('VENDOR CANNOT SEND')],
      idsOf(({ waiver }) => waiver?.state === 'expired'),
    ],
    [
      'words in any order',
      [search('tag principal')],
      idsOf(({ reasons }) => reasons[0]!.includes('principal tag')),
    ],
    ['a key’s ARN', [search(CARD_KEY)], idsOf(({ resource }) => resource === CARD_KEY)],
    ['a control', [search('3.7.5')], idsOf(({ pack }) => pack === 'pci')],
    ['a finding’s id', [search(findings[0]!.id)], [findings[0]!.id]],
    [
      'an invisible character, as the page spells it',
      [search('\\u{202E}cod.exe')],
      idsOf(({ bucket }) => bucket === HOSTILE),
    ],
    ['what no finding says', [search('no such thing')], []],
  ])('by %s', async (_, steps, expected) => {
    const { page, misdeeds } = await open(assessment);
    for (const step of steps) await step(page);
    await settled(page);
    const wanted = new Set(expected);
    expect(await shown(page)).toEqual(
      findings
        .map(({ id }) => id)
        .filter((id) => wanted.has(id))
        .sort(),
    );
    expect(await page.locator('#match-count').textContent()).toBe(
      `${expected.length} of ${findings.length} findings`,
    );
    expect(await page.getByText('No finding matches these filters.').isVisible()).toBe(expected.length === 0);
    expect(misdeeds).toEqual([]);
  });

  test('clearing the filters brings back the page as it was', async () => {
    const { page } = await open(assessment);
    const before = await shown(page);
    await search('pending deletion')(page);
    await tick('Compliant')(page);
    await settled(page);
    expect(await shown(page)).toEqual([]);
    await page.getByRole('button', { name: 'Clear filters' }).click();
    await settled(page);
    expect(await shown(page)).toEqual(before);
    expect(await page.locator('#match-count').textContent()).toBe(`${findings.length} findings`);
  });

  test('a finding opens to its reason, what to do, its proof beside the policy, and its evidence', async () => {
    const { page } = await open(assessment);
    const refuted = findings.find(
      ({ bucket, check }) => bucket === 'ehr-phi-imaging' && check === 'enforced',
    )!;
    const finding = page.locator(`#finding-${refuted.id}`);
    expect(await finding.locator('.body').isVisible()).toBe(false);
    await finding.locator('summary').first().click();
    const text = (await finding.innerText()).replace(/\s+/g, ' ');
    expect(text).toContain(refuted.reasons[0]);
    expect(text).toContain(refuted.remediation);
    expect(text).toContain('aws s3api put-object --bucket ehr-phi-imaging');
    expect(await finding.locator('mark').allInnerTexts()).toEqual([
      expect.stringContaining('DenyWrongEncryptionHeader'),
      expect.stringContaining('DenyInsecureTransport'),
    ]);
    expect(await finding.getByRole('link', { name: refuted.evidence[0]! }).getAttribute('href')).toBe(
      `./${refuted.evidence[0]!}`,
    );
  });
});
