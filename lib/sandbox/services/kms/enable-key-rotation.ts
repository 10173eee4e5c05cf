import { z } from 'zod';
import { keyReference, kmsOperation } from './operation.ts';
import { rotatableKey } from './rotatable-key.ts';

const DAY = 86_400_000;

/** EnableKeyRotation: every 90 to 2,560 days, 365 unless told otherwise. */
export const enableKeyRotation = kmsOperation(
  'EnableKeyRotation',
  z.object({ KeyId: keyReference, RotationPeriodInDays: z.int().min(90).max(2560).default(365) }),
  (state, input, context) => {
    const key = rotatableKey(state, context, input.KeyId, 'kms:EnableKeyRotation');
    const periodInDays = input.RotationPeriodInDays;
    key.rotation = { enabled: true, periodInDays, nextRotation: context.now + periodInDays * DAY };
    return {};
  },
);
