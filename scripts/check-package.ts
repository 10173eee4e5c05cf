/** Fails unless the packed package, installed in an empty folder, runs the demo there. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const folder = mkdtempSync(join(tmpdir(), 'sealcheck-package-'));
try {
  const packed = execFileSync('npm', ['pack', '--silent', '--pack-destination', folder], {
    encoding: 'utf8',
  });
  const tarball = resolve(folder, packed.trim().split('\n').at(-1) ?? '');
  writeFileSync(join(folder, 'package.json'), '{"private":true}');
  execFileSync('npm', ['install', '--silent', '--no-audit', '--no-fund', tarball], {
    cwd: folder,
    stdio: 'inherit',
  });
  const bin = join(folder, 'node_modules/.bin/sealcheck');
  execFileSync(bin, ['demo', '--out', join(folder, 'run')], {
    cwd: folder,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  if (!existsSync(join(folder, 'run/report.html')))
    throw new Error('the installed demo wrote no report.html');
  console.log('the packed package installs and runs its demo');
} finally {
  rmSync(folder, { recursive: true, force: true });
}
