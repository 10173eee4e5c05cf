import { WRITE_PATHS } from '../lib/model/proof.ts';
import type { Finding } from '../lib/model/finding.ts';
import type { Assessment } from '../lib/model/run.ts';
import { csvRow, type Cell } from './csv.ts';
import { byCodeUnit } from './format.ts';
import { compareFindings } from './outcome.ts';

/** Column name → cell, in column order. Lists are joined with `; ` inside one cell. */
const COLUMNS: readonly (readonly [string, (finding: Finding) => Cell])[] = [
  ['id', (f) => f.id],
  ['pack', (f) => f.pack],
  ['requirement', (f) => f.requirement],
  ['title', (f) => f.title],
  ['data_class', (f) => f.dataClass],
  ['severity', (f) => f.severity],
  ['check', (f) => f.check],
  ['status', (f) => f.status],
  ['account_id', (f) => f.accountId],
  ['region', (f) => f.region],
  ['bucket', (f) => f.bucket],
  ['resource', (f) => f.resource],
  ['reasons', (f) => f.reasons.join(' ')],
  ['remediation', (f) => f.remediation],
  ['objects_compliant', (f) => f.counts?.compliant ?? null],
  ['objects_non_compliant', (f) => f.counts?.nonCompliant ?? null],
  ['objects_undetermined', (f) => f.counts?.undetermined ?? null],
  ['bytes_non_compliant', (f) => f.counts?.bytesNonCompliant ?? null],
  ...WRITE_PATHS.map((path): readonly [string, (finding: Finding) => Cell] => [
    `proof_${path}`,
    (f) => f.proofs?.[path]?.verdict ?? null,
  ]),
  ['counterexample', counterexampleCommand],
  ['controls', (f) => controlList(f).join('; ')],
  ['waiver_state', (f) => f.waiver?.state ?? null],
  ['waiver_expires', (f) => f.waiver?.expires ?? null],
  ['waiver_approver', (f) => f.waiver?.approver ?? null],
  ['evidence', (f) => [...f.evidence].sort(byCodeUnit).join('; ')],
];

/** `findings.csv`: a header row, then one row a finding, worst first (RFC 4180, UTF-8, no byte order mark). */
export function findingsCsv(assessment: Assessment): string {
  const rows = [...assessment.findings].sort(compareFindings);
  return [
    csvRow(COLUMNS.map(([name]) => name)),
    ...rows.map((finding) => csvRow(COLUMNS.map(([, cell]) => cell(finding)))),
  ].join('');
}

function counterexampleCommand({ proofs }: Finding): string | null {
  for (const path of WRITE_PATHS) {
    const proof = proofs?.[path];
    if (proof?.verdict === 'refuted') return proof.counterexample.command;
  }
  return null;
}

/** `framework control` pairs, sorted by framework: `hipaa 164.312(a)(2)(iv)`. */
function controlList({ controls }: Finding): string[] {
  return Object.entries(controls)
    .sort(([a], [b]) => byCodeUnit(a, b))
    .flatMap(([framework, ids]) => ids.map((id) => `${framework} ${id}`));
}
