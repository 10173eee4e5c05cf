import { z } from 'zod';
import { keyReference, kmsOperation, limitUpTo } from './operation.ts';
import { kmsPage } from './page.ts';
import { resolveKey } from './resolve.ts';

/** ListAliases: of the caller's account and Region, or of one of its keys. */
export const listAliases = kmsOperation(
  'ListAliases',
  z.object({ KeyId: keyReference.optional(), Limit: limitUpTo(100), Marker: z.string().optional() }),
  (state, input, context) => {
    const only =
      input.KeyId === undefined
        ? null
        : resolveKey(state, context, input.KeyId, { action: 'kms:ListAliases' });
    const prefix = `arn:${state.partition}:kms:${context.region}:${context.accountId}:`;
    const aliases = [...state.aliases]
      .filter(([aliasArn, keyArn]) => aliasArn.startsWith(prefix) && (only === null || keyArn === only.arn))
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([aliasArn, keyArn]) => ({
        AliasName: aliasArn.slice(prefix.length),
        AliasArn: aliasArn,
        TargetKeyId: keyArn.slice(keyArn.lastIndexOf('/') + 1),
        CreationDate: dateOf(state.keys.get(keyArn)?.createdAt),
        LastUpdatedDate: dateOf(state.keys.get(keyArn)?.createdAt),
      }));
    return kmsPage('Aliases', aliases, input, 50, [context.accountId, context.region, input.KeyId]);
  },
);

const dateOf = (time: number | undefined): Date | undefined =>
  time === undefined ? undefined : new Date(time);
