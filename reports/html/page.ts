import { createHash } from 'node:crypto';
import type { Assessment } from '../../lib/model/run.ts';
import { formatCount } from '../format.ts';
import { runVerdict, tally } from '../outcome.ts';
import { requirementResults } from '../requirements.ts';
import { adviceSection } from './advice.ts';
import { claimSection } from './claims.ts';
import { CLIENT_SCRIPT } from './client.ts';
import { controlSection } from './controls.ts';
import { coverageSection } from './coverage.ts';
import { createDeferred } from './deferred.ts';
import { findingsSection } from './findings.ts';
import { keySection } from './keys.ts';
import { ledgerSection } from './ledger.ts';
import { matrixSection } from './matrix.ts';
import { escapeHtml, h, scriptJson, toHtml, type HtmlElement } from './node.ts';
import { iconDefinitions } from './parts.ts';
import { pageHeader, runSection } from './run-header.ts';
import { sealSection } from './seal-charts.ts';
import { hasHistory, sinceSection } from './since.ts';
import { STYLE } from './style.ts';
import { pageFooters } from './style-print.ts';
import { termSection } from './terms.ts';
import { verdictSection } from './verdict.ts';
import { verifySection } from './verify.ts';
import { waiverSection } from './waivers.ts';

/** Sections in reading order: id and the word of the navigation. */
const CONTENTS: readonly (readonly [string, string])[] = [
  ['verdict', 'Verdict'],
  ['since', 'Since last run'],
  ['matrix', 'By bucket'],
  ['controls', 'By control'],
  ['encryption', 'Encryption'],
  ['claims', 'Client-side'],
  ['findings', 'Findings'],
  ['advice', 'Advice'],
  ['waivers', 'Waivers'],
  ['keys', 'Keys'],
  ['ledger', 'Who opened'],
  ['coverage', 'Coverage'],
  ['run', 'This run'],
  ['verify', 'Verify'],
  ['terms', 'Terms'],
];

/**
 * `report.html`: one page without outside requests. Its policy lets nothing load, and only the style and the script
 * written here run; Trusted Types keep that script from ever turning text into markup.
 */
export function reportHtml(assessment: Assessment): string {
  const deferred = createDeferred();
  const style = STYLE + pageFooters(assessment.run.runId);
  const body = toHtml(page(assessment, deferred));
  const title = `${runVerdict(assessment).headline} – Sealcheck run ${assessment.run.runId}`;
  return [
    '<!doctype html>',
    '<html lang="en">',
    '<head>',
    '<meta charset="utf-8">',
    `<meta http-equiv="Content-Security-Policy" content="${escapeHtml(contentSecurityPolicy(style))}">`,
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    '<meta name="color-scheme" content="light dark">',
    '<meta name="referrer" content="no-referrer">',
    toHtml(h('meta', { name: 'generator', content: `sealcheck ${assessment.run.tool.version}` })),
    toHtml(h('title', null, title)),
    `<style>${style}</style>`,
    '</head>',
    body,
    `<script type="application/json" id="data">${scriptJson(deferred.data())}</script>`,
    `<script>${CLIENT_SCRIPT}</script>`,
    '</html>',
    '',
  ].join('\n');
}

function page(assessment: Assessment, deferred: ReturnType<typeof createDeferred>): HtmlElement {
  const results = requirementResults(assessment);
  return h(
    'body',
    null,
    h('a', { class: 'skip', href: '#verdict' }, 'Skip to the verdict'),
    iconDefinitions(),
    h(
      'div',
      { class: 'layout' },
      navigation(assessment),
      h(
        'div',
        { class: 'content' },
        pageHeader(assessment),
        h(
          'main',
          { id: 'main' },
          verdictSection(assessment, results, deferred),
          sinceSection(assessment, deferred),
          matrixSection(assessment, results, deferred),
          controlSection(results, deferred),
          sealSection(assessment, deferred),
          claimSection(assessment, deferred),
          findingsSection(assessment, results, deferred),
          adviceSection(assessment, results, deferred),
          waiverSection(assessment),
          keySection(assessment, deferred),
          ledgerSection(assessment, deferred),
          coverageSection(assessment, deferred),
          runSection(assessment),
          verifySection(assessment, deferred),
          termSection(),
        ),
        h(
          'footer',
          null,
          `Sealcheck ${assessment.run.tool.version}, run ${assessment.run.runId}. Made from saved evidence; opens without a network.`,
        ),
      ),
    ),
  );
}

function navigation(assessment: Assessment): HtmlElement {
  const failing = tally(assessment.findings).NON_COMPLIANT;
  const contents = CONTENTS.filter(([id]) => id !== 'since' || hasHistory(assessment));
  return h(
    'nav',
    { 'aria-label': 'Contents' },
    h(
      'ul',
      null,
      contents.map(([id, word]) =>
        h(
          'li',
          null,
          h(
            'a',
            { href: `#${id}` },
            word,
            id === 'findings' && failing > 0 && h('span', { class: 'count' }, formatCount(failing)),
          ),
        ),
      ),
    ),
  );
}

function contentSecurityPolicy(style: string): string {
  const sha256 = (text: string) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
  return [
    "default-src 'none'",
    `script-src ${sha256(CLIENT_SCRIPT)}`,
    `style-src ${sha256(style)}`,
    "base-uri 'none'",
    "form-action 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ].join('; ');
}
