import { z } from 'zod';
import { keyReference, kmsOperation } from './operation.ts';
import { rotatableKey } from './rotatable-key.ts';

/** DisableKeyRotation. */
export const disableKeyRotation = kmsOperation(
  'DisableKeyRotation',
  z.object({ KeyId: keyReference }),
  (state, input, context) => {
    const key = rotatableKey(state, context, input.KeyId, 'kms:DisableKeyRotation');
    key.rotation = { ...key.rotation, enabled: false, nextRotation: null };
    return {};
  },
);
