import { z } from 'zod';
import { jsonFault } from '../../operation.ts';
import { keyReference, kmsOperation } from './operation.ts';
import { resolveKey } from './resolve.ts';

/** CancelKeyDeletion: the key comes back disabled. */
export const cancelKeyDeletion = kmsOperation(
  'CancelKeyDeletion',
  z.object({ KeyId: keyReference }),
  (state, input, context) => {
    const key = resolveKey(state, context, input.KeyId, { action: 'kms:CancelKeyDeletion' });
    if (key.state !== 'PendingDeletion') {
      throw jsonFault('KMSInvalidStateException', `${key.arn} is not pending deletion.`);
    }
    key.state = 'Disabled';
    key.deletionDate = null;
    return { KeyId: key.arn };
  },
);
