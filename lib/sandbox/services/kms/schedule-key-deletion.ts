import { z } from 'zod';
import { changeableKey } from './changeable-key.ts';
import { keyReference, kmsOperation } from './operation.ts';

const DAY = 86_400_000;

/** ScheduleKeyDeletion: in 7 to 30 days, 30 unless told otherwise. */
export const scheduleKeyDeletion = kmsOperation(
  'ScheduleKeyDeletion',
  z.object({ KeyId: keyReference, PendingWindowInDays: z.int().min(7).max(30).default(30) }),
  (state, input, context) => {
    const key = changeableKey(state, context, input.KeyId, 'kms:ScheduleKeyDeletion');
    key.state = 'PendingDeletion';
    key.deletionDate = context.now + input.PendingWindowInDays * DAY;
    return {
      KeyId: key.arn,
      DeletionDate: new Date(key.deletionDate),
      KeyState: key.state,
      PendingWindowInDays: input.PendingWindowInDays,
    };
  },
);
