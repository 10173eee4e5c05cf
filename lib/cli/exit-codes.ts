import type { AuditErrorCode } from '../model/errors.ts';
import type { Finding } from '../model/finding.ts';
import type { Coverage } from '../model/run.ts';

/** What the command line answers to scripts. */
export const EXIT = { compliant: 0, nonCompliant: 1, usage: 2, insufficientData: 3, failed: 4 } as const;
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** The verdict of a run as an exit code; findings under an active waiver do not count. */
export function exitCodeOf(findings: readonly Finding[], coverage: Coverage): ExitCode {
  const open = findings.filter(({ waiver }) => waiver?.state !== 'active');
  if (open.some(({ status }) => status === 'NON_COMPLIANT')) return EXIT.nonCompliant;
  const undecided = open.some(({ status }) => status === 'INSUFFICIENT_DATA') || !coverage.complete;
  return undecided ? EXIT.insufficientData : EXIT.compliant;
}

/** What was asked for cannot be done as asked: 2. What was asked rightly and went wrong: 4. */
export function exitCodeOfError(code: AuditErrorCode): ExitCode {
  switch (code) {
    case 'USAGE':
    case 'RULES_INVALID':
    case 'INPUT_INVALID':
    case 'NO_CREDENTIALS':
    case 'NOT_FOUND':
    case 'OUTPUT_UNWRITABLE':
    case 'RUN_INVALID':
      return EXIT.usage;
    case 'EXPIRED_CREDENTIALS':
    case 'ACCESS_DENIED':
    case 'UNREACHABLE':
    case 'REPORT_BUCKET_DENIED':
    case 'INTERRUPTED':
    case 'FAILED':
      return EXIT.failed;
  }
}
