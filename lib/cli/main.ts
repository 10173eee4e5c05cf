import { Command, CommanderError } from 'commander';
import { credentialsError } from '../collectors/observe.ts';
import { AuditError } from '../model/errors.ts';
import { auditCommand } from './commands/audit.ts';
import { censusCommand } from './commands/census.ts';
import { demoCommand } from './commands/demo.ts';
import { diffCommand } from './commands/diff.ts';
import { iamPolicyCommand } from './commands/iam-policy.ts';
import { judgeCommand } from './commands/judge.ts';
import { ledgerCommand } from './commands/ledger.ts';
import { policyCommand } from './commands/policy.ts';
import { proveCommand } from './commands/prove.ts';
import { sandboxCommand } from './commands/sandbox.ts';
import { verifyCommand } from './commands/verify.ts';
import { EXIT, exitCodeOfError } from './exit-codes.ts';
import type { ExitCode } from './exit-codes.ts';
import type { CliIo } from './io.ts';
import { VERSION } from '../audit/tool-version.ts';

/** Every command, in the order that help lists them. A new command is a file and a line here. */
const COMMANDS = [
  demoCommand,
  auditCommand,
  proveCommand,
  policyCommand,
  censusCommand,
  ledgerCommand,
  judgeCommand,
  diffCommand,
  verifyCommand,
  iamPolicyCommand,
  sandboxCommand,
];

/** The whole command line as a program; `finish` is told the exit code of the command that ran. */
export function createProgram(io: CliIo, finish: (code: ExitCode) => void): Command {
  const program = new Command('sealcheck')
    .description('Audits how every object in an Amazon S3 estate is encrypted.')
    .version(VERSION)
    .showHelpAfterError('(see sealcheck --help)')
    .exitOverride()
    .configureOutput({
      writeOut: (text) => io.out.write(text),
      writeErr: (text) => io.err.write(text),
      getOutHelpWidth: () => io.out.columns,
      getErrHelpWidth: () => io.err.columns,
    });
  for (const add of COMMANDS) add(program, io, finish);
  // Sub-commands made before exitOverride was set inherit it only through this.
  for (const command of program.commands) command.copyInheritedSettings(program);
  return program;
}

/** Runs one command line and returns its exit code; every error is one clear sentence on stderr. */
export async function main(argv: readonly string[], io: CliIo): Promise<ExitCode> {
  let exitCode: ExitCode = EXIT.compliant;
  const program = createProgram(io, (code) => {
    exitCode = code;
  });
  try {
    await program.parseAsync([...argv], { from: 'user' });
    return exitCode;
  } catch (error) {
    return report(error, io);
  }
}

function report(error: unknown, io: CliIo): ExitCode {
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.compliant : EXIT.usage;
  const known = error instanceof AuditError ? error : credentialsError(error);
  if (known) {
    io.err.write(`sealcheck: ${known.message.trimEnd()}\n`);
    if (io.env['SEALCHECK_DEBUG']) io.err.write(`${known.stack ?? ''}\n`);
    return exitCodeOfError(known.code);
  }
  const { message, stack } = error as Error;
  io.err.write(`sealcheck: unexpected failure: ${message}. Set SEALCHECK_DEBUG=1 for details.\n`);
  if (io.env['SEALCHECK_DEBUG']) io.err.write(`${stack ?? ''}\n`);
  return EXIT.failed;
}
