import type { RulePack } from '../lib/model/requirement.ts';
import type { Assessment } from '../lib/model/run.ts';
import { ordered } from './ordered.ts';
import { compareFindings } from './outcome.ts';

/** Raised when a reader of `findings.json` would have to change; fields may be added without it. */
export const FINDINGS_SCHEMA_VERSION = 1;

/** Names that come first in their object, in this order; every other name follows in code-unit order. */
const FIRST = [
  'schemaVersion',
  'id',
  'runId',
  'tool',
  'run',
  'packs',
  'coverage',
  'history',
  'findings',
  'pack',
  'requirement',
  'title',
  'file',
  'digest',
  'dataClass',
  'severity',
  'check',
  'status',
  'accountId',
  'region',
  'bucket',
  'resource',
  'reasons',
  'population',
  'verdict',
];

/** `findings.json`: run, rule packs with their digests, coverage and every finding, worst first; 2-space JSON. */
export function findingsJson(assessment: Assessment): string {
  const document = {
    schemaVersion: FINDINGS_SCHEMA_VERSION,
    run: assessment.run,
    packs: assessment.packs.map(packSummary),
    coverage: assessment.coverage,
    ...(assessment.history && { history: assessment.history }),
    findings: [...assessment.findings].sort(compareFindings),
  };
  return `${JSON.stringify(ordered(document, FIRST), null, 2)}\n`;
}

/** What is needed to find the pack again and to read requirements that led to no finding. */
function packSummary({ pack, title, file, digest, requirements, waivers }: RulePack): object {
  return {
    pack,
    title,
    file,
    digest,
    requirements,
    waivers,
  };
}
