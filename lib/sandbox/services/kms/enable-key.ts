import { z } from 'zod';
import { switchableKey } from './changeable-key.ts';
import { keyReference, kmsOperation } from './operation.ts';

/** EnableKey. */
export const enableKey = kmsOperation(
  'EnableKey',
  z.object({ KeyId: keyReference }),
  (state, input, context) => {
    switchableKey(state, context, input.KeyId, 'kms:EnableKey').state = 'Enabled';
    return {};
  },
);
