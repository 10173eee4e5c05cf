import { join } from 'node:path';
import type { Command } from 'commander';
import { folderStore } from '../../audit/folder-store.ts';
import { judge } from '../../audit/judge-stage.ts';
import { summaryText } from '../../../reports/summary-text.ts';
import { exitCodeOf } from '../exit-codes.ts';
import type { ExitCode } from '../exit-codes.ts';
import { wantsColor } from '../io.ts';
import type { CliIo } from '../io.ts';

/** `sealcheck judge RUNDIR`: replays the saved evidence, offline. */
export function judgeCommand(program: Command, io: CliIo, finish: (code: ExitCode) => void): void {
  program
    .command('judge')
    .description('judge a run again from its saved evidence, without AWS')
    .argument('<rundir>', 'the folder of the run')
    .option('--json', 'print the result as JSON')
    .action(async (folder: string, { json }: { json?: boolean }) => {
      const assessment = await judge(folderStore(folder));
      const { run, findings, coverage } = assessment;
      if (json) {
        io.out.write(`${JSON.stringify({ runId: run.runId, findings, coverage, out: folder }, null, 2)}\n`);
      } else {
        const width = Math.min(io.out.columns, 120);
        io.out.write(summaryText(assessment, { color: wantsColor(io.out, io.env), width }));
        io.out.write(`\nreport   ${join(folder, 'report.html')}\n`);
      }
      finish(exitCodeOf(findings, coverage));
    });
}
