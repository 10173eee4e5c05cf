import { z } from 'zod';
import { jsonFault } from '../../operation.ts';
import { keyReference, kmsOperation } from './operation.ts';
import { resolveKey } from './resolve.ts';

/**
 * GetKeyRotationStatus: AWS managed keys always rotate; a key pending deletion reports false; keys that cannot
 * rotate by themselves are refused, except imported material, which reports false.
 */
export const getKeyRotationStatus = kmsOperation(
  'GetKeyRotationStatus',
  z.object({ KeyId: keyReference }),
  (state, input, context) => {
    const key = resolveKey(state, context, input.KeyId, {
      action: 'kms:GetKeyRotationStatus',
      crossAccount: true,
    });
    if (key.spec !== 'SYMMETRIC_DEFAULT' || (key.origin !== 'AWS_KMS' && key.origin !== 'EXTERNAL')) {
      throw jsonFault('UnsupportedOperationException', `${key.arn} does not support key rotation.`);
    }
    const rotates = key.manager === 'AWS' || (key.rotation.enabled && key.origin === 'AWS_KMS');
    if (!rotates || key.state === 'PendingDeletion') return { KeyRotationEnabled: false, KeyId: key.arn };
    return {
      KeyRotationEnabled: true,
      KeyId: key.arn,
      RotationPeriodInDays: key.rotation.periodInDays,
      NextRotationDate: key.rotation.nextRotation === null ? undefined : new Date(key.rotation.nextRotation),
    };
  },
);
