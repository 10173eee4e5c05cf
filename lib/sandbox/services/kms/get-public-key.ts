import { z } from 'zod';
import { jsonFault } from '../../operation.ts';
import { identityOf } from './ciphertext.ts';
import { curveOf, publicKeyDer } from './curves.ts';
import { keyReference, kmsOperation } from './operation.ts';
import { resolveKey } from './resolve.ts';
import { assertUsable } from './usable.ts';

/** GetPublicKey of an elliptic curve key, as SubjectPublicKeyInfo in DER. */
export const getPublicKey = kmsOperation(
  'GetPublicKey',
  z.object({ KeyId: keyReference }),
  (state, input, context) => {
    const key = resolveKey(state, context, input.KeyId, {
      action: 'kms:GetPublicKey',
      alias: true,
      crossAccount: true,
    });
    const curve = curveOf(key.spec);
    if (curve === null) {
      throw jsonFault(
        'UnsupportedOperationException',
        `${key.arn} key spec is ${key.spec} which has no public key.`,
      );
    }
    assertUsable(key, key.usage);
    return {
      KeyId: key.arn,
      PublicKey: publicKeyDer(curve, identityOf(key)),
      CustomerMasterKeySpec: key.spec,
      KeySpec: key.spec,
      KeyUsage: key.usage,
      SigningAlgorithms: [curve.algorithm],
    };
  },
);
