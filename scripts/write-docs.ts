/** Writes the documents that are made from the program: `npm run docs`. */
import { writeFileSync } from 'node:fs';
import { cliReference } from '../lib/cli/reference.ts';

writeFileSync('docs/cli.md', cliReference());
