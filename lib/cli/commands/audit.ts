import { dirname, join, resolve } from 'node:path';
import { InvalidArgumentError, Option } from 'commander';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import type { Command } from 'commander';
import { LONGEST_LOCK_DAYS } from '../../audit/bucket-upload.ts';
import { folderHome } from '../../audit/chain-home.ts';
import { newRunId, SAMPLE } from '../../audit/defaults.ts';
import { runAudit } from '../../audit/driver.ts';
import type { AuditResult } from '../../audit/driver.ts';
import { requireJson } from '../../audit/json-files.ts';
import { folderStore } from '../../audit/folder-store.ts';
import type { Plan } from '../../audit/plan.ts';
import { planCosts } from '../../audit/plan-costs.ts';
import { RUN_FILES } from '../../audit/run-store.ts';
import { AuditError } from '../../model/errors.ts';
import type { RunConfiguration } from '../../model/run.ts';
import type { ImportResult } from '../../audit/security-hub.ts';
import { groupBy } from '../../../reports/format.ts';
import { planText } from '../../../reports/census-plan.ts';
import { summaryText } from '../../../reports/summary-text.ts';
import { visible } from '../../../reports/visible.ts';
import { clientsFromEnvironment } from '../aws-environment.ts';
import { EXIT, exitCodeOf } from '../exit-codes.ts';
import type { ExitCode } from '../exit-codes.ts';
import { wantsColor } from '../io.ts';
import type { CliIo } from '../io.ts';
import { decryptOptions } from '../ledger-window.ts';
import { textProgress } from '../progress.ts';
import { loadRulePacks } from '../../audit/rule-files.ts';
import type { LoadedPacks } from '../../audit/rule-files.ts';
import { assertFresh, runContext } from '../run-context.ts';
import { signerFor } from '../signing.ts';
import type { Signer } from '../../seal/signer.ts';
import type { AwsClients } from '../../collectors/clients.ts';

/** Where runs go that nobody named a folder for. */
const RUNS_FOLDER = 'sealcheck-runs';
const SOURCES = ['auto', 'live', 'inventory', 'sample'] as const;

type AuditOptions = {
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
  readonly trail?: string;
  readonly since?: string;
  readonly baseline?: string;
  readonly resume?: string;
  readonly json?: boolean;
};

/** `sealcheck audit`: the whole run. */
export function auditCommand(program: Command, io: CliIo, finish: (code: ExitCode) => void): void {
  program
    .command('audit')
    .description('audit the buckets of this account against rule packs')
    .option('--rules <file...>', 'rule packs (YAML)')
    .option('--bucket <glob...>', 'only buckets whose name matches; the default is all')
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
    .option('--sample-size <objects>', 'objects asked in each bucket by --source sample', wholeNumber)
    .option('--sample-seed <text>', 'what the draw depends on: the same seed draws the same objects')
    .option(
      '--no-object-reads',
      'ask no object anything: inventories alone, and no s3:GetObject on audited buckets',
    )
    .option('--trail <place>', 'read decrypts from a folder or s3:// address of log files, not event history')
    .option(
      '--since <time>',
      'read decrypts from this day or instant, UTC (default: as far as the rules judge)',
    )
    .option('--baseline <dir>', 'an earlier run, to tell who decrypts for the first time')
    .option('--resume <dir>', 'finish a run that was stopped')
    .option('--plan', 'say what counting would take, in requests, dollars and time; count nothing')
    .option('--json', 'print the result as JSON')
    .action(async (options: AuditOptions) => {
      const aws = clientsFromEnvironment(io);
      try {
        if (options.plan === true) {
          await tellCosts(io, aws, options);
          finish(EXIT.compliant);
          return;
        }
        const prepared =
          options.resume === undefined ? await fresh(io, options) : await resumed(options.resume, options);
        const signed = { ...prepared, signer: await signerFor(io, aws, options.signingKey) };
        const { assessment } = await performAudit(io, aws, signed, options.json === true);
        finish(exitCodeOf(assessment.findings, assessment.coverage));
      } finally {
        aws.close();
      }
    });
}

