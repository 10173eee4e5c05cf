import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

export type CliResult = { readonly code: number | null; readonly stdout: string; readonly stderr: string };

const BIN = fileURLToPath(new URL('../../lib/cli/bin.ts', import.meta.url));

/** Nothing of the machine's own AWS set-up reaches the command, and no metadata service is waited for. */
const CLEAN = {
  PATH: process.env['PATH'],
  HOME: '/nonexistent',
  AWS_EC2_METADATA_DISABLED: 'true',
  NO_COLOR: '1',
};

/** Environment of a command that talks to a sandbox. */
export const envFor = (url: string): Record<string, string> => ({
  AWS_ENDPOINT_URL: url,
  AWS_REGION: 'eu-west-1',
  AWS_ACCESS_KEY_ID: 'test',
  AWS_SECRET_ACCESS_KEY: 'test',
});

/** A command that is running: `until` waits for words on stderr or stdout. */
export type RunningCli = {
  readonly until: (words: RegExp) => Promise<void>;
  readonly kill: (signal: NodeJS.Signals) => void;
  readonly ended: Promise<CliResult>;
};

/** Starts the real program, in a process of its own. */
export function startCli(args: readonly string[], env: Record<string, string> = {}): RunningCli {
  const child = spawn(process.execPath, [BIN, ...args], {
    env: { ...CLEAN, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  const watchers = new Set<() => void>();
  const heard = (): void => watchers.forEach((watch) => watch());
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
    heard();
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
    heard();
  });
  const ended = once(child, 'close').then(([code]): CliResult => ({
    code: code as number | null,
    stdout,
    stderr,
  }));
  return {
    ended,
    kill: (signal) => void child.kill(signal),
    until: async (words) =>
      new Promise((resolve, reject) => {
        const watch = (): void => {
          if (!words.test(stdout + stderr)) return;
          watchers.delete(watch);
          resolve();
        };
        watchers.add(watch);
        void ended.then(() => reject(new Error(`ended without ${String(words)}:\n${stdout}${stderr}`)));
        watch();
      }),
  };
}

/** Runs the real program to its end. */
export const runCli = async (args: readonly string[], env?: Record<string, string>): Promise<CliResult> =>
  startCli(args, env).ended;
