/** Writes what the documents have from the program: `npm run docs`. */
import { readFileSync, writeFileSync } from 'node:fs';
import { cliReference } from '../lib/cli/reference.ts';
import { withCostTable } from './cost-table.ts';

writeFileSync('docs/cli.md', cliReference());
writeFileSync('docs/deploy.md', withCostTable(readFileSync('docs/deploy.md', 'utf8')));
