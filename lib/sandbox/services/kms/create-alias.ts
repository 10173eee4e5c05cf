import { z } from 'zod';
import { jsonFault } from '../../operation.ts';
import { keyReference, kmsOperation } from './operation.ts';
import { resolveKey } from './resolve.ts';
import { assertNotPendingDeletion } from './usable.ts';

/** CreateAlias: a new name for a key of the same account and Region. */
export const createAlias = kmsOperation(
  'CreateAlias',
  z.object({ AliasName: z.string('Member must not be null').max(256), TargetKeyId: keyReference }),
  (state, { AliasName, TargetKeyId }, context) => {
    if (AliasName.startsWith('alias/aws/')) {
      throw jsonFault('NotAuthorizedException', 'Aliases with the prefix alias/aws/ are reserved for AWS.');
    }
    if (!/^alias\/[A-Za-z0-9/_-]+$/.test(AliasName)) {
      throw jsonFault(
        'ValidationException',
        'Alias must start with the prefix "alias/" and name at least one character.',
      );
    }
    const key = resolveKey(state, context, TargetKeyId, { action: 'kms:CreateAlias' });
    assertNotPendingDeletion(key);
    const aliasArn = `arn:${state.partition}:kms:${context.region}:${context.accountId}:${AliasName}`;
    if (state.aliases.has(aliasArn)) {
      throw jsonFault('AlreadyExistsException', `An alias with the name ${aliasArn} already exists`);
    }
    state.aliases.set(aliasArn, key.arn);
    return {};
  },
);
