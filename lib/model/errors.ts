/** What stopped the program; the command line turns each into its exit code (DESIGN: 2 usage, 4 failed run). */
export type AuditErrorCode =
  | 'USAGE'
  | 'RULES_INVALID'
  | 'INPUT_INVALID'
  | 'NO_CREDENTIALS'
  | 'EXPIRED_CREDENTIALS'
  | 'ACCESS_DENIED'
  | 'NOT_FOUND'
  | 'UNREACHABLE'
  | 'OUTPUT_UNWRITABLE'
  | 'REPORT_BUCKET_DENIED'
  | 'RUN_INVALID'
  | 'INTERRUPTED'
  | 'FAILED';

/** An error whose message is one clear sentence for the person at the terminal. */
export class AuditError extends Error {
  readonly code: AuditErrorCode;
  constructor(code: AuditErrorCode, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.name = 'AuditError';
    this.code = code;
  }
}
