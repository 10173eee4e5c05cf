import { createHash } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { reportHtml } from '../../../reports/html/page.ts';
import { pageFooters } from '../../../reports/html/style-print.ts';
import { assessment } from '../fixture.ts';

const html = reportHtml(assessment);
const sha256 = (text: string) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
const inside = (tag: string): string[] =>
  [...html.matchAll(new RegExp(`<${tag}>([\\s\\S]*?)</${tag}>`, 'g'))].map(([, text]) => text!);

describe('report.html', () => {
  test('lets run and style exactly what is written in it, and nothing load', () => {
    const policy = /http-equiv="Content-Security-Policy" content="([^"]*)"/
      .exec(html)![1]!
      .replaceAll('&#39;', "'");
    const scripts = inside('script');
    const styles = inside('style');
    expect([scripts.length, styles.length]).toEqual([1, 1]);
    expect(policy.split('; ')).toEqual([
      "default-src 'none'",
      `script-src ${sha256(scripts[0]!)}`,
      `style-src ${sha256(styles[0]!)}`,
      "base-uri 'none'",
      "form-action 'none'",
      "require-trusted-types-for 'script'",
      "trusted-types 'none'",
    ]);
  });

  test('holds each section that its contents name, in that order, and every finding', () => {
    const linked = [...html.slice(0, html.indexOf('</nav>')).matchAll(/<a href="#([\w-]+)">/g)].map(
      ([, id]) => id,
    );
    const sections = [...html.matchAll(/<section id="([\w-]+)"/g)].map(([, id]) => id);
    expect(linked).toEqual(sections);
    for (const { id } of assessment.findings) expect(html).toContain(`id="finding-${id}"`);
  });

  test('tells the verdict before anything else, and the run it is about', () => {
    expect(html.indexOf('id="verdict"')).toBeLessThan(html.indexOf('id="matrix"'));
    expect(html).toMatch(/<title>Not compliant – Sealcheck run 20261124T141502Z-5f3a9c<\/title>/);
  });

  test('says loudly when what answered was not AWS', () => {
    expect(html).not.toContain('Not AWS');
    const local = { ...assessment, run: { ...assessment.run, endpoint: 'http://127.0.0.1:4566' } };
    expect(reportHtml(local)).toContain('Not AWS: </strong>answered by');
  });
});

test.each([
  ['20261124T141502Z-5f3a9c', '"Sealcheck run 20261124T141502Z-5f3a9c"'],
  ['a"; } body { display: none', '"Sealcheck run a\\22 \\3b  \\7d  body \\7b  display: none"'],
  ['</style>\n\\', '"Sealcheck run \\3c /style\\3e \\a \\5c "'],
])('the run %j cannot leave the foot of the printed sheet', (runId, content) => {
  expect(pageFooters(runId)).toContain(`content: ${content};`);
});
