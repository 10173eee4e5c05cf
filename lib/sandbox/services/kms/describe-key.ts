import { z } from 'zod';
import { keyMetadata } from './key-metadata.ts';
import { keyReference, kmsOperation } from './operation.ts';
import { resolveKey } from './resolve.ts';

/** DescribeKey: by id, ARN, alias name or alias ARN, and by ARN for keys of other accounts. */
export const describeKey = kmsOperation(
  'DescribeKey',
  z.object({ KeyId: keyReference }),
  (state, input, context) => {
    const key = resolveKey(state, context, input.KeyId, {
      action: 'kms:DescribeKey',
      alias: true,
      crossAccount: true,
    });
    return { KeyMetadata: keyMetadata(state, key, context.now) };
  },
);
