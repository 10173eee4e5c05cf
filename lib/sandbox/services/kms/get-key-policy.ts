import { z } from 'zod';
import { jsonFault } from '../../operation.ts';
import { keyReference, kmsOperation } from './operation.ts';
import { resolveKey } from './resolve.ts';

/** GetKeyPolicy: the only policy name is `default`; never for keys of other accounts. */
export const getKeyPolicy = kmsOperation(
  'GetKeyPolicy',
  z.object({ KeyId: keyReference, PolicyName: z.string().optional() }),
  (state, input, context) => {
    const key = resolveKey(state, context, input.KeyId, { action: 'kms:GetKeyPolicy' });
    const name = input.PolicyName ?? 'default';
    if (name !== 'default') throw jsonFault('NotFoundException', `No such policy exists: ${name}`);
    return { Policy: key.policy, PolicyName: 'default' };
  },
);
