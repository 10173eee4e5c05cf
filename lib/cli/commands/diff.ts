import { stat } from 'node:fs/promises';
import type { Command } from 'commander';
import { compareFindings } from '../../audit/between-runs.ts';
import { folderStore } from '../../audit/folder-store.ts';
import { readPastRun } from '../../audit/past-run.ts';
import { AuditError } from '../../model/errors.ts';
import type { PastRun } from '../../model/history.ts';
import { diffText } from '../../../reports/diff-text.ts';
import type { RunDifference } from '../../../reports/diff-text.ts';
import { EXIT } from '../exit-codes.ts';
import type { ExitCode } from '../exit-codes.ts';
import { wantsColor } from '../io.ts';
import type { CliIo } from '../io.ts';

/** `sealcheck diff RUNDIR RUNDIR`: what changed between two runs. */
export function diffCommand(program: Command, io: CliIo, finish: (code: ExitCode) => void): void {
  program
    .command('diff')
    .description('tell what changed between two runs: new, still open, resolved, waived')
    .argument('<before>', 'the folder of the earlier run')
    .argument('<after>', 'the folder of the later run')
    .option('--json', 'print the result as JSON')
    .action(async (before: string, after: string, { json }: { json?: boolean }) => {
      const [from, to] = [await readRun(before), await readRun(after)];
      const difference = {
        from: headOf(from),
        to: headOf(to),
        ...compareFindings(from.findings, to.findings),
      };
      io.out.write(
        json
          ? `${JSON.stringify(difference, null, 2)}\n`
          : diffText(difference, { color: wantsColor(io.out, io.env), width: Math.min(io.out.columns, 120) }),
      );
      finish(exitCodeOf(difference));
    });
}

/** Worse than before: 1. Less known than before: 3. */
function exitCodeOf({ counts }: RunDifference): ExitCode {
  if (counts.new + counts.waiverExpired > 0) return EXIT.nonCompliant;
  return counts.newlyUnreadable > 0 ? EXIT.insufficientData : EXIT.compliant;
}

const headOf = ({ runId, startedAt, manifestSha256 }: PastRun): RunDifference['from'] => ({
  runId,
  startedAt,
  manifestSha256,
});

async function readRun(folder: string): Promise<PastRun> {
  const isFolder = await stat(folder).then(
    (found) => found.isDirectory(),
    () => false,
  );
  if (!isFolder) throw new AuditError('RUN_INVALID', `There is no folder ${folder}.`);
  const run = await readPastRun(folderStore(folder));
  if (typeof run === 'string') throw new AuditError('RUN_INVALID', `${folder} cannot be compared: ${run}.`);
  return run;
}
