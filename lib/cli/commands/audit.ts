import { join } from 'node:path';
import { Option } from 'commander';
import type { Command } from 'commander';
import { newRunId } from '../../audit/defaults.ts';
import { runAudit } from '../../audit/driver.ts';
import type { AuditResult } from '../../audit/driver.ts';
import { requireJson } from '../../audit/json-files.ts';
import { folderStore } from '../../audit/folder-store.ts';
import type { Plan } from '../../audit/plan.ts';
import { RUN_FILES } from '../../audit/run-store.ts';
import { AuditError } from '../../model/errors.ts';
import type { RunConfiguration } from '../../model/run.ts';
import { summaryText } from '../../../reports/summary-text.ts';
import { clientsFromEnvironment } from '../aws-environment.ts';
import { exitCodeOf } from '../exit-codes.ts';
import type { ExitCode } from '../exit-codes.ts';
import { wantsColor } from '../io.ts';
import type { CliIo } from '../io.ts';
import { textProgress } from '../progress.ts';
import { loadRulePacks } from '../../audit/rule-files.ts';
import type { LoadedPacks } from '../../audit/rule-files.ts';
import { assertFresh, runContext } from '../run-context.ts';
import type { AwsClients } from '../../collectors/clients.ts';

type AuditOptions = {
  readonly rules?: readonly string[];
  readonly bucket?: readonly string[];
  readonly out?: string;
  readonly reportBucket?: string;
  readonly source: 'live';
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
    .addOption(
      new Option('--source <source>', 'where objects are counted from').choices(['live']).default('live'),
    )
    .option('--resume <dir>', 'finish a run that was stopped')
    .option('--json', 'print the result as JSON')
    .action(async (options: AuditOptions) => {
      const aws = clientsFromEnvironment(io);
      try {
        const prepared =
          options.resume === undefined ? await fresh(io, options) : await resumed(options.resume, options);
        const { assessment } = await performAudit(io, aws, prepared, options.json === true);
        finish(exitCodeOf(assessment.findings, assessment.coverage));
      } finally {
        aws.close();
      }
    });
}

/** A run that can start: where it goes, by which rules, under which id. */
export type PreparedRun = {
  readonly runId: string;
  readonly folder: string;
  readonly packs: LoadedPacks;
  readonly configuration: RunConfiguration;
};

async function fresh(io: CliIo, options: AuditOptions): Promise<PreparedRun> {
  if (!options.rules)
    throw new AuditError('USAGE', 'Name at least one rule pack with --rules, such as rules/hipaa.yml.');
  const runId = newRunId(io.clock(), io.random);
  const folder = options.out ?? join('sealcheck-runs', runId);
  await assertFresh(folder);
  return {
    runId,
    folder,
    packs: await loadRulePacks(options.rules, io.clock().toISOString().slice(0, 10)),
    configuration: {
      bucketGlobs: options.bucket ?? [],
      source: options.source,
      objectReads: true,
      reportBucket: options.reportBucket ?? null,
    },
  };
}

/** A resumed run keeps the rules and the choices it began with. */
async function resumed(folder: string, options: AuditOptions): Promise<PreparedRun> {
  if (options.rules ?? options.bucket ?? options.out ?? options.reportBucket) {
    throw new AuditError(
      'USAGE',
      '--resume takes rules, buckets and folder from the run it finishes; give it alone.',
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
  { runId, folder, packs, configuration }: PreparedRun,
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
    const context = runContext(io, { aws, folder, packs, configuration, progress, signal: abort.signal });
    const result = await runAudit(context, runId);
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

function tell(io: CliIo, folder: string, { assessment, published }: AuditResult, json: boolean): void {
  const { run, findings, coverage } = assessment;
  if (json) {
    io.out.write(
      `${JSON.stringify({ runId: run.runId, findings, coverage, out: folder, published }, null, 2)}\n`,
    );
    return;
  }
  io.out.write(
    summaryText(assessment, { color: wantsColor(io.out, io.env), width: Math.min(io.out.columns, 120) }),
  );
  io.out.write(`\nreport   ${join(folder, 'report.html')}\n`);
  if (published !== null) io.out.write(`copied   ${published}\n`);
}
