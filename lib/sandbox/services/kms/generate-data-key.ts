import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import { jsonFault } from '../../operation.ts';
import { recordKmsCall } from '../cloudtrail/record-kms-call.ts';
import { seal } from './ciphertext.ts';
import { encryptionContext, keyReference, kmsOperation } from './operation.ts';
import { resolveKey } from './resolve.ts';
import { assertUsable } from './usable.ts';

const BYTES_OF_SPEC = { AES_256: 32, AES_128: 16 } as const;

/** GenerateDataKey: a random key in the clear and sealed; exactly one of KeySpec and NumberOfBytes. */
export const generateDataKey = kmsOperation(
  'GenerateDataKey',
  z.object({
    KeyId: keyReference,
    KeySpec: z.enum(['AES_256', 'AES_128']).optional(),
    NumberOfBytes: z.int().min(1).max(1024).optional(),
    EncryptionContext: encryptionContext,
  }),
  (state, input, context) => {
    if ((input.KeySpec === undefined) === (input.NumberOfBytes === undefined)) {
      throw jsonFault('ValidationException', 'Please specify either number of bytes or key spec.');
    }
    const key = resolveKey(state, context, input.KeyId, {
      action: 'kms:GenerateDataKey',
      alias: true,
      crossAccount: true,
    });
    assertUsable(key, 'ENCRYPT_DECRYPT');
    const length = input.NumberOfBytes ?? BYTES_OF_SPEC[input.KeySpec ?? 'AES_256'];
    const Plaintext = randomBytes(length);
    recordKmsCall(state, context, {
      eventName: 'GenerateDataKey',
      key,
      encryptionContext: input.EncryptionContext,
      asked: input.KeySpec === undefined ? { numberOfBytes: length } : { keySpec: input.KeySpec },
    });
    return { CiphertextBlob: seal(key, Plaintext, input.EncryptionContext), Plaintext, KeyId: key.arn };
  },
);
