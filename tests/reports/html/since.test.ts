import { describe, expect, test } from '@jest/globals';
import { CHANGES } from '../../../lib/model/history.ts';
import { unknown } from '../../../lib/model/observed.ts';
import type { Assessment } from '../../../lib/model/run.ts';
import { createDeferred } from '../../../reports/html/deferred.ts';
import type { HtmlElement } from '../../../reports/html/node.ts';
import { reportHtml } from '../../../reports/html/page.ts';
import { openSince, sinceBrief, sinceSection } from '../../../reports/html/since.ts';
import { trendPicture } from '../../../reports/html/trend.ts';
import { assessment } from '../fixture.ts';
import { firstRun, secondRun } from '../fixture-history.ts';
import { all, rowsOf, textOf } from './tree.ts';

const sectionOf = (from: Assessment) => sinceSection(from, createDeferred()) as HtmlElement;
const history = secondRun.history!;
const unreadable: Assessment = {
  ...secondRun,
  history: {
    ...history,
    baseline: unknown({ code: 'ACCESS_DENIED', operation: 's3:GetObject', message: 'no', httpStatus: 403 }),
    counts: null,
    changes: [],
  },
};

describe('since the last run', () => {
  test.each([
    ['a run on its own', assessment],
    ['the first run of a chain', firstRun],
  ])('nothing is shown of %s', (_, from) => {
    expect(sectionOf(from)).toBeNull();
    expect(sinceBrief(from)).toBeNull();
    const html = reportHtml(from);
    expect(html).not.toContain('#since');
    expect(html).not.toContain('Open since');
  });

  test('every finding of either run is counted once, beside the verdict and in full', () => {
    const items = all(sectionOf(secondRun), '.changes').flatMap((list) => all(list, 'li'));
    const counted = items.map((item) => Number(/\d+/.exec(textOf(item))![0]));
    expect(counted).toEqual(CHANGES.map((change) => history.counts![change]).filter((count) => count > 0));
    const gone = history.changes.filter(({ now }) => now === null).length;
    expect(counted.reduce((sum, one) => sum + one, 0)).toBe(secondRun.findings.length + gone);
    const brief = textOf(sinceBrief(secondRun) as HtmlElement);
    expect(brief).toMatch(/^Since 2026-11-17 14:15 UTC .*\b1 new\b.*\b2 resolved$/);
    expect(brief).not.toContain('unchanged');
  });

  test('each change has its row, and leads to the finding when there still is one', () => {
    const table = all(sectionOf(secondRun), '.since-table')[0]!;
    const rows = rowsOf(table);
    expect(rows).toHaveLength(history.changes.length);
    expect(rows[0]).toEqual([
      'new',
      'billing-cards-us',
      'pci/cardholder-dsse default',
      'not asked',
      'Fail',
      '2026-11-24 14:15 UTC',
    ]);
    expect(rows).toContainEqual([
      'not asked any more',
      'retired-phi',
      'hipaa/phi-sse-kms stored',
      'Fail',
      'not asked',
      '2026-11-17 14:15 UTC',
    ]);
    expect(all(table, 'a').map(([, { href }]) => href)).toEqual(
      history.changes.filter(({ now }) => now !== null).map(({ id }) => `#finding-${id}`),
    );
  });

  test('a run before that could not be read is said so, and nothing is compared', () => {
    expect(textOf(sectionOf(unreadable))).toMatch(
      /could not be read \(.*ACCESS_DENIED.*what changed is not known/,
    );
    expect(sinceBrief(unreadable)).toBeNull();
    expect(openSince(unreadable.history, secondRun.findings[0]!.id)).toBeNull();
  });

  test('a finding that is open says since when, and one that passes does not', () => {
    const html = reportHtml(secondRun);
    const blocks = new Map(
      html
        .split('id="finding-')
        .slice(1)
        .map((block) => [/^\w+/.exec(block)![0], block.split('<li><details')[0]!]),
    );
    for (const { id } of secondRun.findings)
      expect([id, blocks.get(id)!.includes('Open since')]).toEqual([id, id in history.openSince]);
  });
});

describe('the trend', () => {
  const picture = trendPicture(history.trend, secondRun.run.runId);

  test('has a bar for every outcome of every run, the smallest still to be seen, and none outside the picture', () => {
    const rare = history.trend.map((point) => ({
      ...point,
      outcomes: { NON_COMPLIANT: 1, INSUFFICIENT_DATA: 0, WAIVED: 1, COMPLIANT: 100_000, NOT_APPLICABLE: 5 },
    }));
    const [svg] = all(trendPicture(rare, ''), 'svg');
    const bars = all(svg!, 'rect').filter(([, attributes]) => attributes['class'] !== 'trend-axis');
    expect(bars.map(([, attributes]) => attributes['class'])).toEqual(
      rare.flatMap(() => ['trend-fail', 'trend-waived', 'trend-pass']),
    );
    for (const [, { y, height }] of bars) {
      expect(Number(height)).toBeGreaterThanOrEqual(2);
      expect(Number(y)).toBeGreaterThanOrEqual(0);
    }
  });

  test('has the same numbers as a table, this run named', () => {
    expect(rowsOf(picture)).toEqual([
      ['2026-11-17 14:15 UTC 20261117T141502Z-0a0b0c', ...numbersOf(0), '196,379 (>99.9%)'],
      ['2026-11-24 14:15 UTC this run', ...numbersOf(1), '196,379 (>99.9%)'],
    ]);
    expect(all(picture, 'svg')[0]![1]['aria-label']).toMatch(/^2 runs: from 12 non-compliant, .* to 11 non/);
  });

  const numbersOf = (at: number): string[] => {
    const { outcomes } = history.trend[at]!;
    const { NON_COMPLIANT, INSUFFICIENT_DATA, WAIVED, COMPLIANT, NOT_APPLICABLE } = outcomes;
    return [NON_COMPLIANT, INSUFFICIENT_DATA, WAIVED, COMPLIANT, NOT_APPLICABLE].map(String);
  };
});
