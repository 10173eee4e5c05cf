import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { cliReference } from '../../lib/cli/reference.ts';

test('docs/cli.md is the help of the program; npm run docs writes it', () => {
  expect(readFileSync(new URL('../../docs/cli.md', import.meta.url), 'utf8')).toBe(cliReference());
});
