import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Command } from 'commander';
import { planCosts } from '../../audit/plan-costs.ts';
import type { AwsClients } from '../../collectors/clients.ts';
import { planText } from '../../../reports/census-plan.ts';
import { withAuditOptions } from '../audit-options.ts';
import type { AuditOptions } from '../audit-options.ts';
import { clientsFromEnvironment } from '../aws-environment.ts';
import { EXIT, exitCodeOf } from '../exit-codes.ts';
import type { ExitCode } from '../exit-codes.ts';
import type { CliIo } from '../io.ts';
import { performAudit } from '../perform-audit.ts';
import { freshRun, resumedRun } from '../prepare-run.ts';
import { textProgress } from '../progress.ts';
import { runContext } from '../run-context.ts';
import { signerFor } from '../signing.ts';

/** `sealcheck audit`: the whole run. */
export function auditCommand(program: Command, io: CliIo, finish: (code: ExitCode) => void): void {
  withAuditOptions(
    program.command('audit').description('audit the buckets of this account against rule packs'),
  ).action(async (options: AuditOptions) => {
    const aws = clientsFromEnvironment(io);
    try {
      if (options.plan === true) {
        await tellCosts(io, aws, options);
        finish(EXIT.compliant);
        return;
      }
      const prepared =
        options.resume === undefined
          ? await freshRun(io, options)
          : await resumedRun(options.resume, options);
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
    const { packs, configuration } = await freshRun(io, { ...options, out: join(folder, 'run') });
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