/** `--plan`: the facts of a run that is not made, in a folder that does not stay. */
async function tellCosts(io: CliIo, aws: AwsClients, options: AuditOptions): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'sealcheck-plan-'));
  try {
    const { packs, configuration } = await fresh(io, { ...options, out: join(folder, 'run') });
    const progress = textProgress(io.err, io.clock);
    const { signal } = new AbortController();
    const costs = await planCosts(
      runContext(io, { aws, folder: join(folder, 'run'), packs, configuration, progress, signal }),
    );
    progress.done();
    io.out.write(options.json ? `${JSON.stringify({ buckets: costs }, null, 2)}\n` : planText(costs));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function wholeNumber(text: string): number {
  const number = Number(text);
  if (Number.isInteger(number) && number > 0 && number <= 10_000_000) return number;
  throw new AuditError(
    'USAGE',
    `--sample-size is "${text}", which is not a whole number from 1 to 10,000,000.`,
  );
}

/** A run that can start: where it goes, by which rules, under which id. */
export type PreparedRun = {
  readonly runId: string;
  readonly folder: string;
  readonly packs: LoadedPacks;
  readonly configuration: RunConfiguration;
  readonly signer?: Signer | null;
};

function lockDays(text: string): number {
  const days = Number(text);
  if (!Number.isInteger(days) || days < 1 || days > LONGEST_LOCK_DAYS)
    throw new InvalidArgumentError(`It is a number of days from 1 to ${LONGEST_LOCK_DAYS}.`);
  return days;
}

async function fresh(io: CliIo, options: AuditOptions): Promise<PreparedRun> {
  if (!options.rules)
    throw new AuditError('USAGE', 'Name at least one rule pack with --rules, such as rules/hipaa.yml.');
  const { reportBucket = null, reportKmsKey = null, reportLockDays = null } = options;
  if (reportBucket === null && (reportKmsKey !== null || reportLockDays !== null))
    throw new AuditError(
      'USAGE',
      '--report-kms-key and --report-lock-days say how --report-bucket is written; name it.',
    );
  const runId = newRunId(io.clock(), io.random);
  const folder = options.out ?? join(RUNS_FOLDER, runId);
  await assertFresh(folder);
  return {
    runId,
    folder,
    packs: await loadRulePacks(options.rules, io.clock().toISOString().slice(0, 10)),
    configuration: {
      bucketGlobs: options.bucket ?? [],
      source: options.source,
      reportBucket,
      ...decryptOptions(options),
      ...(options.securityHub ? { securityHub: true } : {}),
      ...(reportKmsKey === null && reportLockDays === null
        ? {}
        : { report: { kmsKey: reportKmsKey, lockDays: reportLockDays } }),
      objectReads: options.objectReads,
      ...(options.source === 'sample'
        ? { sample: { size: options.sampleSize ?? SAMPLE.size, seed: options.sampleSeed ?? runId } }
        : {}),
    },
  };
}

/** A resumed run keeps the rules and the choices it began with. */
async function resumed(folder: string, options: AuditOptions): Promise<PreparedRun> {
  const { rules, bucket, out, reportBucket, reportKmsKey, reportLockDays, securityHub } = options;
  const { trail, since, baseline } = options;
  const fixed = [
    rules,
    bucket,
    out,
    reportBucket,
    reportKmsKey,
    reportLockDays,
    securityHub,
    trail,
    since,
    baseline,
  ];
  if (fixed.some((option) => option !== undefined)) {
    throw new AuditError(
      'USAGE',
      '--resume takes rules, buckets and folders from the run it finishes; give it alone, or with --signing-key.',
    );
  }
  const plan = await requireJson<Plan>(folderStore(folder), RUN_FILES.plan);
  const files = plan.rulePacks.map(({ pack }) => join(folder, RUN_FILES.rules(pack)));
  const packs = await loadRulePacks(files, plan.startedAt.slice(0, 10));
  return { runId: plan.runId, folder, packs, configuration: plan.configuration };
}

/** Runs and tells: progress and warnings on stderr, the result on stdout. */
export async function performAudit(
  io: CliIo,
  aws: AwsClients,
  { runId, folder, packs, configuration, signer = null }: PreparedRun,
  json: boolean,
): Promise<AuditResult> {
  if (packs.warnings) io.err.write(packs.warnings);
  const abort = new AbortController();
  const stopListening = io.onInterrupt(() => {
    io.err.write('\nstopping; press Ctrl-C again to stop at once\n');
    abort.abort();
  });
  const progress = textProgress(io.err, io.clock);
  try {
    const given = { aws, folder, packs, configuration, progress, signal: abort.signal };
    // Runs that lie side by side under the default folder are a chain; a folder of its own is a run of its own.
    const home = dirname(resolve(folder)) === resolve(RUNS_FOLDER) ? folderHome(RUNS_FOLDER) : null;
    const result = await runAudit({ ...runContext(io, given), signer, home }, runId);
    progress.done();
    tell(io, folder, result, json);
    return result;
  } catch (error) {
    progress.done();
    if (
      error instanceof AuditError &&
      (error.code === 'INTERRUPTED' || error.code === 'EXPIRED_CREDENTIALS')
    ) {
      throw new AuditError(
        error.code,
        `${error.message} Finish it with: sealcheck audit --resume ${folder}`,
        {
          cause: error,
        },
      );
    }
    throw error;
  } finally {
    stopListening();
  }
}

function tell(io: CliIo, folder: string, result: AuditResult, json: boolean): void {
  const { assessment, published, sealed, securityHub } = result;
  const { run, findings, coverage } = assessment;
  const { manifestSha256 } = sealed;
  if (securityHub) tellImport(io, securityHub);
  if (json) {
    const told = {
      runId: run.runId,
      findings,
      coverage,
      out: folder,
      published,
      manifestSha256,
      securityHub,
    };
    io.out.write(`${JSON.stringify(told, null, 2)}\n`);
    return;
  }
  io.out.write(
    summaryText(assessment, { color: wantsColor(io.out, io.env), width: Math.min(io.out.columns, 120) }),
  );
  io.out.write(`\nreport   ${join(folder, 'report.html')}\n`);
  if (published !== null) io.out.write(`copied   ${published}\n`);
  io.out.write(`sealed   number ${sealed.manifest.sequence}, manifest ${manifestSha256}\n`);
}

/** The run stands whatever Security Hub took, so that its exit code does as well; what did not arrive is told. */
function tellImport(io: CliIo, { imported, failed, skipped }: ImportResult): void {
  io.err.write(`security hub: ${imported} imported, ${failed.length} failed, ${skipped.length} not sent\n`);
  const reasons = groupBy([...failed, ...skipped], ({ code, message }) => `${code}: ${message}`);
  for (const [reason, all] of [...reasons].slice(0, 10))
    io.err.write(`         ${all.length} × ${visible(reason)}\n`);
}
