import { jsonFault } from '../../operation.ts';
import type { CallContext } from '../../operation.ts';
import type { KmsKey } from '../../state-services.ts';
import type { SandboxState } from '../../state.ts';
import { accessDenied, resolveKey } from './resolve.ts';
import { assertNotPendingDeletion, inWords } from './usable.ts';

/** A key that may be changed: one of the caller's own, not AWS managed, not pending deletion. */
export function changeableKey(
  state: SandboxState,
  context: CallContext,
  reference: string,
  action: string,
): KmsKey {
  const key = resolveKey(state, context, reference, { action });
  if (key.manager === 'AWS') throw accessDenied(context, action, key.arn);
  assertNotPendingDeletion(key);
  return key;
}

/** A key that may be enabled or disabled: a changeable one that is one or the other already (KMS key states). */
export function switchableKey(
  state: SandboxState,
  context: CallContext,
  reference: string,
  action: string,
): KmsKey {
  const key = changeableKey(state, context, reference, action);
  if (key.state === 'Enabled' || key.state === 'Disabled') return key;
  throw jsonFault('KMSInvalidStateException', `${key.arn} is ${inWords(key.state)}.`);
}
