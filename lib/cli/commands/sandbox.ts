import { readFile } from 'node:fs/promises';
import type { Command } from 'commander';
import { AuditError } from '../../model/errors.ts';
import { loadDemoEstate } from '../../sandbox/estate/demo.ts';
import { loadEstate } from '../../sandbox/estate/load.ts';
import { EstateError } from '../../sandbox/estate/source.ts';
import { startSandbox } from '../../sandbox/server.ts';
import type { Sandbox } from '../../sandbox/server.ts';
import { createState } from '../../sandbox/state.ts';
import type { SandboxState } from '../../sandbox/state.ts';
import { EXIT } from '../exit-codes.ts';
import type { ExitCode } from '../exit-codes.ts';
import type { CliIo } from '../io.ts';

const DEFAULT_PORT = '4599';

type SandboxOptions = { readonly port: string; readonly estate?: string; readonly empty?: boolean };

/** `sealcheck sandbox`: the loopback endpoint on its own, for any SDK or the AWS CLI, until Ctrl-C. */
export function sandboxCommand(program: Command, io: CliIo, finish: (code: ExitCode) => void): void {
  program
    .command('sandbox')
    .description('serve a loopback AWS endpoint for any SDK or the AWS CLI')
    .option('--port <n>', 'port to listen on; 0 takes a free one', DEFAULT_PORT)
    .option('--estate <file>', 'estate to serve (YAML); the default is the demo estate')
    .option('--empty', 'start with no buckets at all')
    .action(async (options: SandboxOptions) => {
      const port = readPort(options.port);
      const state = createState({ now: () => io.clock().getTime() });
      await fill(state, options);
      const sandbox = await listen(port, state);
      const interrupted = new Promise<void>((resolve) => void io.onInterrupt(resolve));
      io.out.write(banner(sandbox));
      await interrupted;
      await sandbox.close();
      finish(EXIT.compliant);
    });
}

async function fill(state: SandboxState, { estate, empty }: SandboxOptions): Promise<void> {
  if (empty === true) {
    if (estate !== undefined) throw new AuditError('USAGE', '--empty and --estate exclude each other.');
    return;
  }
  if (estate === undefined) {
    loadDemoEstate(state);
    return;
  }
  try {
    loadEstate(state, await readFile(estate, 'utf8'), estate);
  } catch (error) {
    if (error instanceof EstateError) throw new AuditError('INPUT_INVALID', error.message, { cause: error });
    const { code } = error as NodeJS.ErrnoException;
    if (code === undefined) throw error;
    throw new AuditError('INPUT_INVALID', `The estate ${estate} cannot be read (${code}).`, { cause: error });
  }
}

function readPort(text: string): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : Infinity;
  if (port <= 65_535) return port;
  throw new AuditError('USAGE', `--port is "${text}"; it must be a number from 0 to 65535.`);
}

async function listen(port: number, state: SandboxState): Promise<Sandbox> {
  try {
    return await startSandbox({ port, state });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const why =
      code === 'EADDRINUSE' ? 'is in use; choose another --port' : `cannot be used (${code ?? 'unknown'})`;
    throw new AuditError('USAGE', `Port ${port} ${why}.`, { cause: error });
  }
}

const banner = ({ url, state }: Sandbox): string =>
  [
    `AWS endpoint with ${state.buckets.size} buckets of account ${state.accountId}; Ctrl-C ends it.`,
    '',
    `export AWS_ENDPOINT_URL=${url} AWS_REGION=${state.region}`,
    'export AWS_ACCESS_KEY_ID=sandbox AWS_SECRET_ACCESS_KEY=sandbox',
    '',
  ].join('\n');
