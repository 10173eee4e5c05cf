import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { SandboxState } from '../state.ts';
import { loadEstate } from './load.ts';

/** Where the demo estate is: beside this file, in the sources and in a build alike. */
export const demoEstatePath: string = fileURLToPath(new URL('./demo.yaml', import.meta.url));

/** Adds the demo estate to a sandbox. */
export function loadDemoEstate(state: SandboxState): void {
  loadEstate(state, readFileSync(demoEstatePath, 'utf8'), 'demo.yaml');
}
