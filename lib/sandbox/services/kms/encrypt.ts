import { z } from 'zod';
import { recordKmsCall } from '../cloudtrail/record-kms-call.ts';
import { seal } from './ciphertext.ts';
import { blob, encryptionContext, keyReference, kmsOperation } from './operation.ts';
import { resolveKey } from './resolve.ts';
import { assertUsable } from './usable.ts';

/** Encrypt: at most 4,096 bytes under a symmetric key. */
export const encrypt = kmsOperation(
  'Encrypt',
  z.object({ KeyId: keyReference, Plaintext: blob(4096), EncryptionContext: encryptionContext }),
  (state, input, context) => {
    const key = resolveKey(state, context, input.KeyId, {
      action: 'kms:Encrypt',
      alias: true,
      crossAccount: true,
    });
    assertUsable(key, 'ENCRYPT_DECRYPT');
    const CiphertextBlob = seal(key, input.Plaintext, input.EncryptionContext);
    recordKmsCall(state, context, { eventName: 'Encrypt', key, encryptionContext: input.EncryptionContext });
    return { CiphertextBlob, KeyId: key.arn, EncryptionAlgorithm: 'SYMMETRIC_DEFAULT' };
  },
);
