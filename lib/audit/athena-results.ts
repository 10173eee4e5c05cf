import { outputBucket } from '../collectors/athena-output.ts';
import { AuditError } from '../model/errors.ts';
import type { RunConfiguration } from '../model/run.ts';

/** Athena writes results: never into a bucket that is audited. Throws AuditError USAGE. */
export function refuseAuditedResults(
  { athena }: RunConfiguration,
  targets: readonly { readonly name: string }[],
): void {
  const bucket = athena?.output ? outputBucket(athena.output) : null;
  if (!targets.some(({ name }) => name === bucket)) return;
  throw new AuditError(
    'USAGE',
    `Athena would write to ${bucket ?? ''}, which is audited; name a bucket that is not, such as the report bucket, with --athena-output.`,
  );
}
