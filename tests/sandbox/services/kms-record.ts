import { newKey as keyRecord } from '../../../lib/sandbox/services/kms/new-key.ts';
import type { NewKey } from '../../../lib/sandbox/services/kms/new-key.ts';
import type { KmsKey } from '../../../lib/sandbox/state-services.ts';
import { ACCOUNT, NOON, REGION } from '../sdk.ts';
import type { Rig } from '../sdk.ts';

let made = 0;

/** A key that is in the state already, of any kind. */
export function addKey({ state }: Pick<Rig, 'state'>, rest: Partial<NewKey> = {}): KmsKey {
  made += 1;
  const keyId = `00000000-0000-4000-8000-${String(made).padStart(12, '0')}`;
  const key = keyRecord({ keyId, accountId: ACCOUNT, region: REGION, createdAt: NOON, ...rest });
  state.keys.set(key.arn, key);
  return key;
}
