import { Option } from 'commander';
import { outputBucket } from '../collectors/athena-output.ts';
import { AuditError } from '../model/errors.ts';
import type { RunConfiguration } from '../model/run.ts';

/** Where Athena runs and leaves results, for S3 Metadata tables. */
export type AthenaOptions = { readonly athenaOutput?: string; readonly athenaWorkgroup?: string };

/** `--athena-output`. */
export const athenaOutputOption = (): Option =>
  new Option(
    '--athena-output <address>',
    'where Athena leaves what it answers of S3 Metadata tables: s3://bucket/prefix/',
  );

/** `--athena-workgroup`. */
export const athenaWorkgroupOption = (): Option =>
  new Option('--athena-workgroup <name>', 'the workgroup that reads S3 Metadata tables (default: primary)');

/** What a run is told of Athena; nothing when no option names it. Throws AuditError USAGE. */
export function athenaConfiguration({
  athenaOutput: output = null,
  athenaWorkgroup: workgroup = null,
}: {
  readonly athenaOutput?: string | null;
  readonly athenaWorkgroup?: string | null;
}): Pick<RunConfiguration, 'athena'> {
  if (output !== null && outputBucket(output) === null) {
    throw new AuditError(
      'USAGE',
      `--athena-output takes an address such as s3://bucket/prefix/, not ${output}.`,
    );
  }
  if (workgroup !== null && !/^[a-zA-Z0-9._-]{1,128}$/.test(workgroup))
    throw new AuditError('USAGE', `--athena-workgroup takes the name of a workgroup, not ${workgroup}.`);
  return output === null && workgroup === null ? {} : { athena: { output, workgroup } };
}
