import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { FUNCTIONS } from '../../scripts/functions.ts';

/** The repository. */
export const ROOT = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

/** A folder with what `npm run package` makes: both templates and a zip for each function. */
export type PackedStack = { readonly folder: string; readonly remove: () => void };

/**
 * Packs the stack as `npm run package` does, without credentials and with every address made unreachable.
 * The bundles are made anew in the repository: one test at a time may do so.
 */
export function packStack(stage: string): PackedStack {
  const folder = mkdtempSync(join(tmpdir(), 'sealcheck-stack-'));
  run(ROOT, folder, [join(ROOT, 'scripts/bundle.ts')]);
  osls(ROOT, folder, stage, {});
  return { folder, remove: () => rmSync(folder, { recursive: true }) };
}

/** Packs the template alone, with parameters of serverless.yml, apart from the repository and with empty bundles. */
export function packTemplate(stage: string, parameters: Readonly<Record<string, string>>): PackedStack {
  const parent = mkdtempSync(join(tmpdir(), 'sealcheck-template-'));
  const [service, folder] = [join(parent, 'service'), join(parent, 'packed')];
  for (const part of ['serverless.yml', 'deploy', 'rules', 'portal'])
    cpSync(join(ROOT, part), join(service, part), { recursive: true });
  mkdirSync(join(service, '.lambda'));
  for (const name of Object.keys(FUNCTIONS)) writeFileSync(join(service, '.lambda', `${name}.mjs`), '');
  osls(service, folder, stage, parameters);
  return { folder, remove: () => rmSync(parent, { recursive: true }) };
}

function osls(
  cwd: string,
  folder: string,
  stage: string,
  parameters: Readonly<Record<string, string>>,
): void {
  run(cwd, folder, [
    join(ROOT, 'node_modules/osls/bin/serverless.js'),
    ...['package', '--package', folder, '--stage', stage],
    ...Object.entries(parameters).map(([name, value]) => `--param=${name}=${value}`),
  ]);
}

function run(cwd: string, home: string, args: readonly string[]): void {
  const env = {
    PATH: process.env['PATH'],
    HOME: home,
    SLS_TELEMETRY_DISABLED: '1',
    HTTPS_PROXY: 'http://127.0.0.1:9',
    HTTP_PROXY: 'http://127.0.0.1:9',
  };
  execFileSync(process.execPath, args, { cwd, env, stdio: 'pipe' });
}
