import { z } from 'zod';
import { switchableKey } from './changeable-key.ts';
import { keyReference, kmsOperation } from './operation.ts';

/** DisableKey: what it encrypted cannot be read until it is enabled again. */
export const disableKey = kmsOperation(
  'DisableKey',
  z.object({ KeyId: keyReference }),
  (state, input, context) => {
    switchableKey(state, context, input.KeyId, 'kms:DisableKey').state = 'Disabled';
    return {};
  },
);
