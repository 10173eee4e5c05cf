import { jsonFault } from '../../operation.ts';
import type { CallContext } from '../../operation.ts';
import type { KmsKey } from '../../state-services.ts';
import type { SandboxState } from '../../state.ts';
import { changeableKey } from './changeable-key.ts';

/** A key whose automatic rotation may be switched: symmetric, enabled, made by KMS. Throws what KMS throws. */
export function rotatableKey(
  state: SandboxState,
  context: CallContext,
  reference: string,
  action: string,
): KmsKey {
  const key = changeableKey(state, context, reference, action);
  if (key.state === 'Disabled') throw jsonFault('DisabledException', `${key.arn} is disabled.`);
  if (key.spec !== 'SYMMETRIC_DEFAULT' || key.origin !== 'AWS_KMS') {
    throw jsonFault('UnsupportedOperationException', `${key.arn} does not support key rotation.`);
  }
  return key;
}
