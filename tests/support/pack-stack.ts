import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The repository. */
export const ROOT = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

/** A folder with what `npm run package` makes: both templates and a zip for each function. */
export type PackedStack = { readonly folder: string; readonly remove: () => void };

/**
 * Packs the stack as `npm run package` does, without credentials and with every address made unreachable.
 * `parameters` are those of serverless.yml.
 */
export function packStack(stage: string, parameters: Readonly<Record<string, string>> = {}): PackedStack {
  const folder = mkdtempSync(join(tmpdir(), 'sealcheck-stack-'));
  const env = {
    PATH: process.env['PATH'],
    HOME: folder,
    SLS_TELEMETRY_DISABLED: '1',
    HTTPS_PROXY: 'http://127.0.0.1:9',
    HTTP_PROXY: 'http://127.0.0.1:9',
  };
  const run = (...args: string[]) => execFileSync(process.execPath, args, { cwd: ROOT, env, stdio: 'pipe' });
  run('scripts/bundle.ts');
  run(
    'node_modules/osls/bin/serverless.js',
    'package',
    '--package',
    folder,
    '--stage',
    stage,
    ...Object.entries(parameters).map(([name, value]) => `--param=${name}=${value}`),
  );
  return { folder, remove: () => rmSync(folder, { recursive: true }) };
}
