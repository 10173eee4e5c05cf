import { InvalidArgumentError, Option } from 'commander';
import type { Command } from 'commander';
import { LONGEST_LOCK_DAYS } from '../audit/bucket-upload.ts';
import { MAX_SEAL_AGE } from '../audit/defaults.ts';
import { AuditError } from '../model/errors.ts';
import { withAccountOptions } from './account-options.ts';
import type { AccountOptions } from './account-options.ts';
import { athenaOutputOption, athenaWorkgroupOption } from './athena-options.ts';
import type { AthenaOptions } from './athena-options.ts';

const SOURCES = ['auto', 'live', 'inventory', 'metadata', 'sample'] as const;

/** What `sealcheck audit` was told. */
export type AuditOptions = AccountOptions &
  AthenaOptions & {
    readonly rules?: readonly string[];
    readonly bucket?: readonly string[];
    readonly out?: string;
    readonly reportBucket?: string;
    readonly reportKmsKey?: string;
    readonly reportLockDays?: number;
    readonly signingKey?: string;
    readonly securityHub?: boolean;
    readonly source: (typeof SOURCES)[number];
    readonly objectReads: boolean;
    readonly plan?: boolean;
    readonly sampleSize?: number;
    readonly sampleSeed?: string;
    readonly topUpSample?: number;
    readonly trail?: string;
    readonly since?: string;
    readonly baseline?: string;
    readonly asOf?: string;
    readonly config?: boolean;
    readonly configAggregator?: string;
    readonly configRegion?: readonly string[];
    readonly keepSeals?: boolean;
    readonly sinceRun?: string;
    readonly maxSealAge?: number;
    readonly resume?: string;
    readonly json?: boolean;
  };

/** Gives a command the options of an audit. */
export const withAuditOptions = (command: Command): Command =>
  withAccountOptions(
    command
      .option('--rules <file...>', 'rule packs (YAML)')
      .option('--bucket <glob...>', 'only buckets whose name matches; the default is all'),
  )
    .option('--out <dir>', 'folder for the report (default: sealcheck-runs/<run id>)')
    .option('--report-bucket <name>', 'also write the report to this bucket; it is left out of the audit')
    .option(
      '--report-kms-key <key>',
      'seal the report with SSE-KMS under this key (default: as the bucket has it)',
    )
    .option(
      '--report-lock-days <days>',
      'keep the report unchangeable for so many days (Object Lock, COMPLIANCE)',
      lockDays,
    )
    .option('--security-hub', 'send the findings to AWS Security Hub as well (BatchImportFindings)')
    .option('--signing-key <key>', 'sign with a PEM file or a KMS key by ARN (default: a key of your own)')
    .addOption(
      new Option('--source <source>', 'where objects are counted from; auto takes the cheapest that answers')
        .choices(SOURCES)
        .default('auto'),
    )
    .addOption(athenaOutputOption())
    .addOption(athenaWorkgroupOption())
    .option(
      '--sample-size <objects>',
      'objects asked in each bucket by --source sample',
      wholeNumber('--sample-size'),
    )
    .option('--sample-seed <text>', 'what the draw depends on: the same seed draws the same objects')
    .option(
      '--top-up-sample <objects>',
      'of the objects an inventory does not tell enough about, ask so many (default: all)',
      wholeNumber('--top-up-sample'),
    )
    .option(
      '--no-object-reads',
      'ask no object anything: inventories and tables alone, and no s3:GetObject on audited buckets',
    )
    .option('--trail <place>', 'read decrypts from a folder or s3:// address of log files, not event history')
    .option(
      '--since <time>',
      'read decrypts from this day or instant, UTC (default: as far as the rules judge)',
    )
    .option('--baseline <dir>', 'an earlier run, to tell who decrypts for the first time')
    .option('--keep-seals', 'keep what every object answered in the evidence, for --since-run')
    .option('--since-run <dir>', 'an earlier, sealed run with --keep-seals: ask only what may have changed')
    .option(
      '--max-seal-age <days>',
      `with --since-run: ask everything again within so many days (default: ${MAX_SEAL_AGE})`,
      sealAge,
    )
    .option(
      '--as-of <time>',
      'judge bucket configuration as AWS Config had it then: a day (its end) or an instant, UTC',
    )
    .option('--config', 'read the facts about buckets from AWS Config, in this Region, and ask S3 nothing')
    .option('--config-aggregator <name>', 'as --config, for all that an AWS Config aggregator collects')
    .option(
      '--config-region <region...>',
      'more Regions whose AWS Config is asked: by --config for buckets, by --as-of for deleted ones',
    )
    .option('--resume <dir>', 'finish a run that was stopped')
    .option('--plan', 'say what counting would take, in requests, dollars and time; count nothing')
    .option('--json', 'print the result as JSON');

const wholeNumber =
  (option: string) =>
  (text: string): number => {
    const number = Number(text);
    if (Number.isInteger(number) && number > 0 && number <= 10_000_000) return number;
    throw new AuditError(
      'USAGE',
      `${option} is "${text}", which is not a whole number from 1 to 10,000,000.`,
    );
  };

function sealAge(text: string): number {
  const days = Number(text);
  if (!Number.isInteger(days) || days < 1 || days > 365)
    throw new InvalidArgumentError('It is a number of days from 1 to 365.');
  return days;
}

function lockDays(text: string): number {
  const days = Number(text);
  if (!Number.isInteger(days) || days < 1 || days > LONGEST_LOCK_DAYS)
    throw new InvalidArgumentError(`It is a number of days from 1 to ${LONGEST_LOCK_DAYS}.`);
  return days;
}
