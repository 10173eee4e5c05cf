/**
 * Fails on what checkov finds in packaged templates, unless deploy/accepted-findings.yml accepts it with a reason; and
 * on what is accepted there and found in none of them.
 *   node scripts/check-template.ts CHECKOV TEMPLATE...
 */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { z } from 'zod';
import { openFindings } from './accepted-findings.ts';
import type { TemplateFinding } from './accepted-findings.ts';

const [checkov = 'checkov', ...templates] = process.argv.slice(2);

const accepted = z
  .array(
    z.strictObject({
      check: z.string(),
      about: z.string(),
      resources: z.array(z.string()).min(1),
      reason: z.string().min(40),
    }),
  )
  .parse(parse(readFileSync('deploy/accepted-findings.yml', 'utf8')));

const report = z.object({
  results: z.object({
    failed_checks: z.array(z.object({ check_id: z.string(), check_name: z.string(), resource: z.string() })),
    parsing_errors: z.array(z.string()).max(0),
  }),
  summary: z.object({ passed: z.int().min(1), resource_count: z.int().min(1) }),
});

// --skip-download: the rules that were installed, and nothing from the network.
const options = ['--framework', 'cloudformation', '--skip-download', '--output', 'json', '--soft-fail'];
const found: TemplateFinding[] = [];
for (const template of templates) {
  const output = execFileSync(checkov, ['--file', template, ...options], {
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const { results, summary } = report.parse(JSON.parse(output));
  const failed = results.failed_checks.map(({ check_id: check, check_name: about, resource }) => ({
    check,
    about,
    resource,
  }));
  found.push(...failed);
  console.log(
    `${template}: ${summary.resource_count} resources, ${summary.passed} checks passed, ${failed.length} findings`,
  );
}
const problems = openFindings(found, accepted);
for (const problem of problems) console.error(problem);
process.exitCode = problems.length === 0 && templates.length > 0 ? 0 : 1;
