import { jsonFault } from '../../operation.ts';
import type { KmsKey } from '../../state-services.ts';

/** Throws unless the key can be used in a cryptographic operation now: KMS works in Enabled and Updating only. */
export function assertUsable(key: KmsKey, usage: string): void {
  if (key.state === 'Disabled') throw jsonFault('DisabledException', `${key.arn} is disabled.`);
  if (key.state !== 'Enabled' && key.state !== 'Updating') {
    throw jsonFault('KMSInvalidStateException', `${key.arn} is ${inWords(key.state)}.`);
  }
  if (key.usage !== usage) {
    throw jsonFault(
      'InvalidKeyUsageException',
      `${key.arn} key usage is ${key.usage} which is not valid for this operation.`,
    );
  }
}

/** Throws for a key that is waiting to be deleted: it cannot be changed either. */
export function assertNotPendingDeletion(key: KmsKey): void {
  if (key.state === 'PendingDeletion') {
    throw jsonFault('KMSInvalidStateException', `${key.arn} is pending deletion.`);
  }
}

/** `PendingDeletion` → `pending deletion`. */
export const inWords = (state: string): string => state.replaceAll(/(?!^)([A-Z])/g, ' $1').toLowerCase();
