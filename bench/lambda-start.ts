import { execFileSync } from 'node:child_process';
import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { FUNCTIONS } from '../scripts/functions.ts';

export const name = 'lambda-start';
export const question = 'each packed function in a fresh process: its init, and what it holds in memory then';

const ROUNDS = 7;
const ENVIRONMENT = {
  REPORT_BUCKET: 'r',
  STATE_MACHINE_ARN: 'm',
  AWS_REGION: 'eu-west-1',
  AWS_ACCESS_KEY_ID: 'test',
  AWS_SECRET_ACCESS_KEY: 'test',
  RULES_FOLDER: resolve('rules'),
};

type Start = { readonly ms: number; readonly mb: number };

/** What Lambda's init phase does with a bundle: import it. Processor and architecture are this machine's. */
function start(bundle: string | null): Start {
  const load = bundle === null ? '' : `await import(${JSON.stringify(pathToFileURL(resolve(bundle)).href)});`;
  const script = `const at = performance.now(); ${load}
    const ms = performance.now() - at;
    process.stdout.write(JSON.stringify({ ms, mb: process.memoryUsage.rss() / 1e6 })); process.exit();`;
  const out = execFileSync(process.execPath, ['--input-type=module', '-e', script], { env: ENVIRONMENT });
  return JSON.parse(out.toString()) as Start;
}

/** The best of some starts: what else the machine does can only slow one down. */
function best(bundle: string | null): Start {
  const starts = Array.from({ length: ROUNDS }, () => start(bundle));
  return { ms: Math.min(...starts.map(({ ms }) => ms)), mb: Math.min(...starts.map(({ mb }) => mb)) };
}

/** Bundles anew and starts every function. */
export function run(): Promise<void> {
  execFileSync(process.execPath, ['scripts/bundle.ts'], { stdio: 'inherit' });
  console.log('function     bundle    init    memory');
  for (const fn of Object.keys(FUNCTIONS)) {
    const bundle = `.lambda/${fn}.mjs`;
    const { ms, mb } = best(bundle);
    const size = (statSync(bundle).size / 1e6).toFixed(2);
    console.log(
      `${fn.padEnd(12)} ${size} MB ${ms.toFixed(0).padStart(4)} ms ${mb.toFixed(0).padStart(5)} MB`,
    );
  }
  console.log(`node alone ${best(null).mb.toFixed(0).padStart(22)} MB`);
  return Promise.resolve();
}
