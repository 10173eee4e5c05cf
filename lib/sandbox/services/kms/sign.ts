import { createHash } from 'node:crypto';
import { z } from 'zod';
import { jsonFault } from '../../operation.ts';
import { recordKmsCall } from '../cloudtrail/record-kms-call.ts';
import { identityOf } from './ciphertext.ts';
import { curveOf, signDigest } from './curves.ts';
import { blob, keyReference, kmsOperation } from './operation.ts';
import { resolveKey } from './resolve.ts';
import { assertUsable } from './usable.ts';

/** Sign: a message of at most 4,096 bytes, or its digest, with an elliptic curve key; the signature is DER. */
export const sign = kmsOperation(
  'Sign',
  z.object({
    KeyId: keyReference,
    Message: blob(4096),
    MessageType: z.enum(['RAW', 'DIGEST']).optional(),
    SigningAlgorithm: z.string('Member must not be null'),
  }),
  (state, input, context) => {
    const key = resolveKey(state, context, input.KeyId, {
      action: 'kms:Sign',
      alias: true,
      crossAccount: true,
    });
    assertUsable(key, 'SIGN_VERIFY');
    const curve = curveOf(key.spec);
    if (curve?.algorithm !== input.SigningAlgorithm) {
      throw jsonFault(
        'InvalidKeyUsageException',
        `Algorithm ${input.SigningAlgorithm} is incompatible with key spec ${key.spec}.`,
      );
    }
    const isDigest = input.MessageType === 'DIGEST';
    if (isDigest && input.Message.length !== curve.bytes) {
      throw jsonFault('ValidationException', `Digest is invalid length for algorithm ${curve.algorithm}.`);
    }
    const digest = isDigest ? input.Message : createHash(curve.hash).update(input.Message).digest();
    recordKmsCall(state, context, {
      eventName: 'Sign',
      key,
      asked: { messageType: input.MessageType ?? 'RAW', signingAlgorithm: curve.algorithm },
    });
    return {
      KeyId: key.arn,
      Signature: signDigest(curve, identityOf(key), digest),
      SigningAlgorithm: curve.algorithm,
    };
  },
);
