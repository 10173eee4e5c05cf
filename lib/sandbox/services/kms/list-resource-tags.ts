import { z } from 'zod';
import { keyReference, kmsOperation, limitUpTo } from './operation.ts';
import { kmsPage } from './page.ts';
import { resolveKey } from './resolve.ts';

/** ListResourceTags of one key. */
export const listResourceTags = kmsOperation(
  'ListResourceTags',
  z.object({ KeyId: keyReference, Limit: limitUpTo(50), Marker: z.string().optional() }),
  (state, input, context) => {
    const key = resolveKey(state, context, input.KeyId, { action: 'kms:ListResourceTags' });
    const tags = Object.entries(key.tags ?? {})
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([TagKey, TagValue]) => ({ TagKey, TagValue }));
    return kmsPage('Tags', tags, input, 50, [key.arn]);
  },
);
