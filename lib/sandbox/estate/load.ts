import type { SandboxState } from '../state.ts';
import { addBuckets } from './add-buckets.ts';
import { addConfig } from './add-config.ts';
import { addEvents } from './add-events.ts';
import { addKeys } from './add-keys.ts';
import { addOrganization } from './add-organization.ts';
import { addTrails } from './add-trails.ts';
import type { Placing } from './place.ts';
import { parseEstate } from './source.ts';

/**
 * Adds an estate to a sandbox. The same file gives the same objects, dates and ids, but for what it dates relative
 * to the sandbox's clock. The account and home Region of the state become the estate's.
 * @param file names the text in errors
 * @throws EstateError when the file is not an estate, with every problem and its line
 */
export function loadEstate(state: SandboxState, yamlText: string, file = 'estate'): void {
  const estate = parseEstate(yamlText, file);
  state.accountId = estate.account;
  state.region = estate.region;
  const placing: Placing = { estate, state, now: state.now() };
  addKeys(placing);
  addOrganization(placing);
  addBuckets(placing);
  addConfig(placing);
  addEvents(placing);
  addTrails(placing);
}
