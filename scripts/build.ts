/** Builds what the npm package ships: JavaScript in dist/, since Node runs no TypeScript inside node_modules. */
import { execFileSync } from 'node:child_process';
import { chmodSync, cpSync, globSync, rmSync } from 'node:fs';
import { join } from 'node:path';

rmSync('dist', { recursive: true, force: true });
execFileSync('node_modules/.bin/tsc', ['-p', 'tsconfig.build.json'], { stdio: 'inherit' });
// Data that code finds beside itself.
for (const file of globSync('lib/**/*.{yml,yaml}')) cpSync(file, join('dist', file));
cpSync('rules', 'dist/rules', { recursive: true });
cpSync('reports/findings.schema.json', 'dist/reports/findings.schema.json');
chmodSync('dist/lib/cli/bin.js', 0o755);
