import { z } from 'zod';
import { AwsFault, jsonFault } from '../../operation.ts';
import type { CallContext } from '../../operation.ts';
import type { KmsKey } from '../../state-services.ts';
import type { SandboxState } from '../../state.ts';
import { recordKmsCall } from '../cloudtrail/record-kms-call.ts';
import { identityOf, sealedBy, unseal } from './ciphertext.ts';
import { blob, encryptionContext, keyReference, kmsOperation } from './operation.ts';
import { resolveKey } from './resolve.ts';
import { assertUsable } from './usable.ts';

/** Decrypt: the blob names its key; a KeyId that is given must be that key, and the encryption context the same. */
export const decrypt = kmsOperation(
  'Decrypt',
  z.object({
    CiphertextBlob: blob(6144),
    KeyId: keyReference.optional(),
    EncryptionContext: encryptionContext,
  }),
  (state, input, context) => {
    const key = keyOf(state, context, input.CiphertextBlob);
    try {
      const accepts = { action: 'kms:Decrypt', alias: true, crossAccount: true };
      resolveKey(state, context, key.arn, accepts);
      if (input.KeyId !== undefined && resolveKey(state, context, input.KeyId, accepts).arn !== key.arn) {
        throw jsonFault(
          'IncorrectKeyException',
          'The key ID in the request does not identify a CMK that can perform this operation.',
        );
      }
      assertUsable(key, 'ENCRYPT_DECRYPT');
      const Plaintext = unseal(input.CiphertextBlob, input.EncryptionContext);
      if (Plaintext === null) throw invalidCiphertext();
      recordKmsCall(state, context, {
        eventName: 'Decrypt',
        key,
        encryptionContext: input.EncryptionContext,
      });
      return { Plaintext, KeyId: key.arn, EncryptionAlgorithm: 'SYMMETRIC_DEFAULT' };
    } catch (error) {
      if (error instanceof AwsFault) {
        const refusal = { code: error.code, message: error.message };
        recordKmsCall(state, context, {
          eventName: 'Decrypt',
          key,
          encryptionContext: input.EncryptionContext,
          refusal,
        });
      }
      throw error;
    }
  },
);

function keyOf(state: SandboxState, context: CallContext, ciphertext: Buffer): KmsKey {
  const identity = sealedBy(ciphertext);
  for (const key of state.keys.values()) {
    if (key.region === context.region && identityOf(key) === identity) return key;
  }
  throw invalidCiphertext();
}

const invalidCiphertext = (): AwsFault => jsonFault('InvalidCiphertextException', '');
