import { dirname, join, resolve } from 'node:path';
import { folderHome } from '../audit/chain-home.ts';
import { runAudit } from '../audit/driver.ts';
import type { AuditResult } from '../audit/driver.ts';
import { openFacts } from '../audit/open-facts.ts';
import type { ImportResult } from '../audit/security-hub.ts';
import type { AwsClients } from '../collectors/clients.ts';
import { AuditError } from '../model/errors.ts';
import { asOfMoment } from '../model/fact-source.ts';
import { groupBy } from '../model/group-by.ts';
import { summaryText } from '../../reports/summary-text.ts';
import { visible } from '../../reports/visible.ts';
import { wantsColor } from './io.ts';
import type { CliIo } from './io.ts';
import { RUNS_FOLDER } from './prepare-run.ts';
import type { PreparedRun } from './prepare-run.ts';
import { textProgress } from './progress.ts';
import { runContext } from './run-context.ts';

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
  const recorded = openFacts(aws, configuration.facts, io.clock);
  try {
    const given = { aws, folder, packs, configuration, progress, signal: abort.signal };
    // Runs that lie side by side under the default folder are a chain; a folder of its own is a run of its own.
    // So is one about the past, which the runs after it must not be compared with.
    const chained =
      dirname(resolve(folder)) === resolve(RUNS_FOLDER) && asOfMoment(configuration.facts) === null;
    const home = chained ? folderHome(RUNS_FOLDER) : null;
    const facts = recorded?.facts ?? null;
    const result = await runAudit({ ...runContext(io, given), signer, home, facts }, runId);
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
    recorded?.close();
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
