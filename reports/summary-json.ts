import type { Assessment, CoverageCount } from '../lib/model/run.ts';
import { ordered } from './ordered.ts';
import { runVerdict, tally } from './outcome.ts';

/** Raised when a reader of `summary.json` would have to change; fields may be added without it. */
const SUMMARY_SCHEMA_VERSION = 1;

/** `summary.json`: the run's answer and what it rests on in a few hundred bytes, for lists of runs. */
export function summaryJson(assessment: Assessment): string {
  const { run, packs, findings, coverage } = assessment;
  const { runId, tool, startedAt, finishedAt, caller, regions } = run;
  const { facts } = run.configuration;
  return `${JSON.stringify(
    {
      schemaVersion: SUMMARY_SCHEMA_VERSION,
      runId,
      tool: { name: tool.name, version: tool.version },
      startedAt,
      finishedAt,
      // What is said about the past, or from a record, must not be taken for what S3 says now.
      ...(facts && { facts }),
      accountId: caller.accountId,
      regions: [...regions].sort(),
      packs: packs.map(({ pack, title, digest }) => ({ pack, title, digest })),
      verdict: runVerdict(assessment),
      findings: tally(findings),
      coverage: {
        complete: coverage.complete,
        ...(coverage.accounts ? { accounts: totals(coverage.accounts) } : {}),
        buckets: totals(coverage.buckets),
        objects: totals(coverage.objects),
      },
      ...(coverage.spent && { spent: ordered(coverage.spent, ['counting', 'list', 'read']) }),
    },
    null,
    2,
  )}\n`;
}

const totals = ({ population, assessed, excluded, notAssessable }: CoverageCount): object => ({
  population,
  assessed,
  excluded: sum(excluded),
  notAssessable: sum(notAssessable),
});

const sum = (counts: Readonly<Record<string, number>>): number =>
  Object.values(counts).reduce((total, n) => total + n, 0);
