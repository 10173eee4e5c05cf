import { z } from 'zod';
import { kmsOperation, limitUpTo } from './operation.ts';
import { kmsPage } from './page.ts';

/** ListKeys: every key of the caller's account in this Region, AWS managed ones too. */
export const listKeys = kmsOperation(
  'ListKeys',
  z.object({ Limit: limitUpTo(1000), Marker: z.string().optional() }),
  (state, input, context) => {
    const keys = [...state.keys.values()]
      .filter((key) => key.accountId === context.accountId && key.region === context.region)
      .sort((a, b) => (a.keyId < b.keyId ? -1 : 1))
      .map((key) => ({ KeyId: key.keyId, KeyArn: key.arn }));
    return kmsPage('Keys', keys, input, 100, [context.accountId, context.region]);
  },
);
