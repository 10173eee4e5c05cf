import { z } from 'zod';
import { keyReference, kmsOperation, limitUpTo } from './operation.ts';
import { kmsPage } from './page.ts';
import { resolveKey } from './resolve.ts';

/** ListGrants of one key, optionally of one grant id or grantee. */
export const listGrants = kmsOperation(
  'ListGrants',
  z.object({
    KeyId: keyReference,
    GrantId: z.string().optional(),
    GranteePrincipal: z.string().optional(),
    Limit: limitUpTo(100),
    Marker: z.string().optional(),
  }),
  (state, input, context) => {
    const key = resolveKey(state, context, input.KeyId, { action: 'kms:ListGrants', crossAccount: true });
    const grants = (key.grants ?? [])
      .filter((grant) => input.GrantId === undefined || grant.grantId === input.GrantId)
      .filter(
        (grant) => input.GranteePrincipal === undefined || grant.granteePrincipal === input.GranteePrincipal,
      )
      .map((grant) => ({
        KeyId: key.arn,
        GrantId: grant.grantId,
        Name: grant.name ?? '',
        CreationDate: new Date(grant.createdAt),
        GranteePrincipal: grant.granteePrincipal,
        IssuingAccount: `arn:${state.partition}:iam::${key.accountId}:root`,
        Operations: grant.operations,
        Constraints:
          grant.encryptionContextSubset === null
            ? undefined
            : { EncryptionContextSubset: grant.encryptionContextSubset },
      }));
    return kmsPage('Grants', grants, input, 50, [key.arn, input.GrantId, input.GranteePrincipal]);
  },
);
